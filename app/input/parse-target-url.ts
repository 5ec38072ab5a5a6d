import type { Problem } from '../../model/problem.ts';
import type { Target } from '../../model/target.ts';
import { parseHost, parsePort, splitHostPort } from './parse-host.ts';

const defaultPorts = { http: 80, https: 443, wss: 443 } as const;
const supported = 'http://, https:// or wss://';

export interface TargetPlace extends Pick<Target, 'protocol' | 'host' | 'port'> {
  readonly url: string;
  /** The name for people: Unicode with its ASCII form beside it where they differ. */
  readonly shown: string;
}

type Refusal = Pick<Problem, 'code' | 'params'>;

/** What a target's address says, with names in ASCII form, or why it cannot be used. Credentials are refused unrepeated. */
export function parseTargetUrl(text: string): TargetPlace | Refusal {
  // URL parsers silently drop tabs and line breaks; what is shown would then not be what is tested.
  if (hasInvisible(text)) return { code: 'url-control' };
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)(.*)$/is.exec(text);
  if (!match) return { code: 'scheme-missing', params: { text: text.includes('@') ? 'it' : text } };
  const [, rawScheme = '', authority = '', rest = ''] = match;
  const scheme = rawScheme.toLowerCase();
  if (!isSupported(scheme)) return { code: 'scheme-unsupported', params: { scheme, supported } };
  if (authority.includes('@')) return { code: 'url-credentials' };
  const place = parsePlace(authority, defaultPorts[scheme]);
  if ('code' in place) return place;
  const written = place.host.includes(':') ? `[${place.host}]` : place.host;
  const port = place.port === defaultPorts[scheme] ? '' : `:${place.port}`;
  const url = URL.parse(`${scheme}://${written}${port}${rest}`);
  if (!url || url.href.length > 4096) return { code: 'url-malformed', params: { url: text } };
  url.hash = '';
  return {
    protocol: scheme === 'wss' ? 'websocket' : scheme,
    ...place,
    url: url.href,
    shown: shownHost(authority, place.host),
  };
}

/** `host[:port]`, or why not. */
export function parsePlace(
  authority: string,
  defaultPort: number,
): { readonly host: string; readonly port: number } | Refusal {
  const split = splitHostPort(authority);
  if (!split) return { code: 'host-malformed', params: { host: authority } };
  if (split.host === '') return { code: 'host-missing' };
  const host = checkHost(split.host);
  if (typeof host !== 'string') return host;
  const port = split.port === undefined || split.port === '' ? defaultPort : parsePort(split.port);
  return port === undefined ? { code: 'port-impossible', params: { port: split.port ?? '' } } : { host, port };
}

/** A host in the engine's form, or why not. */
export function checkHost(text: string): string | Refusal {
  if (/\s/.test(text) || hasInvisible(text)) return { code: 'host-has-spaces' };
  return parseHost(text) ?? { code: 'host-malformed', params: { host: text } };
}

function hasInvisible(text: string): boolean {
  return /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u.test(text);
}

function isSupported(scheme: string): scheme is keyof typeof defaultPorts {
  return Object.hasOwn(defaultPorts, scheme);
}

function shownHost(authority: string, host: string): string {
  const written = (splitHostPort(authority)?.host ?? '').normalize('NFC').toLowerCase();
  return host.startsWith('xn--') || host.includes('.xn--') ? `${written} (${host})` : host;
}
