import { fallbackCharacters, parseSecret, type SecretProblem } from '../../engine/mtproxy/parse-secret.ts';
import type { Parsed, Problem, ProblemCode } from '../../model/problem.ts';
import type { ProxyRouteKind, Route } from '../../model/route.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { formatHostPort, parseHost, parsePort, splitHostPort } from './parse-host.ts';

type Credentials = { readonly username: string; readonly password: string };
type Place = { readonly host: string; readonly port: number };
type Draft = Place & {
  readonly name?: string;
  readonly assumed?: boolean;
} & (
    | { readonly kind: ProxyRouteKind; readonly credentials?: Credentials }
    | { readonly kind: 'mtproxy'; readonly secret: Uint8Array; readonly secretText: string }
  );
type Outcome = Draft | ProblemCode;

const proxyKinds = ['socks5', 'socks5h', 'socks4', 'socks4a', 'http', 'https'] as const;
const schemes = `${proxyKinds.map((kind) => `${kind}://`).join(' ')} tg://socks tg://proxy`;

/** Link kinds people do paste here. Only these may be repeated in a message: any other word could be a password. */
const knownOtherSchemes =
  /^(vmess|vless|trojan|ss|ssr|hysteria2?|hy2|tuic|wireguard|wg|ssh|ftp|ws|wss|snowflake|obfs4|naive\+https):\/\//i;

