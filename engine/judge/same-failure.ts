import type { Failure } from '../../model/failure.ts';

/**
 * What kind of end a failure is, seen from outside: the same dead host looks like a timeout directly, and like a refusal
 * or a timeout of the proxy through one, because there it is the proxy that dials.
 */
type Ending = 'name' | 'silent' | 'refused' | 'proxy' | 'cut' | 'certificate' | 'alert' | 'answered' | 'other';

const nameKinds = new Set(['nxdomain', 'no-answer', 'servfail', 'dns-refused', 'dns-malformed', 'bogon']);
const silentKinds = new Set(['timeout', 'kernel-timeout', 'unreachable', 'network-down']);
const cutKinds = new Set(['reset', 'eof', 'timeout', 'kernel-timeout', 'stall', 'http-malformed', 'tls-protocol']);

export function endingOf(failure: Failure): Ending {
  const { step, kind } = failure;
  if (step === 'resolve') return 'name';
  if (nameKinds.has(kind)) return 'name';
  if (step === 'connect') return silentKinds.has(kind) ? 'silent' : 'refused';
  if (step === 'proxy') return 'proxy';
  if (kind.startsWith('cert-')) return 'certificate';
  if (kind === 'tls-alert') return 'alert';
  if (kind === 'http-status' || kind === 'not-this-service' || kind === 'block-page') return 'answered';
  return cutKinds.has(kind) ? 'cut' : 'other';
}

/** Whether two routes saw the same end, allowing for who did the dialling. */
export function failsTheSameWay(a: Failure, b: Failure): boolean {
  const [first, second] = [endingOf(a), endingOf(b)];
  if (first === 'proxy' || second === 'proxy') {
    const dialled = new Set(['name', 'silent', 'refused', 'proxy']);
    return dialled.has(first) && dialled.has(second);
  }
  if (first !== second) return false;
  return first !== 'certificate' || a.kind === b.kind;
}
