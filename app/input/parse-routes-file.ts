import type { Parsed, Problem, ProblemCode } from '../../model/problem.ts';
import type { ProxyRouteKind, Route } from '../../model/route.ts';
import { findRoutes, type Place } from './find-routes.ts';
import { mtproxyFromParts, parseRoute, proxyFromParts, routeKey } from './parse-route.ts';
import { readCsv } from './read-csv.ts';
import { readJsonList } from './read-json-list.ts';
import { sniffFormat } from './sniff-format.ts';

const linkColumns = ['route', 'uri', 'link'] as const;
const partColumns = ['kind', 'host', 'port', 'username', 'password', 'secret', 'label'] as const;
const columns: readonly string[] = [...linkColumns, ...partColumns];
const kinds: readonly string[] = ['socks4', 'socks4a', 'socks5', 'socks5h', 'http', 'https'] satisfies ProxyRouteKind[];
const maxRoutes = 256;

/** One route as written, and where. */
export interface RouteEntry {
  readonly route: Parsed<Route>;
  readonly at: Pick<Problem, 'file' | 'line' | 'column' | 'option' | 'field'>;
}

/**
 * Routes from a file: a JSON list of links or of `{ kind, host, port, username?, password?, label? }`, a CSV with such
 * columns (or one `route` column), or any other text, in which they are found (see findRoutes).
 */
export function parseRoutesFile(text: string, file: string, firstPosition = 1): Parsed<readonly RouteEntry[]> {
  const body = text.replace(/^\ufeff/, '');
  const format = sniffFormat(body, file, columns);
  const read = format === 'json' ? readJson : format === 'csv' ? readRows : readText;
  const entries = read(body, file, firstPosition);
  if (!entries.ok) return { ok: false, problems: entries.problems.map((problem) => ({ file, ...problem })) };
  if (entries.value.length === 0) return { ok: false, problems: [{ file, code: 'file-empty' }] };
  return entries;
}

/**
 * Puts routes from all sources together: duplicates are said and left out, ids made unique, problems gathered. The order
 * is kept; the first is the one judged.
 */
export function collectRoutes(entries: readonly RouteEntry[]): Parsed<readonly Route[]> {
  const problems: Problem[] = [];
  const notices: Problem[] = [];
  const routes = new Map<string, Route>();
  const ids = new Set<string>();
  for (const { route, at } of entries) {
    if (!route.ok) {
      problems.push(...route.problems.map((problem) => ({ ...problem, ...at })));
      continue;
    }
    notices.push(...route.notices.map((notice) => ({ ...notice, ...at })));
    const key = routeKey(route.value);
    if (routes.has(key)) {
      notices.push({ ...at, code: 'route-duplicate' });
      continue;
    }
    // Beyond the limit nobody will see an id, and making them unique takes time.
    const id = routes.size < maxRoutes ? uniqueId(route.value.id, ids) : route.value.id;
    ids.add(id);
    routes.set(key, { ...route.value, id });
  }
  if (routes.size > maxRoutes) {
    problems.push({ option: '--routes', code: 'too-many', params: { count: routes.size, limit: maxRoutes } });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: [...routes.values()], notices };
}

