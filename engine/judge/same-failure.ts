import type { Failure } from '../../model/failure.ts';

const nameKinds = new Set(['nxdomain', 'no-answer', 'servfail', 'dns-refused', 'dns-malformed', 'bogon']);
const silentKinds = new Set(['timeout', 'kernel-timeout', 'stall', 'too-slow']);
const cutKinds = new Set(['reset', 'eof']);

/**
 * What proxies say when they could not reach the host: HTTP 500, 502, 503, 504; SOCKS 5 general failure, network or host
 * unreachable, refused, TTL expired (RFC 1928 6); SOCKS 4 "rejected or failed". Any other word, such as 403 or "not
 * allowed", is the proxy's own policy and says nothing of the host.
 */
const couldNotReach = new Set(['500', '502', '503', '504', '1', '3', '4', '5', '6', '91']);

/** Seen through a proxy, where it is the proxy that dials: no name, no answer and a refusal all look like this. */
const unreached = 'unreached';
const dialled = new Set(['name', 'connect silent', 'connect refused', unreached]);

/**
 * What kind of end a failure is, seen from outside; undefined where it says nothing of the target: this machine's own
 * limits, a proxy's policy, anything unknown.
 */
export function endingOf({ step, kind, code, detail }: Failure): string | undefined {
  // An MTProxy that does not answer the ClientHello is silent by itself: it has not been asked for anybody yet.
  if (detail === 'server-hello' || detail === 'hello-shape') return undefined;
  if (step === 'proxy') return proxyCouldNotReach({ step, kind, code }) ? unreached : undefined;
  if (nameKinds.has(kind) || (step === 'resolve' && silentKinds.has(kind))) return 'name';
  if (step === 'connect') return endOfConnect(kind);
  if (kind.startsWith('cert-')) return kind;
  if (kind === 'tls-alert') return kind;
  if (kind === 'tls-protocol') return detail === 'not-tls' ? undefined : kind;
  if (kind === 'http-malformed') return kind;
  if (silentKinds.has(kind)) return `${step} silent`;
  return cutKinds.has(kind) ? `${step} cut` : undefined;
}

function endOfConnect(kind: Failure['kind']): string | undefined {
  if (silentKinds.has(kind) || kind === 'unreachable') return 'connect silent';
  return kind === 'refused' || kind === 'reset' ? 'connect refused' : undefined;
}

/** Whether a proxy tried to reach the host and could not, as opposed to not wanting to. */
export function proxyCouldNotReach({
  step,
  kind,
  code,
}: Pick<Failure, 'step' | 'kind'> & { code?: string | undefined }) {
  if (step !== 'proxy') return false;
  return silentKinds.has(kind) || (kind === 'proxy-rejected' && couldNotReach.has(code ?? ''));
}

/** Whether two routes saw the same end, allowing for who did the dialling. */
export function failsTheSameWay(a: Failure, b: Failure): boolean {
  const [first, second] = [endingOf(a), endingOf(b)];
  if (first === undefined || second === undefined) return false;
  if (first === unreached || second === unreached) return dialled.has(first) && dialled.has(second);
  return first === second;
}
