import { hostname, userInfo } from 'node:os';
import type { Observation } from '../../model/observation.ts';
import type { Redaction, RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import { mapInTurns } from '../map-in-turns.ts';
import {
  addressClass,
  canonicalAddress,
  embeddedIpv4,
  findSpellings,
  household,
  identifiesSomeone,
  replaceAddresses,
} from './own-addresses.ts';

const order: readonly Redaction[] = ['none', 'standard', 'strict'];

/**
 * A report that can be shown to others. Credentials are in none to begin with.
 *
 * `standard`: the user's own addresses, wherever they stand (local addresses become their class, such as `private
 * IPv4`), and what servers say of the visitor: addresses in headers, pages and queries that are nobody's known
 * server, and every header that is not needed to judge (cookies, `x-client-ip`).
 * `strict`: also drops local addresses, resolver addresses, interface names, route labels and ids, and the proxies' places.
 * A report is never made less redacted than it is.
 * @param ownAddresses this machine's interface addresses; those seen as the source of a connection are added.
 * @param ownNames what this machine and its person are called: tools that open encrypted traffic sign with such names
 */
export async function redactReport(
  report: RunReport,
  level: Redaction,
  ownAddresses: readonly string[] = [],
  ownNames: readonly string[] = machineNames(),
): Promise<RunReport> {
  const redaction = order[Math.max(order.indexOf(level), order.indexOf(report.redaction))] ?? 'strict';
  if (redaction === 'none') return report;
  const servers = await mapInTurns(report.results, ({ observations }) => observations.flatMap(serverAddresses));
  const own = collectOwn(report, ownAddresses);
  const known = canonicalSet([...servers.flat(), ...report.targets.flatMap(namedAddresses)]);
  const hideOwn = hideOwnAddresses(own, known);
  const hideStrangers = hideAddresses((address) => !known.has(address) && identifiesSomeone(address));
  const hideNames = hideOwnNames(ownNames);
  const quiet = (result: Result): Result => {
    const observations = result.observations.map((item) => hideNames(classifyLocal(quietServer(item, hideStrangers))));
    return mapStrings({ ...result, observations }, hideOwn) as Result;
  };
  const { results, ...rest } = report;
  const standard: RunReport = {
    ...(mapStrings({ ...rest, redaction }, hideOwn) as RunReport),
    results: await mapInTurns(results, quiet),
  };
  return redaction === 'strict' ? dropPlaces(standard) : standard;
}

function machineNames(): readonly string[] {
  const name = hostname();
  try {
    return [name, userInfo().username];
  } catch {
    // A person without an entry in the system's list, as in a container.
    return [name];
  }
}

/** Words that certificates have of themselves, and names that say nothing of anybody. */
const everybodysNames = new Set([
  'admin',
  'administrator',
  'authority',
  'global',
  'local',
  'localhost',
  'proxy',
  'root',
  'server',
  'test',
  'trust',
  'user',
  'www',
]);

/** Takes names of this machine out of certificates: mkcert, Charles and others sign as `mkcert ann@anns-laptop`. */
function hideOwnNames(names: readonly string[]): (item: Observation) => Observation {
  const all = names.flatMap((name) => [name, name.replace(/\..*$/s, '')]).map((name) => name.toLowerCase());
  const pattern = namesPattern(new Set(all.filter((name) => name.length > 2 && !everybodysNames.has(name))));
  if (!pattern) return (item) => item;
  const hide = remember((text) => text.replace(pattern, 'hidden'));
  return (item) => {
    if (item.step !== 'tls') return item;
    const chain = item.chain.map((one) => ({ ...one, subject: hide(one.subject), issuer: hide(one.issuer) }));
    return { ...item, chain };
  };
}

/** Hides this machine's addresses, others of its own network, and both in every spelling a server may give them. */
function hideOwnAddresses(own: ReadonlySet<string>, known: ReadonlySet<string>): (text: string) => string {
  const households = new Set([...own].map(household).filter((place) => place !== undefined));
  const isOwn = (address: string) => {
    const inside = embeddedIpv4(address);
    if (own.has(address) || (inside !== undefined && own.has(inside))) return true;
    // A machine has new addresses every day, and several at once; but a target may be a neighbour.
    return !known.has(address) && households.has(household(address) ?? '');
  };
  const spellings = findSpellings(own);
  const hide = hideAddresses(isOwn);
  if (spellings.size === 0) return hide;
  const escaped = [...spellings.keys()].map((text) => text.replace(/[.-]/g, '\\$&'));
  const pattern = new RegExp(`(?<![0-9a-z])(?:0x)?(?:${escaped.join('|')})(?![0-9a-z])`, 'gi');
  const hideSpelled = remember((text) =>
    text.replace(pattern, (found) => {
      const address = spellings.get(found.toLowerCase()) ?? spellings.get(found.slice(2).toLowerCase());
      return address === undefined ? found : hiddenAddress(address);
    }),
  );
  return (text) => hide(/[0-9a-f]/i.test(text) ? hideSpelled(text) : text);
}

/** Addresses a target is, or has in its name, as hosts of clouds do. */
function namedAddresses({ host = '', url = '' }: RunReport['targets'][number]): readonly string[] {
  const found: string[] = [];
  for (const text of [host, url.replace(/[?#].*$/s, '')]) {
    replaceAddresses(text, (address) => {
      found.push(address);
      return undefined;
    });
  }
  return found;
}

/** Puts its class in place of each address that is to be hidden. */
function hideAddresses(isHidden: (address: string) => boolean): (text: string) => string {
  const hide = remember((text) =>
    replaceAddresses(text, (address) => (isHidden(address) ? hiddenAddress(address) : undefined)),
  );
  // Many strings are short words and ids: they need not even be remembered.
  return (text) => (text.length > 6 || text.includes(':') ? hide(text) : text);
}

/** The same function, which does not work out again what it was asked before: the strings of a report repeat. */
function remember(change: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const after = change(text);
    known.set(text, after);
    return after;
  };
}

/** What stands in place of an address: its class as one word, fit for an id or the host of a URL. */
export function hiddenAddress(address: string): string {
  return addressClass(address).toLowerCase().replace(' ', '-');
}

function classifyLocal(item: Observation): Observation {
  return item.step === 'connect' && item.localAddress !== undefined
    ? { ...item, localAddress: addressClass(item.localAddress) }
    : item;
}

/** Addresses of this machine, canonical: those given, and those seen as the source of a connection. */
export function collectOwn(report: RunReport, ownAddresses: readonly string[]): ReadonlySet<string> {
  const seen = report.results.flatMap(({ observations }) =>
    observations.flatMap((item) => (item.step === 'connect' && item.localAddress ? [item.localAddress] : [])),
  );
  return new Set([...canonicalSet([...seen, ...ownAddresses])].filter(identifiesSomeone));
}

function canonicalSet(texts: readonly string[]): ReadonlySet<string> {
  return new Set([...new Set(texts)].map(canonicalAddress).filter((address) => address !== undefined));
}

/** Addresses that are of servers: dialled, answered by a resolver, or given as a target. */
function serverAddresses(item: Observation): string[] {
  if (item.step !== 'resolve') return 'address' in item && item.address ? [item.address] : [];
  return [...item.answers, ...(item.laterAnswers ?? []).flat()].map(({ address }) => address);
}

/** Headers that a verdict or a person reading it can need. All others may name the visitor, and are dropped. */
const usefulHeaders = new Set([
  'alt-svc',
  'age',
  'cache-control',
  'cf-mitigated',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'date',
  'last-modified',
  'location',
  'retry-after',
  'server',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-cache',
]);

/**
 * Takes out what a server says about the visitor: his public address is not known here, so any stranger's is hidden. Routers
 * put it into their certificates, and providers into the names that they send a visitor to.
 */
function quietServer(item: Observation, hide: (text: string) => string): Observation {
  const hideInName = (name: string) => (canonicalAddress(name) === undefined ? hide(name) : name);
  if (item.step === 'resolve') return { ...item, name: hideInName(item.name) };
  if (item.step === 'proxy') return { ...item, requested: hideInName(item.requested) };
  if (item.step === 'tls') {
    const chain = item.chain.map((one) => ({ ...one, subject: hide(one.subject), issuer: hide(one.issuer) }));
    return { ...item, chain, ...(item.serverName === undefined ? {} : { serverName: hideInName(item.serverName) }) };
  }
  if (item.step !== 'http') return item;
  const headers = Object.entries(item.headers)
    .filter(([name]) => usefulHeaders.has(name.toLowerCase()))
    .map(([name, value]) => [name, name.toLowerCase() === 'location' ? hideInUrl(value, hide) : hide(value)]);
  return {
    ...item,
    headers: Object.fromEntries(headers),
    url: hideInUrl(item.url, hide),
    redirects: item.redirects.map((hop) => ({ ...hop, url: hideInUrl(hop.url, hide) })),
    ...(item.title === undefined ? {} : { title: hide(item.title) }),
    ...(item.foreignHost === undefined ? {} : { foreignHost: hideInName(item.foreignHost) }),
  };
}

/** An address as the host of a URL is a server; a name may be made of the visitor's, and path and query may repeat it. */
function hideInUrl(url: string, hide: (text: string) => string): string {
  const [, head = '', host = ''] = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)([^/?#]*)/i.exec(url) ?? [];
  const isAddress = canonicalAddress(host.replace(/:\d*$/, '')) !== undefined || canonicalAddress(host) !== undefined;
  return head + (isAddress ? host : hide(host)) + hide(url.slice(head.length + host.length));
}

/** Everything that tells where the routes lead and what they are called. Ids are made from labels, so they go too. */
async function dropPlaces(report: RunReport): Promise<RunReport> {
  const ids = new Map(
    report.routes.map(({ id, kind }, index) => [id, kind === 'direct' ? 'direct' : `route-${index + 1}`]),
  );
  const newId = (id: string) => ids.get(id) ?? 'route';
  const hidePlaces = remember(placeHider(report));
  const { interface: _name, ...tunnel } = report.environment.tunnel;
  const { systemProxy } = report.environment;
  const nameless = (result: Result): Result => ({
    ...result,
    routeId: newId(result.routeId),
    observations: result.observations.map((item) => mapStrings(withoutPlaces(item), hidePlaces) as Observation),
  });
  return {
    ...report,
    environment: { ...report.environment, tunnel, systemProxy: systemProxy === null ? null : 'hidden' },
    routes: report.routes.map(
      (route, index) => mapStrings(anonymousRoute(route, newId(route.id), index), hidePlaces) as RouteSummary,
    ),
    results: await mapInTurns(report.results, nameless),
    ...(report.siblings ? { siblings: mapStrings(report.siblings, hidePlaces) as typeof report.siblings } : {}),
    verdicts: report.verdicts.map((verdict) => ({ ...verdict, workingRoutes: verdict.workingRoutes.map(newId) })),
  };
}

function anonymousRoute(route: RouteSummary, id: string, index: number): RouteSummary {
  return { ...route, id, label: route.kind === 'direct' ? 'Current connection' : `Route ${index + 1}`, endpoint: null };
}

/** A port must stand in a report; 1 (tcpmux) is nobody's proxy. */
const hiddenPort = 1;

function withoutPlaces(item: Observation): Observation {
  if (item.step === 'resolve') {
    const { server: _server, ...rest } = item;
    return rest;
  }
  if (item.step === 'connect') {
    const { localAddress: _local, ...rest } = item;
    if (item.peer === 'target') return rest;
    const { address: _address, ...bare } = rest;
    return { ...bare, port: hiddenPort };
  }
  if (item.step === 'tls' && item.peer === 'proxy') {
    const { address: _address, serverName: _name, ...rest } = item;
    return { ...rest, port: hiddenPort, chain: [] };
  }
  if (item.step === 'mtproto' && item.proxyStage !== undefined) return { ...item, port: hiddenPort };
  return item;
}

/** Where the proxies are: their names in lower case, and their canonical addresses. */
export interface Places {
  readonly names: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
}

export function collectPlaces(report: RunReport): Places {
  const names = new Set<string>();
  const addresses = new Set<string>();
  const add = (host: string | undefined) => {
    const address = canonicalAddress(host ?? '');
    if (address !== undefined) addresses.add(address);
    else if (host) names.add(host.toLowerCase());
  };
  for (const { kind, endpoint } of report.routes) {
    if (kind !== 'direct' && kind !== 'interface') add(endpoint?.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''));
  }
  for (const item of report.results.flatMap(({ observations }) => observations)) {
    if ((item.step === 'connect' || item.step === 'tls') && item.peer === 'proxy') add(item.address);
  }
  return { names, addresses };
}

/** Replaces the proxies' names and addresses where they stand in other strings, such as the lookup of a proxy's name. */
function placeHider(report: RunReport): (text: string) => string {
  const { names, addresses } = collectPlaces(report);
  const pattern = namesPattern(names);
  return (text) => {
    const hidden = replaceAddresses(text, (address) => (addresses.has(address) ? 'proxy' : undefined));
    return pattern ? hidden.replace(pattern, 'proxy') : hidden;
  };
}

/** Any of the names as a whole one, the longest first; undefined for none. */
export function namesPattern(names: ReadonlySet<string>): RegExp | undefined {
  const longestFirst = [...names].toSorted((a, b) => b.length - a.length);
  const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&'));
  return escaped.length === 0 ? undefined : new RegExp(`(?<![\\w.-])(?:${escaped.join('|')})(?![\\w-])`, 'gi');
}

/** The same JSON value with every string in it, keys included, passed through `change`. */
function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), mapStrings(item, change)]));
}
