import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError, kindOfCode, kindOfPrefix } from '../../engine/classify-error.ts';
import { DeadlineError } from '../../engine/deadline.ts';
import { alertNames } from '../../engine/tls-alert.ts';
import { type FailureKind, failureSchema } from '../../model/failure.ts';

const coded = (code: string) => Object.assign(new Error('words nobody may match'), { code });

/** Written out a second time on purpose: a row that is changed or lost in the product fails here. */
const expected: Record<FailureKind, string> = {
  timeout: 'ETIMEOUT ERR_TLS_HANDSHAKE_TIMEOUT',
  'kernel-timeout': 'ETIMEDOUT',
  refused: 'ECONNREFUSED',
  reset: 'ECONNRESET EPIPE ECONNABORTED',
  eof: 'ERR_STREAM_PREMATURE_CLOSE',
  unreachable: 'EHOSTUNREACH ENETUNREACH EHOSTDOWN ENONET EACCES EPERM',
  'network-down': 'ENETDOWN EAFNOSUPPORT',
  nxdomain: 'ENOTFOUND EAI_NONAME',
  'no-answer': 'ENODATA ENONAME EAI_NODATA EAI_ADDRFAMILY',
  servfail: 'EAI_AGAIN EAI_FAIL ESERVFAIL ENOTIMP',
  'dns-refused': 'EREFUSED',
  'dns-malformed': 'EFORMERR EBADRESP EBADNAME',
  bogon: '',
  'proxy-auth': '',
  'proxy-rejected': '',
  'proxy-protocol': '',
  'cert-untrusted':
    'SELF_SIGNED_CERT_IN_CHAIN DEPTH_ZERO_SELF_SIGNED_CERT UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CERT_CHAIN_TOO_LONG CERT_REVOKED CERT_REJECTED CERT_UNTRUSTED INVALID_CA INVALID_PURPOSE PATH_LENGTH_EXCEEDED ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD EE_KEY_TOO_SMALL CA_KEY_TOO_SMALL CA_MD_TOO_WEAK UNSPECIFIED',
  'cert-host': 'ERR_TLS_CERT_ALTNAME_INVALID ERR_TLS_CERT_ALTNAME_FORMAT HOSTNAME_MISMATCH',
  'cert-expired': 'CERT_HAS_EXPIRED CERT_NOT_YET_VALID',
  'tls-alert': '',
  'tls-protocol': 'EPROTO',
  'http-status': '',
  'http-malformed': 'Z_DATA_ERROR Z_BUF_ERROR Z_NEED_DICT',
  'block-page': '',
  'not-this-service': '',
  stall: '',
  'too-slow': '',
  aborted: 'ECANCELLED EAI_CANCELED EDESTRUCTION ECANCELED ABORT_ERR',
  'local-limit': 'EMFILE ENFILE EADDRNOTAVAIL EADDRINUSE ENOBUFS ENOMEM EAGAIN EAI_MEMORY Z_MEM_ERROR',
  unknown: 'EAI_SYSTEM',
};
const rows = Object.entries(expected).flatMap(([kind, codes]) =>
  codes
    .split(' ')
    .filter(Boolean)
    .map((code) => [code, kind] as const),
);

