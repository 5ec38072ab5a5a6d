import { createHash } from 'node:crypto';
import { parseSecret } from '../engine/mtproxy/parse-secret.ts';
import type { Network } from '../engine/network.ts';
import type { DohServer, HostFacts } from '../engine/run/run-input.ts';
import type { Endpoint } from '../model/address.ts';
import type { Route } from '../model/route.ts';
import type { Target } from '../model/target.ts';
import { createAuthority } from './authority.ts';
import { createInternet } from './internet.ts';
import { createIsp } from './isp.ts';
import { createLabNetwork } from './lab-network.ts';
import { createLoopback } from './loopback.ts';
import { serveProxy } from './proxy-server.ts';
import { type LabMtproxy, type LabProxy, type Scenario, type Site, siteSchema } from './scenario.ts';
import { serveMtproxy } from './serve-mtproxy.ts';
import { serveSites } from './serve-sites.ts';
import { serveTelegramNetwork, telegramWebsocketSites } from './telegram-network.ts';

export interface LabOptions {
  /** Varies the round trips from address to address; the same seed gives the same ones. */
  readonly seed?: number;
  /** Typical round trip in milliseconds, 20 by default; 0 for none at all. */
  readonly latencyMs?: number;
  /** Targets to list before the scenario's own: Telegram's data centres, which every lab serves. */
  readonly targets?: readonly Target[];
}

export interface Lab {
  /** The user's own view, from behind the provider. */
  readonly network: Network;
  readonly targets: readonly Target[];
  /** The current connection, and every proxy of the scenario. */
  readonly routes: readonly [Route, ...Route[]];
  readonly baselines: readonly Target[];
  readonly dns: Endpoint;
  readonly doh: DohServer;
  /** PEM of the root that vouches for every honest site: to be trusted as if it were bundled. */
  readonly authority: string;
  readonly host: HostFacts;
  /** The port on 127.0.0.1 where the way to a virtual endpoint begins: for clients that are not ours, such as curl. */
  entrance(to: Endpoint, protocol: 'tcp' | 'udp'): Promise<number>;
  /** Ends every server, socket and timer. */
  close(): Promise<void>;
}

/**
 * Starts a practice network. Nothing listens until it is asked for, so this takes milliseconds however many sites there are;
 * all sockets are on 127.0.0.1, and no packet leaves the machine.
 */
export async function createLab(scenario: Scenario, options: LabOptions = {}): Promise<Lab> {
  const { seed = 1, latencyMs = 20 } = options;
  const loopback = createLoopback();
  const internet = createInternet(loopback);
  const authority = createAuthority('Waylight Practice Root');
  const sites = [...scenario.sites, ...addedSites(scenario)];
  serveSites(sites, internet, authority);
  serveTelegramNetwork(internet);
  for (const proxy of scenario.proxies) {
    const abroad = { internet, loopback, latencyMs, unlisted: scenario.unlisted };
    if (proxy.kind === 'mtproxy') serveMtproxy(proxy, abroad);
    else serveProxy(proxy, abroad, authority);
  }
  const network = createLabNetwork({
    scenario,
    internet,
    loopback,
    isp: createIsp(scenario.isp),
    interceptor: createAuthority('National Trust Certificate'),
    roundTrip: (address) => latencyMs * (0.5 + fraction(`${seed} ${address}`)),
  });
  const listed = options.targets ?? [];
  const own = scenario.sites.flatMap((site) => (site.baseline ? [] : siteTargets(site)));
  return {
    network,
    entrance: network.entrance,
    targets: [...listed, ...own.filter((target) => listed.every(({ id }) => id !== target.id))],
    routes: [{ id: 'direct', kind: 'direct', label: 'Current connection' }, ...scenario.proxies.map(proxyRoute)],
    baselines: scenario.sites.filter(({ baseline }) => baseline).flatMap(siteTargets),
    dns: scenario.dns,
    doh: scenario.doh,
    authority: authority.pem,
    host: hostFacts(scenario),
    close: () => loopback.close(),
  };
}

/** Sites a scenario need not declare, unless it wants them otherwise: the DoH server and Telegram's WebSockets. */
function addedSites(scenario: Scenario): Site[] {
  const added = [
    { host: new URL(scenario.doh.url).hostname, addresses: scenario.doh.addresses, answer: { kind: 'doh' } },
    ...telegramWebsocketSites(),
  ];
  const declared = new Set(scenario.sites.map(({ host }) => host));
  return added.filter(({ host }) => !declared.has(host)).map((site) => siteSchema.parse(site));
}

function siteTargets(site: Site): Target[] {
  if (site.target === undefined) return [];
  const { path, expect, transfer, upload, home, note, ...identity } = site.target;
  const protocol = site.scheme === 'https' ? 'https' : 'http';
  return [
    {
      ...identity,
      protocol,
      url: `${protocol}://${site.host}${path}`,
      host: site.host,
      port: protocol === 'https' ? 443 : 80,
      ...(expect === undefined ? {} : { expect }),
      ...(transfer === undefined ? {} : { transfer: `${protocol}://${site.host}${transfer}` }),
      ...(upload === undefined ? {} : { upload: `${protocol}://${site.host}${upload}` }),
      ...(home === undefined ? {} : { home }),
      ...(note === undefined ? {} : { note }),
    },
  ];
}

function proxyRoute(proxy: LabProxy | LabMtproxy): Route {
  if (proxy.kind === 'mtproxy') return mtproxyRoute(proxy);
  const { id, label, kind, host, port, credentials, typed = credentials } = proxy;
  return { id, label, kind, host, port, ...(typed === undefined ? {} : { credentials: typed }) };
}

function mtproxyRoute({ id, label, kind, host, port, secret, typed = secret }: LabMtproxy): Route {
  const parsed = parseSecret(typed);
  if (!parsed.ok) throw new RangeError(`the secret typed for ${id} is unusable: ${parsed.problem}`);
  return { id, label, kind, host, port, secret: parsed.bytes };
}

function hostFacts({ systemProxy, defaultInterface }: Scenario): HostFacts {
  return {
    platform: 'linux',
    systemProxy,
    defaultRouteInterfaces: defaultInterface === null ? [] : [defaultInterface],
    bypassTools: [],
  };
}

/** A number in [0, 1) that depends on the text alone. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