/** `id`, or `id-2`, `id-3`, … when it is taken. */
export function uniqueId(id: string, taken: { has(id: string): boolean }): string {
  if (!taken.has(id)) return id;
  let number = 2;
  while (taken.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}

function readText(text: string, file: string, firstPosition: number): Parsed<readonly RouteEntry[]> {
  const { found, merged, refused, passedOver, isList } = findRoutes(text, firstPosition);
  const at = ({ line, column }: Place) => (isList ? { file, line } : { file, line, column });
  const accept = (value: Route, notices: readonly Problem[]) => ({ ok: true, value, notices }) as const;
  const refuseAll = (problems: readonly Problem[]) => ({ ok: false, problems }) as const;
  const placed = [
    ...found.map((item) => ({ ...item.at, entry: { at: at(item.at), route: accept(item.route, item.notices) } })),
    ...merged.map((item) => ({ ...item.at, entry: { at: at(item.at), route: accept(item.route, []) } })),
    ...refused.map((item) => ({ ...item.at, entry: { at: at(item.at), route: refuseAll(item.problems) } })),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
  const counts = { found: found.length, merged: merged.length, refused: refused.length, passed: passedOver };
  const notices: Problem[] = isList ? [] : [{ file, code: 'routes-found', params: counts }];
  if (placed.length === 0 && !isList) return { ok: false, problems: [{ code: 'routes-none-found' }] };
  return { ok: true, value: placed.map(({ entry }) => entry), notices };
}

function readJson(text: string, file: string, firstPosition: number): Parsed<readonly RouteEntry[]> {
  const list = readJsonList(text, 'routes');
  if (!list.ok) return list;
  const entries = list.value.map(({ line, value }, index) => {
    const at = { file, line };
    const position = firstPosition + index;
    if (typeof value === 'string') return { route: parseRoute(value, position), at };
    return routeFromFields(value, position, { ...at, field: `[${index}]` });
  });
  return { ok: true, value: entries, notices: [] };
}

function readRows(text: string, file: string, firstPosition: number): Parsed<readonly RouteEntry[]> {
  const table = readCsv(text);
  if (!table.ok) return table;
  const entries = table.value.rows.map(({ line, cells }, index) => {
    const fields = Object.fromEntries([...cells].filter(([name, cell]) => columns.includes(name) && cell !== ''));
    return routeFromFields(fields, firstPosition + index, { file, line });
  });
  return { ok: true, value: entries, notices: [] };
}

function routeFromFields(value: unknown, position: number, at: RouteEntry['at']): RouteEntry {
  const fields = readFields(value);
  if (typeof fields === 'string') return refuse(at, undefined, fields, columns.join(', '));
  const link = linkColumns.map((name) => fields.get(name)).find((text) => text !== undefined);
  return link === undefined ? routeFromParts(fields, position, at) : labelled(link, fields.get('label'), position, at);
}

/** Field names are not repeated in problems: in a list of links, one may be a link. */
function readFields(value: unknown): ReadonlyMap<string, string> | ProblemCode {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'route-not-an-object';
  const fields = new Map<string, string>();
  for (const [name, raw] of Object.entries(value)) {
    if (!columns.includes(name)) return 'route-field-unknown';
    if (typeof raw !== 'string' && !(name === 'port' && typeof raw === 'number')) return 'route-field-not-text';
    fields.set(name, String(raw));
  }
  return fields;
}

function routeFromParts(fields: ReadonlyMap<string, string>, position: number, at: RouteEntry['at']): RouteEntry {
  const kind = fields.get('kind')?.toLowerCase();
  if (kind === 'direct') return { at, route: parseRoute('direct', position) };
  if (kind === 'mtproxy') {
    const [host = '', port = '', secret = '', label] = ['host', 'port', 'secret', 'label'].map((name) =>
      fields.get(name),
    );
    return { at, route: mtproxyFromParts({ host, port, secret, ...(label ? { label } : {}) }, position) };
  }
  if (kind === undefined || !isProxyKind(kind)) {
    return refuse(at, 'kind', 'field-wrong-value', [...kinds, 'mtproxy'].join(', '));
  }
  const optional = ['username', 'password', 'label'].map((name) => [name, fields.get(name)] as const);
  const given = Object.fromEntries(optional.filter(([, text]) => text));
  return {
    at,
    route: proxyFromParts({ kind, host: fields.get('host') ?? '', port: fields.get('port') ?? '', ...given }, position),
  };
}

function labelled(link: string, label: string | undefined, position: number, at: RouteEntry['at']): RouteEntry {
  const route = parseRoute(link, position);
  return { at, route: route.ok && label ? { ...route, value: withLabel(route.value, label, position) } : route };
}

function withLabel(route: Route, label: string, position: number): Route {
  if (!('host' in route)) return route;
  if (route.kind === 'mtproxy') {
    const secret = Buffer.from(route.secret).toString('hex');
    const named = mtproxyFromParts({ host: route.host, port: String(route.port), secret, label }, position);
    return named.ok ? named.value : route;
  }
  const { kind, host, port, credentials } = route;
  const again = proxyFromParts({ kind, host, port: String(port), ...credentials, label }, position);
  return again.ok ? again.value : route;
}

function isProxyKind(kind: string): kind is ProxyRouteKind {
  return kinds.includes(kind);
}

function refuse(at: RouteEntry['at'], field: string | undefined, code: ProblemCode, expected: string): RouteEntry {
  const path = [at.field, field].filter((part) => part !== undefined).join('.');
  return {
    at: path === '' ? at : { ...at, field: path },
    route: { ok: false, problems: [{ code, params: { expected } }] },
  };
}