const telegramLink =
  /^(?:tg:\/\/(proxy|socks)|(?:https?:\/\/)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)\/(proxy|socks))\/?(?:\?([^#]*))?(?:#(.*))?$/is;

/**
 * Reads one route: `direct`, `interface:NAME`, or a proxy link (telegram.md, "Links"). A link that names no kind of proxy
 * (`host:port` and its spellings with credentials, `socks://`, `tg://socks`) is SOCKS5 with names resolved at the proxy:
 * of the readings possible that one gives no target's name to the local network. What can be read in two ways is a
 * problem, never a guess. Problems repeat nothing of the text, which may hold a password.
 * @param position counted from 1 among all routes; it makes the id where the label cannot.
 */
export function parseRoute(text: string, position: number): Parsed<Route> {
  const trimmed = text.trim();
  if (trimmed === 'direct') return parsed({ id: 'direct', kind: 'direct', label: 'Current connection' });
  if (/^interface:/i.test(trimmed)) return parseInterface(trimmed.slice('interface:'.length));
  const outcome = parseProxy(trimmed);
  return typeof outcome === 'string' ? refused(outcome, trimmed) : parsed(...finish(outcome, position));
}

/** A proxy from its parts, as a JSON or CSV list gives them, under the same rules as a link. */
export function proxyFromParts(
  parts: { kind: ProxyRouteKind; host: string; port: string; username?: string; password?: string; label?: string },
  position: number,
): Parsed<Route> {
  const outcome = assemble(parts.kind, parts.host, parts.port, parts.username, parts.password);
  if (typeof outcome === 'string') return refused(outcome, '');
  return parsed(...finish(parts.label === undefined ? outcome : { ...outcome, name: parts.label }, position));
}

/** An MTProxy from its parts; `secret` as a link carries it. */
export function mtproxyFromParts(
  parts: { host: string; port: string; secret: string; label?: string },
  position: number,
): Parsed<Route> {
  const outcome = assembleMtproxy(parts.host, parts.port, parts.secret);
  if (typeof outcome === 'string') return refused(outcome, '');
  return parsed(...finish(parts.label === undefined ? outcome : { ...outcome, name: parts.label }, position));
}

function parsed(route: Route, notices: readonly Problem[] = []): Parsed<Route> {
  return { ok: true, value: route, notices };
}

function refused(code: ProblemCode, text: string): Parsed<Route> {
  const scheme = knownOtherSchemes.exec(text)?.[1]?.toLowerCase();
  if (code === 'route-scheme-unsupported' && scheme !== undefined) {
    return { ok: false, problems: [{ code: 'route-scheme-known', params: { scheme, schemes } }] };
  }
  const offer = code === 'route-secret-non-standard' ? { characters: fallbackCharacters } : {};
  return { ok: false, problems: [{ code, params: { schemes, ...offer } }] };
}

function parseInterface(name: string): Parsed<Route> {
  // IFNAMSIZ is 16 on Linux; Windows names are words with spaces ("Ethernet 2").
  if (name.length === 0 || name.length > 64 || name !== sanitizeText(name) || /[/:]/.test(name)) {
    return refused('route-interface-name', '');
  }
  return parsed({ id: `interface-${slug(name) || 'route'}`, kind: 'interface', label: name, interface: name });
}

function parseProxy(text: string): Outcome {
  if (text.length > 8192) return 'route-malformed';
  const telegram = telegramLink.exec(text);
  if (telegram) return parseTelegramLink((telegram[1] ?? telegram[2] ?? '').toLowerCase(), telegram[3], telegram[4]);
  const link = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text);
  if (!link) return parseBare(text);
  const scheme = link[1]?.toLowerCase();
  const rest = link[2] ?? '';
  if (scheme === 'socks') return parseLink('socks5h', rest, decodeSocksUserInfo, true);
  const kind = proxyKinds.find((candidate) => candidate === scheme);
  return kind === undefined ? 'route-scheme-unsupported' : parseLink(kind, rest, splitUserInfo, false);
}

type UserInfoReader = (userInfo: string) => readonly [string, string] | ProblemCode;

function parseLink(kind: ProxyRouteKind, text: string, readUserInfo: UserInfoReader, assumed: boolean): Outcome {
  const hash = text.indexOf('#');
  const name = hash === -1 ? undefined : decode(text.slice(hash + 1));
  const authority = (hash === -1 ? text : text.slice(0, hash)).replace(/\/$/, '');
  if (/[/?\\]/.test(authority)) return 'route-path';
  const at = authority.lastIndexOf('@');
  const place = splitHostPort(authority.slice(at + 1));
  if (!place) return 'route-host';
  const userInfo = at === -1 ? undefined : readUserInfo(authority.slice(0, at));
  if (typeof userInfo === 'string') return userInfo;
  const outcome = assemble(kind, place.host, place.port, userInfo?.[0], userInfo?.[1]);
  if (typeof outcome === 'string') return outcome;
  return { ...outcome, ...(name === undefined ? {} : { name }), ...(assumed ? { assumed } : {}) };
}

function splitUserInfo(userInfo: string): readonly [string, string] | ProblemCode {
  const colon = userInfo.indexOf(':');
  const username = decode(colon === -1 ? userInfo : userInfo.slice(0, colon));
  const password = colon === -1 ? '' : decode(userInfo.slice(colon + 1));
  return username === undefined || password === undefined ? 'route-credentials-undecodable' : [username, password];
}

/** `socks://BASE64URL(user:pass)@…`; some writers put `user:pass` in clear, which base64 cannot contain. */
function decodeSocksUserInfo(userInfo: string): readonly [string, string] | ProblemCode {
  if (userInfo.includes(':')) return splitUserInfo(userInfo);
  const encoded = decode(userInfo)?.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  if (encoded === undefined || !/^[\w-]+$/.test(encoded)) return 'route-credentials-undecodable';
  const bytes = Buffer.from(encoded, 'base64url');
  const text = bytes.toString('utf8');
  const colon = text.indexOf(':');
  const faithful = bytes.toString('base64url') === encoded && Buffer.from(text).equals(bytes);
  return faithful && colon !== -1 ? [text.slice(0, colon), text.slice(colon + 1)] : 'route-credentials-undecodable';
}

function parseTelegramLink(what: string, query: string | undefined, fragment: string | undefined): Outcome {
  const values = new Map<string, string>();
  for (const pair of (query ?? '').split('&')) {
    const equals = pair.indexOf('=');
    const key = decode(equals === -1 ? pair : pair.slice(0, equals))?.toLowerCase();
    // A plus sign stays one: Telegram's apps write these links with percent-encoding, not as HTML forms.
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
    if (key === undefined || value === undefined) return 'route-credentials-undecodable';
    if (values.has(key)) return 'route-ambiguous';
    values.set(key, value);
  }
  const [server = '', port] = [values.get('server'), values.get('port')];
  const outcome =
    what === 'proxy'
      ? assembleMtproxy(server, port, values.get('secret'))
      : assemble('socks5h', server, port, values.get('user'), values.get('pass'));
  const name = fragment === undefined ? undefined : decode(fragment);
  return typeof outcome === 'string' || name === undefined ? outcome : { ...outcome, name };
}

/** `host:port`, `user:pass@host:port`, `host:port@user:pass`, `host:port:user:pass`, `user:pass:host:port`. */
function parseBare(text: string): Outcome {
  if (/\s/.test(text) || text.includes('://')) return 'route-malformed';
  const place = /(\[[^\]@]*\]|[^:@[\]]*):([^:@[\]]*)/.source;
  const secret = /([^:@]*):([^:@]*)/.source;
  const forms: readonly { readonly pattern: RegExp; readonly order: readonly [number, number, number, number] }[] = [
    { pattern: new RegExp(`^${place}$`, 's'), order: [1, 2, 3, 4] },
    // A password may hold `:` and `@` where it stands first, as in a link: the last `@` parts it from the host.
    { pattern: new RegExp(`^([^:@]*):(.*)@${place}$`, 's'), order: [3, 4, 1, 2] },
    { pattern: new RegExp(`^${place}@([^:@]*):(.*)$`, 's'), order: [1, 2, 3, 4] },
    { pattern: new RegExp(`^${place}:${secret}$`, 's'), order: [1, 2, 3, 4] },
    { pattern: new RegExp(`^${secret}:${place}$`, 's'), order: [3, 4, 1, 2] },
  ];
  const outcomes = forms.flatMap(({ pattern, order }) => {
    const match = pattern.exec(text);
    if (!match) return [];
    const [host = '', port = '', username, password] = order.map((index) => match[index]);
    return [fromRaw(host, port, username, password)];
  });
  const good = outcomes.filter((outcome) => typeof outcome !== 'string');
  if (good.length > 1) return 'route-ambiguous';
  // The most telling problem: the one of a reading whose host and port were fine.
  return (
    good[0] ??
    outcomes.find((outcome) => typeof outcome === 'string' && outcome.startsWith('route-credentials')) ??
    (outcomes.length === 1 ? outcomes[0] : undefined) ??
    'route-malformed'
  );
}

function fromRaw(host: string, port: string, username: string | undefined, password: string | undefined): Outcome {
  const place = assemble('socks5h', host, port, undefined, undefined);
  if (typeof place === 'string' || username === undefined) {
    return typeof place === 'string' ? place : { ...place, assumed: true };
  }
  const [user, pass] = [decode(username), decode(password ?? '')];
  if (user === undefined || pass === undefined) return 'route-credentials-undecodable';
  const outcome = assemble('socks5h', host, port, user, pass);
  return typeof outcome === 'string' ? outcome : { ...outcome, assumed: true };
}

function assemble(
  kind: ProxyRouteKind,
  hostText: string,
  portText: string | undefined,
  username: string | undefined,
  password: string | undefined,
): Outcome {
  const place = assemblePlace(hostText, portText);
  if (typeof place === 'string') return place;
  if (!username && !password) return { kind, ...place };
  const credentials = { username: username ?? '', password: password ?? '' };
  return credentialsProblem(kind, credentials) ?? { kind, ...place, credentials };
}

function assembleMtproxy(hostText: string, portText: string | undefined, secretText: string | undefined): Outcome {
  const place = assemblePlace(hostText, portText);
  if (typeof place === 'string') return place;
  if (!secretText) return 'route-secret-missing';
  const secret = parseSecret(secretText);
  return secret.ok ? { kind: 'mtproxy', ...place, secret: secret.bytes, secretText } : secretProblems[secret.problem];
}

const secretProblems: Readonly<Record<SecretProblem, ProblemCode>> = {
  undecodable: 'route-secret-undecodable',
  'odd-digits': 'route-secret-odd-digits',
  'unknown-form': 'route-secret-unknown-form',
  domain: 'route-secret-domain',
  'non-standard': 'route-secret-non-standard',
};

function assemblePlace(hostText: string, portText: string | undefined): Place | ProblemCode {
  const host = parseHost(decode(hostText) ?? '');
  if (host === undefined) return 'route-host';
  const port = parsePort(portText ?? '');
  return port === undefined ? 'route-port' : { host, port };
}

/** RFC 1929 gives each part one length byte; RFC 7617 parts them at the first colon; SOCKS4 has a user id only. */
function credentialsProblem(kind: ProxyRouteKind, { username, password }: Credentials): ProblemCode | undefined {
  if (Buffer.byteLength(username) > 255 || Buffer.byteLength(password) > 255) return 'route-credentials-too-long';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 7617 and SOCKS4's NUL-ended user id forbid them
  if (/[\u0000-\u001f\u007f]/.test(username + password)) return 'route-credentials-control';
  if ((kind === 'http' || kind === 'https') && username.includes(':')) return 'route-username-colon';
  if ((kind === 'socks4' || kind === 'socks4a') && password !== '') return 'route-socks4-password';
  return undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function finish(draft: Draft, position: number): [Route, Problem[]] {
  const { kind, host, port } = draft;
  // Whoever pastes the password into the name too must not find it in a report, nor the beginning of it.
  const written = sanitizeText(draft.name ?? '', 8192);
  const leaks =
    kind === 'mtproxy'
      ? spellings(draft.secret, draft.secretText).some((text) => written.toLowerCase().includes(text.toLowerCase()))
      : [draft.credentials?.username, draft.credentials?.password]
          .flatMap((part) => (part ? [part, sanitizeText(part, 8192)] : []))
          .some((part) => part !== '' && written.includes(part));
  const name = leaks ? '' : sanitizeText(written, 64);
  const id = slug(name) || (name === '' ? slug(`${kind}-${host}-${port}`) : `route-${position}`);
  const place = {
    id: id === 'direct' || id.startsWith('interface-') ? `route-${id}` : id,
    label: name || `${kind} ${formatHostPort(host, port)}`,
    host,
    port,
  };
  const route: Route =
    draft.kind === 'mtproxy'
      ? { ...place, kind: draft.kind, secret: draft.secret }
      : { ...place, kind: draft.kind, ...(draft.credentials === undefined ? {} : { credentials: draft.credentials }) };
  return [route, draft.assumed ? [{ code: 'route-kind-assumed' }] : []];
}

/** A secret as somebody may write it into a name: as it was given, in hexadecimal, in base64, with its mark or without. */
function spellings(secret: Uint8Array, text: string): string[] {
  const whole = Buffer.from(secret);
  const key = whole.length === 16 ? whole : whole.subarray(1, 17);
  return [text, ...[whole, key].flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64url')])];
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** Equal for two routes that would send the same bytes to the same place; labels do not count. Holds credentials: never show it. */
export function routeKey(route: Route): string {
  if (route.kind === 'direct') return 'direct';
  if (route.kind === 'interface') return JSON.stringify(['interface', route.interface]);
  const secret = route.kind === 'mtproxy' ? Buffer.from(route.secret).toString('hex') : route.credentials;
  return JSON.stringify([route.kind, route.host, route.port, secret]);
}
