import type { Failure, FailureKind } from '../../model/failure.ts';

/**
 * OONI's names for what went wrong (its df-007-errors). What it has no name for is `unknown_failure: ` and our kind: that is
 * its own form for such cases, and a reader still sees what it was.
 */
const nameOfKind: Readonly<Record<FailureKind, string>> = {
  timeout: 'generic_timeout_error',
  'kernel-timeout': 'generic_timeout_error',
  refused: 'connection_refused',
  reset: 'connection_reset',
  eof: 'eof_error',
  unreachable: 'host_unreachable',
  'network-down': 'network_down',
  nxdomain: 'dns_nxdomain_error',
  'no-answer': 'dns_no_answer',
  servfail: 'dns_servfail_error',
  'dns-refused': 'dns_refused_error',
  'dns-malformed': 'dns_server_misbehaving',
  bogon: 'dns_bogon_error',
  'proxy-auth': 'unknown_failure: proxy-auth',
  'proxy-rejected': 'unknown_failure: proxy-rejected',
  'proxy-protocol': 'unknown_failure: proxy-protocol',
  'cert-untrusted': 'ssl_unknown_authority',
  'cert-host': 'ssl_invalid_hostname',
  'cert-expired': 'ssl_invalid_certificate',
  'tls-alert': 'ssl_failed_handshake',
  'tls-protocol': 'ssl_failed_handshake',
  'http-status': 'http_request_failed',
  'http-malformed': 'unknown_failure: http-malformed',
  'block-page': 'unknown_failure: block-page',
  'not-this-service': 'unknown_failure: not-this-service',
  stall: 'generic_timeout_error',
  'too-slow': 'generic_timeout_error',
  aborted: 'interrupted',
  'local-limit': 'unknown_failure: local-limit',
  unknown: 'unknown_failure: unknown',
};

/** Where the code says more than the kind. A map, because a code may come from a file and be called `constructor`. */
const nameOfCode: ReadonlyMap<string, string> = new Map([
  ['ECONNABORTED', 'connection_aborted'],
  ['ENETUNREACH', 'network_unreachable'],
  // getaddrinfo says these for more than a SERVFAIL.
  ['EAI_AGAIN', 'dns_temporary_failure'],
  ['EAI_FAIL', 'dns_non_recoverable_failure'],
]);

const refusals: readonly (string | undefined)[] = [undefined, 'REFUSED', 'EREFUSED'];

/** A failure as one of OONI's strings; null for none. Never holds a text from outside. */
export function toOoniFailure(failure: Failure | undefined): string | null {
  if (failure === undefined) return null;
  const { kind, code } = failure;
  // This kind also stands for every RCODE that has no kind of its own.
  if (kind === 'dns-refused' && !refusals.includes(code)) return 'dns_server_misbehaving';
  return nameOfCode.get(code ?? '') ?? nameOfKind[kind];
}
