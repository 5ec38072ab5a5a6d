import type { Removal } from '../../model/contract.ts';
import type { Redaction, RunReport } from '../../model/report.ts';
import { mapInTurns } from '../map-in-turns.ts';
import { canonicalAddress, replaceAddresses } from './own-addresses.ts';
import { collectOwn, collectPlaces, hiddenAddress, namesPattern, redactReport } from './redact.ts';

type What = Removal['what'];

/**
 * What a level takes out of a report, worked out from the report it really gives: every place where the two differ is
 * listed, once for each thing and most frequent first within its kind. Empty where the report is that redacted already.
 * What is found this way is shown on this machine only and is never part of a report.
 * @param ownAddresses as for {@link redactReport}
 */
export async function describeRemovals(
  report: RunReport,
  redaction: Redaction,
  ownAddresses: readonly string[] = [],
): Promise<readonly Removal[]> {
  const redacted = await redactReport(report, redaction, ownAddresses);
  if (redacted === report) return [];
  const counts = new Map<string, { removal: Omit<Removal, 'count'>; count: number }>();
  const note = (what: What, before: string, after: string) => {
    const key = JSON.stringify([what, before, after]);
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { removal: { what, before, after }, count: 1 });
  };
  const tools = { note, compareText: createTextComparison(report, ownAddresses, note) };
  const { results, redaction: _level, ...rest } = report;
  const { results: redactedResults, redaction: _redacted, ...others } = redacted;
  compareValues(rest, others, [], tools);
  await mapInTurns([...results.entries()], ([index, result]) =>
    compareValues(result, redactedResults[index], ['results'], tools),
  );
  return [...counts.values()]
    .map(({ removal, count }) => ({ ...removal, count }))
    .sort(
      (a, b) => order.indexOf(a.what) - order.indexOf(b.what) || b.count - a.count || (a.before < b.before ? -1 : 1),
    );
}

const order: readonly What[] = [
  'own-address',
  'local-address',
  'interface',
  'resolver',
  'route-endpoint',
  'route-label',
  'target-query',
  'header',
];

type Note = (what: What, before: string, after: string) => void;
type CompareText = (before: string, after: string, path: readonly string[]) => void;

/** Walks both in step: redaction keeps the order and the length of every list, and drops or changes what is in it. */
function compareValues(before: unknown, after: unknown, path: readonly string[], tools: Tools): void {
  if (before === after) return;
  if (typeof before === 'string') tools.compareText(before, typeof after === 'string' ? after : '', path);
  else if (Array.isArray(before)) {
    const kept: readonly unknown[] = Array.isArray(after) ? after : [];
    for (const [index, item] of before.entries()) compareValues(item, kept[index], path, tools);
  } else if (isObject(before)) compareObjects(before, isObject(after) ? after : {}, path, tools);
}

interface Tools {
  readonly compareText: CompareText;
  readonly note: Note;
}

function compareObjects(before: Fields, after: Fields, path: readonly string[], tools: Tools): void {
  const place = removedPlace(before, after);
  if (place !== undefined) tools.note('route-endpoint', place, '');
  for (const [name, value] of Object.entries(before)) {
    if (path.at(-1) === 'headers' && after[name] === undefined) tools.note('header', name, '');
    else if (place === undefined || (name !== 'address' && name !== 'port')) {
      compareValues(value, after[name], [...path, name], tools);
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** Address and port of a proxy go together. A port alone differs nowhere else. */
function removedPlace(before: Fields, after: Fields): string | undefined {
  if (before.port === undefined || before.port === after.port) return undefined;
  const address = String(before.address ?? '');
  return `${address.includes(':') ? `[${address}]` : address}:${before.port}`;
}

function createTextComparison(report: RunReport, ownAddresses: readonly string[], note: Note): CompareText {
  const own = collectOwn(report, ownAddresses);
  const places = collectPlaces(report);
  const names = namesPattern(places.names);
  const interfaces = new Set(report.routes.flatMap(({ kind, endpoint }) => (kind === 'interface' ? [endpoint] : [])));
  const whatOf = (address: string, path: readonly string[]): What => {
    if (own.has(address)) return 'own-address';
    if (places.addresses.has(address)) return 'route-endpoint';
    return path.at(-1) === 'url' ? 'target-query' : 'own-address';
  };
  return (before, after, path) => {
    // A certificate goes as a whole, and its subject names it.
    if (after === '' && path.at(-2) === 'chain' && path.at(-1) !== 'subject') return;
    const whole = wholeField(path, after);
    if (whole !== undefined) {
      note(path.at(-1) === 'endpoint' && interfaces.has(before) ? 'interface' : whole, before, after);
      return;
    }
    const kept = addressesIn(after);
    const gone = addressesIn(before).filter((address) => !kept.includes(address));
    for (const address of gone) {
      const stand = [hiddenAddress(address), 'proxy'].find((word) => after.includes(word)) ?? after;
      note(whatOf(address, path), address, stand);
    }
    const named = names === undefined ? [] : [...before.matchAll(names)];
    const lost = named.filter(([name]) => !after.toLowerCase().includes(name.toLowerCase()));
    for (const [name] of lost) note('route-endpoint', name.toLowerCase(), 'proxy');
    // Whatever else it may be, nothing goes unsaid.
    if (gone.length === 0 && lost.length === 0) note(unsaidKind(after, path), before, after);
  };
}

/** Where nothing was recognised in a text, what stands in it now tells: the class of an address that was spelled otherwise. */
function unsaidKind(after: string, path: readonly string[]): What {
  // A name of this machine in a certificate is as good as its address.
  if (path.at(-2) === 'chain' && /\bhidden\b/.test(after)) return 'own-address';
  return /\b(?:private|public|link-local|shared)-ipv[46]\b/.test(after) ? 'own-address' : 'route-endpoint';
}

/** What it is that goes as a whole, by its path in the report; undefined where only a part of the text is replaced. */
function wholeField(path: readonly string[], after: string): What | undefined {
  const [top, field = ''] = path;
  const last = path.at(-1) ?? '';
  if (last === 'localAddress') return 'local-address';
  if (last === 'routeId' || last === 'workingRoutes') return 'route-label';
  if (top === 'routes' && (field === 'id' || field === 'label')) return 'route-label';
  if (top === 'environment' && last === 'interface') return 'interface';
  if (last === 'server' && path.at(-2) !== 'headers') return 'resolver';
  return after === '' || after === 'hidden' ? 'route-endpoint' : undefined;
}

/** Every address in a text, canonical, as often as it stands there. */
function addressesIn(text: string): readonly string[] {
  const whole = canonicalAddress(text);
  if (whole !== undefined) return [whole];
  const found: string[] = [];
  replaceAddresses(text, (address) => {
    found.push(address);
    return undefined;
  });
  return found;
}
