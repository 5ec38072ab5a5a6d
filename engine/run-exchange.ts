import { type ClientRequest, type IncomingMessage, request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Failure, FailureKind, Step } from '../model/failure.ts';
import { classifyError } from './classify-error.ts';
import { DeadlineError, withDeadline } from './deadline.ts';
import type { Connection, StepContext } from './step.ts';
import { explainEnding, observeEnding, type StreamEnding } from './stream-ending.ts';
import { type SilenceWatch, watchSilence } from './watch-silence.ts';

/** Longest head of a response, status line and headers together. */
const maxHeaderSize = 32 * 1024;
/** Interim responses (1xx) before the final one: honest servers send one or two. */
const maxInterim = 8;

/** An honest name: a service that turns it away is recognised by its control, not by pretending to be a browser. */
export const userAgent = 'Mozilla/5.0 (compatible; Waylight)';

/** A cause of ours to end an exchange, and the failure it stands for. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly kind: FailureKind;
  readonly words: { readonly code?: string; readonly detail?: string };
  constructor(kind: FailureKind, words: { readonly code?: string; readonly detail?: string } = {}) {
    super(kind);
    this.kind = kind;
    this.words = words;
  }
}

/** What is known of an exchange at any moment, and after it broke. Times are clock.now(). */
export interface ExchangeState {
  sentAt: number;
  firstByteAt?: number;
  /** Bytes received on the stream; what TLS adds is not counted. */
  receivedBytes: number;
  /** Bytes of a request's body that were taken; kept by who sends it. */
  sentBytes: number;
}

export interface Exchange {
  readonly request: ClientRequest;
  readonly response: Promise<IncomingMessage>;
  readonly state: ExchangeState;
  /** Silence ends the exchange: `timeouts.firstByte` until the first byte, then `timeouts.stall`. */
  readonly silence: SilenceWatch;
}

export interface ExchangeRequest {
  readonly step: Step;
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string | number>>;
}

export type ExchangeOutcome<T> =
  | { readonly ok: true; readonly value: T; readonly state: ExchangeState }
  | { readonly ok: false; readonly failure: Failure; readonly state: ExchangeState };

/**
 * One HTTP request over a stream of ours. `work` sends the body, if any, and reads the response; it is bounded by silence,
 * by `timeouts.job` as a whole, and by `context.signal`. Whatever happens the stream is destroyed in the end: there is one
 * exchange to a connection. Failures: `timeout` silence before the first byte, `stall` after it, `too-slow` never silent
 * and never done, `eof` an orderly close too early, `reset`, `http-malformed`.
 */
export async function runExchange<T>(
  { socket: stream, wire }: Connection,
  asked: ExchangeRequest,
  context: StepContext,
  work: (exchange: Exchange) => Promise<T>,
): Promise<ExchangeOutcome<T>> {
  const { clock, signal, timeouts } = context;
  const state: ExchangeState = { sentAt: clock.now(), receivedBytes: 0, sentBytes: 0 };
  const ending = observeEnding(stream);
  try {
    const value = await withDeadline(clock, timeouts.job, signal, async (stop) => {
      const broken = Promise.withResolvers<never>();
      // On a slow link a TLS record of 16 KiB is seconds on its way and decrypts to nothing until its end: that is no silence.
      const silence = watchSilence(
        clock,
        timeouts.firstByte,
        () => broken.reject(new ExchangeError(hasMoved(state) ? 'stall' : 'timeout')),
        () => wire?.lastReceivedAt,
      );
      stop.addEventListener('abort', () => broken.reject(stop.reason), { once: true });
      try {
        if (stream.destroyed) throw stream.errored ?? new ExchangeError('reset', { detail: 'before-request' });
        const { request, response } = startRequest(stream, asked, broken.reject);
        listenForBytes(request, state, context, silence);
        return await Promise.race([work({ request, response, state, silence }), broken.promise]);
      } finally {
        silence.stop();
      }
    });
    return { ok: true, value, state };
  } catch (error) {
    return { ok: false, failure: explain(asked.step, error, { state, ending, signal }), state };
  } finally {
    stream.destroy();
  }
}

function startRequest(stream: Duplex, { url, method, headers }: ExchangeRequest, onBroken: (error: unknown) => void) {
  const request = sendRequest({
    // Any duplex will do; the types name the common case.
    createConnection: () => stream as Socket,
    method,
    path: `${url.pathname}${url.search}`,
    headers: { Host: url.host, 'User-Agent': userAgent, ...headers, Connection: 'close' },
    setHost: false,
    maxHeaderSize,
  });
  const response = new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  request.on('error', onBroken);
  let interim = 0;
  request.on('information', () => {
    interim += 1;
    if (interim > maxInterim) onBroken(new ExchangeError('http-malformed', { detail: 'interim-responses' }));
  });
  request.on('upgrade', (_response, upgraded) => {
    upgraded.destroy();
    onBroken(new ExchangeError('http-malformed', { detail: 'upgrade' }));
  });
  return { request, response };
}

function listenForBytes(
  request: ClientRequest,
  state: ExchangeState,
  { clock, timeouts }: StepContext,
  silence: SilenceWatch,
) {
  // Not earlier: a data listener starts the flow, and http must be listening by then.
  request.once('socket', (socket) => {
    socket.prependListener('data', (chunk: Buffer) => {
      state.firstByteAt ??= clock.now();
      state.receivedBytes += chunk.length;
      silence.touch(timeouts.stall);
    });
  });
}

function hasMoved({ firstByteAt, sentBytes }: ExchangeState): boolean {
  return firstByteAt !== undefined || sentBytes > 0;
}

interface Circumstances {
  readonly state: ExchangeState;
  readonly ending: StreamEnding;
  readonly signal: AbortSignal;
}

function explain(step: Step, error: unknown, { state, ending, signal }: Circumstances): Failure {
  if (signal.aborted) return classifyError(step, error, signal);
  if (error instanceof ExchangeError) return { step, kind: error.kind, ...error.words };
  if (error instanceof DeadlineError) return { step, kind: hasMoved(state) ? 'too-slow' : 'timeout' };
  return explainEnding(step, error, ending);
}
