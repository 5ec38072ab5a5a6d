import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import type { Failure } from '../../model/failure.ts';
import { describeCertificate, readChain, vouchedBy } from '../certificate-chain.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { Connection, ObservationDraft, StepContext, StepResult, TrustStore } from '../step.ts';
import { type Tap, tapStream } from '../tap-stream.ts';
import { type AlertReader, createAlertReader } from '../tls-alert.ts';

export interface TlsOptions {
  readonly peer: 'target' | 'proxy';
  /** The name to send as SNI. An address literal is never sent (RFC 6066 3). */
  readonly serverName?: string | undefined;
  /**
   * The host the certificate must be valid for, a name or an address. Absent: the certificate is recorded and nothing about
   * it fails the step, for when only the handshake itself is the question (a neutral name).
   */
  readonly verify?: string | undefined;
}

export type TlsConnection = Connection & { readonly socket: TLSSocket; readonly tls: TLSSocket };

type TlsDraft = Extract<ObservationDraft, { step: 'tls' }>;

/**
 * One TLS handshake over any byte stream, within `timeouts.tls`. What failed is read off the bytes below TLS, so that a reset,
 * an orderly close, silence and an alert are told apart whatever library is linked. A certificate that is not valid for
 * `verify` fails the step with the chain recorded. After a failure the stream below is destroyed; after a success the
 * caller destroys `value.socket`, which destroys everything below it.
 *
 * Details: `before-hello` the connection had already broken when the ClientHello was due, so the name in it cannot be why;
 * `not-tls` the peer answered with something that is not a TLS record.
 */
export async function tlsStep(
  connection: Connection,
  options: TlsOptions,
  context: StepContext,
): Promise<StepResult<TlsConnection>> {
  const { clock, signal, timeouts, trust } = context;
  const startedAt = clock.now();
  const serverName =
    options.serverName !== undefined && isIP(options.serverName) === 0 ? options.serverName : undefined;
  const alerts = createAlertReader();
  const tap = tapStream(connection.socket, clock.now, alerts.push);
  const { wire } = tap;
  const chain: X509Certificate[] = [];
  let draft: Partial<TlsDraft> = {};
  let secure: TLSSocket | undefined;
  let failure: Failure | undefined;
  try {
    const { errored } = connection.socket;
    if (errored) throw errored;
    secure = await withDeadline(clock, timeouts.tls, signal, (stop) =>
      shakeHands(tap.stream, { serverName, trust, signal: stop }),
    );
    chain.push(...readChain(secure));
    const vouched = vouchedBy(chain, trust);
    draft = { version: secure.getProtocol() ?? 'unknown', trust: verifiedBy(secure, vouched) };
    failure = checkCertificate(secure, vouched, options.verify);
  } catch (error) {
    failure = explain(error, tap, alerts, signal);
  }
  const { firstSentAt, firstReceivedAt, bytesReceived } = wire;
  const answered = firstSentAt !== undefined && firstReceivedAt !== undefined;
  const observation = context.record(startedAt, {
    step: 'tls',
    peer: options.peer,
    ...(connection.address === undefined ? {} : { address: connection.address }),
    port: connection.port,
    ...(serverName === undefined ? {} : { serverName }),
    ...draft,
    ...(answered ? { helloMs: Math.max(0, firstReceivedAt - firstSentAt) } : {}),
    bytesReceived,
    chain: chain.map(describeCertificate),
    ...(failure === undefined ? {} : { failure }),
  });
  if (failure === undefined && secure !== undefined) {
    return { ok: true, value: { ...connection, socket: secure, tls: secure, wire }, observation };
  }
  secure?.destroy();
  tap.stream.destroy();
  return { ok: false, failure: failure ?? { step: 'tls', kind: 'unknown' }, observation };
}

interface HandshakeOptions {
  readonly serverName: string | undefined;
  readonly trust: TrustStore;
  readonly signal: AbortSignal;
}

function shakeHands(stream: Duplex, { serverName, trust, signal }: HandshakeOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: stream,
      ...(serverName === undefined ? {} : { servername: serverName }),
      ALPNProtocols: ['http/1.1'],
      secureContext: trust.secureContext,
      // The handshake is to finish whatever the certificate, so that the certificate can be recorded; it is judged after.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const onAbort = () => {
      socket.destroy();
      stream.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Errors of the stream below are emitted without destroying the socket; `errored` is what the next step looks at.
    socket.on('error', (error) => {
      socket.destroy(error);
      reject(error);
    });
    socket.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      reject(Object.assign(new Error('closed during the handshake'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
    });
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
  });
}

/** The wire's own story before the library's: an alert, then what the stream below ended with, then the library's code. */
function explain(error: unknown, { wire }: Tap, alerts: AlertReader, signal: AbortSignal): Failure {
  const told = classifyError('tls', error, signal);
  if (told.kind === 'aborted' || told.kind === 'timeout') return told;
  const alert = alerts.alert();
  if (alert !== undefined) return { step: 'tls', kind: 'tls-alert', code: String(alert.number), detail: alert.name };
  if (alerts.isForeign()) return { ...told, kind: 'tls-protocol', detail: 'not-tls' };
  const early = wire.firstSentAt === undefined ? { detail: 'before-hello' } : {};
  if (wire.error !== undefined) return { ...classifyError('tls', wire.error), ...early };
  // OpenSSL's complaint about the bytes outranks the close that follows it.
  if (told.kind === 'tls-protocol' || told.kind === 'tls-alert') return told;
  return wire.ended ? { step: 'tls', kind: 'eof', ...early } : { ...told, ...early };
}

const expiryCodes = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Node's code for what is wrong with the chain (not the host name), such as SELF_SIGNED_CERT_IN_CHAIN. */
function chainError(socket: TLSSocket): string | undefined {
  // Typed as an Error, but a code or null at run time.
  const error = socket.authorizationError as unknown;
  return typeof error === 'string' ? error : undefined;
}

function verifiedBy(socket: TLSSocket, vouched: ReturnType<typeof vouchedBy>) {
  const error = chainError(socket);
  return error === undefined || expiryCodes.has(error) ? vouched : 'none';
}

/**
 * In order of weight: a chain nobody vouches for, a wrong name, a date. OpenSSL keeps only the last of several errors, and
 * dates come last, so an expired certificate is asked again whether anybody vouches for it at all.
 */
function checkCertificate(
  socket: TLSSocket,
  vouched: ReturnType<typeof vouchedBy>,
  host: string | undefined,
): Failure | undefined {
  if (host === undefined) return undefined;
  const code = chainError(socket);
  const isExpired = code !== undefined && expiryCodes.has(code);
  if (code !== undefined && (!isExpired || vouched === 'none')) return { step: 'tls', kind: 'cert-untrusted', code };
  if (!isForHost(socket, host)) return { step: 'tls', kind: 'cert-host', code: 'ERR_TLS_CERT_ALTNAME_INVALID' };
  return isExpired ? { step: 'tls', kind: 'cert-expired', code } : undefined;
}

function isForHost(socket: TLSSocket, host: string): boolean {
  try {
    return checkServerIdentity(host, socket.getPeerCertificate()) === undefined;
  } catch {
    // Thrown for a subjectAltName that cannot be parsed.
    return false;
  }
}
