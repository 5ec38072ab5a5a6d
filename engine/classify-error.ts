import type { Failure, FailureKind, Step } from '../model/failure.ts';
import { DeadlineError } from './deadline.ts';
import { alertOfCode } from './tls-alert.ts';

/**
 * What each stable code means. Sources: errno(3) names as libuv gives them, getaddrinfo's EAI names, c-ares codes as
 * node:dns gives them, X.509 verification codes (node's crypto), llhttp's HPE names and zlib's Z names.
 */
export const kindOfCode: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  // Written to a connection the peer had already torn down.
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ETIMEDOUT: 'kernel-timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENONET: 'unreachable',
  // ICMP "administratively prohibited" reaches a Linux connect() as one of these two.
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ENETDOWN: 'network-down',
  EAFNOSUPPORT: 'network-down',
  EMFILE: 'local-limit',
  ENFILE: 'local-limit',
  EADDRNOTAVAIL: 'local-limit',
  EADDRINUSE: 'local-limit',
  ENOBUFS: 'local-limit',
  ENOMEM: 'local-limit',
  EAGAIN: 'local-limit',
  EPROTO: 'tls-protocol',

  ENOTFOUND: 'nxdomain',
  EAI_NONAME: 'nxdomain',
  ENODATA: 'no-answer',
  ENONAME: 'no-answer',
  EAI_NODATA: 'no-answer',
  EAI_ADDRFAMILY: 'no-answer',
  // getaddrinfo says "try again" for SERVFAIL and for silence alike.
  EAI_AGAIN: 'servfail',
  EAI_FAIL: 'servfail',
  ESERVFAIL: 'servfail',
  ENOTIMP: 'servfail',
  EREFUSED: 'dns-refused',
  EFORMERR: 'dns-malformed',
  EBADRESP: 'dns-malformed',
  EBADNAME: 'dns-malformed',
  ETIMEOUT: 'timeout',
  EAI_MEMORY: 'local-limit',
  EAI_SYSTEM: 'unknown',
  ECANCELLED: 'aborted',
  EAI_CANCELED: 'aborted',
  EDESTRUCTION: 'aborted',

  ECANCELED: 'aborted',
  ABORT_ERR: 'aborted',

  CERT_HAS_EXPIRED: 'cert-expired',
  CERT_NOT_YET_VALID: 'cert-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'cert-host',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'cert-host',
  HOSTNAME_MISMATCH: 'cert-host',
  SELF_SIGNED_CERT_IN_CHAIN: 'cert-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'cert-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'cert-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'cert-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'cert-untrusted',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'cert-untrusted',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'cert-untrusted',
  CERT_SIGNATURE_FAILURE: 'cert-untrusted',
  CERT_CHAIN_TOO_LONG: 'cert-untrusted',
  CERT_REVOKED: 'cert-untrusted',
  CERT_REJECTED: 'cert-untrusted',
  CERT_UNTRUSTED: 'cert-untrusted',
  INVALID_CA: 'cert-untrusted',
  INVALID_PURPOSE: 'cert-untrusted',
  PATH_LENGTH_EXCEEDED: 'cert-untrusted',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'cert-untrusted',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'cert-untrusted',
  EE_KEY_TOO_SMALL: 'cert-untrusted',
  CA_KEY_TOO_SMALL: 'cert-untrusted',
  CA_MD_TOO_WEAK: 'cert-untrusted',
  // Node's word for a verification failure it has no name for.
  UNSPECIFIED: 'cert-untrusted',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'timeout',

  ERR_STREAM_PREMATURE_CLOSE: 'eof',
  Z_DATA_ERROR: 'http-malformed',
  Z_BUF_ERROR: 'http-malformed',
  Z_NEED_DICT: 'http-malformed',
  Z_MEM_ERROR: 'local-limit',
};

/** Families of codes that grow with each release of their library: by prefix, after the table. */
export const kindOfPrefix: readonly (readonly [string, FailureKind])[] = [
  ['HPE_', 'http-malformed'],
  ['ERR__ERROR_', 'http-malformed'],
  ['ERR_SSL_', 'tls-protocol'],
  ['ERR_OSSL_', 'tls-protocol'],
  ['ERR_TLS_', 'tls-protocol'],
];

/** Errors are nested: fetch wraps, happy eyeballs aggregates. Deeper than this is nobody's honest error. */
const deepest = 4;

/**
 * The one place where an error becomes a failure. Decides by codes and types alone, never by message texts, and never
 * throws, whatever was thrown. With `signal` (the step's own), an error that is its abort is told from one that is not: an
 * abort by somebody is `aborted`, one by a deadline further out is `timeout` with the detail `job`.
 */
export function classifyError(step: Step, error: unknown, signal?: AbortSignal): Failure {
  if (signal?.aborted) {
    return signal.reason instanceof DeadlineError
      ? { step, kind: 'timeout', detail: 'job' }
      : { step, kind: 'aborted' };
  }
  try {
    return classifyValue(step, error, deepest) ?? { step, kind: 'unknown' };
  } catch {
    // A proxy or a getter that throws: whatever it is, it is nothing we know.
    return { step, kind: 'unknown' };
  }
}

function classifyValue(step: Step, error: unknown, depth: number): Failure | undefined {
  if (error instanceof DeadlineError) return { step, kind: 'timeout' };
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const { code, name, cause, errors } = error as Record<'code' | 'name' | 'cause' | 'errors', unknown>;
  if (name === 'AbortError') return { step, kind: 'aborted' };
  if (name === 'TimeoutError') return { step, kind: 'timeout' };
  const known = typeof code === 'string' ? failureOfCode(step, code) : undefined;
  if (known !== undefined && known.kind !== 'unknown') return known;
  const inner = Array.isArray(errors) ? errors[0] : undefined;
  return classifyValue(step, inner, depth - 1) ?? classifyValue(step, cause, depth - 1) ?? known;
}

function failureOfCode(step: Step, code: string): Failure | undefined {
  // A code is a machine word; anything else might be prose or worse, and is dropped.
  if (!/^[A-Z][A-Z0-9_]{1,63}$/.test(code)) return undefined;
  const kind = Object.hasOwn(kindOfCode, code) ? kindOfCode[code] : undefined;
  if (kind !== undefined) return { step, kind, code };
  const alert = alertOfCode(code);
  if (alert !== undefined) return { step, kind: 'tls-alert', code: String(alert.number), detail: alert.name };
  const family = kindOfPrefix.find(([prefix]) => code.startsWith(prefix));
  return { step, kind: family?.[1] ?? 'unknown', code };
}