describe('classifyError', () => {
  it.each(rows)('%s is %s', (code, kind) => {
    expect(classifyError('connect', coded(code))).toEqual({ step: 'connect', kind, code });
  });

  it('has no row without a test', () => {
    expect(Object.keys(kindOfCode).sort()).toEqual(rows.map(([code]) => code).sort());
    expect(kindOfPrefix.map(([prefix]) => prefix)).toEqual([
      'HPE_',
      'ERR__ERROR_',
      'ERR_SSL_',
      'ERR_OSSL_',
      'ERR_TLS_',
    ]);
  });

  it.each([
    ['HPE_INVALID_CONSTANT', 'http-malformed'],
    ['ERR__ERROR_FORMAT_PADDING_1', 'http-malformed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-protocol'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls-protocol'],
    ['ERR_OSSL_EVP_UNSUPPORTED', 'tls-protocol'],
    ['ERR_TLS_DH_PARAM_SIZE', 'tls-protocol'],
    ['E_NOBODY_KNOWS', 'unknown'],
  ])('%s is %s, by its family', (code, kind) => {
    expect(classifyError('http', coded(code))).toEqual({ step: 'http', kind, code });
  });

  it.each([
    // OpenSSL
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 40, 'handshake_failure'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 70, 'protocol_version'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 112, 'unrecognized_name'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 116, 'certificate_required'],
    // BoringSSL
    ['ERR_SSL_TLSV1_ALERT_ECH_REQUIRED', 121, 'ech_required'],
    ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 120, 'no_application_protocol'],
    ['ERR_SSL_SSLV3_ALERT_CLOSE_NOTIFY', 0, 'close_notify'],
  ])('%s is the alert %i', (code, number, name) => {
    expect(classifyError('http', coded(code))).toEqual({
      step: 'http',
      kind: 'tls-alert',
      code: String(number),
      detail: name,
    });
  });

  it('knows every alert by both spellings', () => {
    for (const [number, name] of Object.entries(alertNames)) {
      for (const word of ['TLSV1_ALERT_', 'TLSV1_', 'TLSV13_ALERT_', 'SSLV3_ALERT_']) {
        expect(classifyError('tls', coded(`ERR_SSL_${word}${name.toUpperCase()}`)).code).toBe(number);
      }
    }
  });

  it('tells our deadline, an abort and the deadline of the job apart', () => {
    expect(classifyError('tls', new DeadlineError('x'))).toEqual({ step: 'tls', kind: 'timeout' });
    expect(classifyError('tls', new DOMException('x', 'AbortError'))).toEqual({ step: 'tls', kind: 'aborted' });
    expect(classifyError('tls', new DOMException('x', 'TimeoutError'))).toEqual({ step: 'tls', kind: 'timeout' });
    const byHand = AbortSignal.abort('because');
    expect(classifyError('tls', byHand.reason, byHand)).toEqual({ step: 'tls', kind: 'aborted' });
    const byJob = AbortSignal.abort(new DeadlineError('job'));
    expect(classifyError('tls', coded('ECONNRESET'), byJob)).toEqual({ step: 'tls', kind: 'timeout', detail: 'job' });
    expect(classifyError('tls', new DeadlineError('x'), new AbortController().signal)).toEqual({
      step: 'tls',
      kind: 'timeout',
    });
  });

  it('looks into causes and aggregates, but not for ever', () => {
    expect(classifyError('http', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })).kind).toBe('refused');
    expect(classifyError('connect', new AggregateError([coded('ENETUNREACH')])).kind).toBe('unreachable');
    const circle: { cause?: unknown } = {};
    circle.cause = circle;
    expect(classifyError('http', circle).kind).toBe('unknown');
  });

  it('never reads a message, and never keeps a code that is not a machine word', () => {
    expect(classifyError('tls', new Error('ECONNRESET: connection reset by peer'))).toEqual({
      step: 'tls',
      kind: 'unknown',
    });
    expect(classifyError('tls', coded('password=hunter2'))).toEqual({ step: 'tls', kind: 'unknown' });
    expect(classifyError('tls', coded('A'.repeat(65)))).toEqual({ step: 'tls', kind: 'unknown' });
    expect(classifyError('tls', coded('__PROTO__'))).toEqual({ step: 'tls', kind: 'unknown' });
  });

  it('makes a valid failure of anything that can be thrown', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    );
    const getter = {
      get code() {
        throw new Error('getter');
      },
    };
    for (const thrown of [hostile, getter, null, undefined, 0n, Symbol('x'), () => {}]) {
      expect(classifyError('http', thrown).kind).toBe('unknown');
    }
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }),
          fc.record(
            { code: fc.anything(), name: fc.anything(), cause: fc.anything(), errors: fc.anything() },
            { requiredKeys: [] },
          ),
          fc.string().map(coded),
        ),
        (thrown) => void failureSchema.parse(classifyError('proxy', thrown)),
      ),
      { numRuns: 500 },
    );
  });
});
