import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocket } from 'ws';
import type { Failure } from '../../model/failure.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import { userAgent } from '../run-exchange.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';
import { explainEnding, observeEnding } from '../stream-ending.ts';

export interface WebsocketOptions {
  /** `ws:` or `wss:`, or http(s) for the same; what matters is its host and path, the connection being made already. */
  readonly url: string;
  /** The subprotocol; a server that does not agree to it fails the step. */
  readonly protocol?: string | undefined;
  /** The page a browser would say it comes from (RFC 6455 4.1); none is sent without it. */
  readonly origin?: string | undefined;
}

/** `socket` carries the payload of binary messages; the caller destroys it, which destroys the connection below. */
export type WebsocketConnection = Connection & { readonly status: number };

/** Largest message accepted: more than any reply this product asks for. */
const maxPayload = 1024 * 1024;

/**
 * The opening handshake of RFC 6455 over a connection of ours, complete within `timeouts.firstByte`. Another status than
 * 101 is a failure `http-status`; a 101 that breaks the protocol (a wrong accept key or subprotocol) is `http-malformed`
 * with the detail `handshake`. After a failure the connection is destroyed.
 */
export async function websocketStep(
  connection: Connection,
  { url, protocol, origin }: WebsocketOptions,
  context: StepContext,
): Promise<StepResult<WebsocketConnection>> {
  const { clock, signal, timeouts } = context;
  const startedAt = clock.now();
  const { socket: stream } = connection;
  const ending = observeEnding(stream);
  let status: number | undefined;
  let messages: Duplex | undefined;
  let failure: Failure | undefined;
  try {
    if (stream.destroyed) throw stream.errored ?? Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    messages = await withDeadline(clock, timeouts.firstByte, signal, (stop) =>
      open(connection, { url, protocol, origin, signal: stop, onStatus: (seen) => (status = seen) }),
    );
  } catch (error) {
    failure = explain(error);
  }
  const observation = context.record(startedAt, {
    step: 'websocket',
    ...(connection.address === undefined ? {} : { address: connection.address }),
    port: connection.port,
    stage: failure === undefined ? 'open' : 'request',
    ...(status === undefined ? {} : { status }),
    ...(failure === undefined ? {} : { failure }),
  });
  if (failure === undefined && messages !== undefined) {
    return { ok: true, value: { ...connection, socket: messages, status: status ?? 101 }, observation };
  }
  stream.destroy();
  return { ok: false, failure: failure ?? { step: 'websocket', kind: 'unknown' }, observation };

  function explain(error: unknown): Failure {
    const told = classifyError('websocket', error, signal);
    if (told.kind === 'aborted' || told.kind === 'timeout') return told;
    if (status !== undefined && status !== 101) return { step: 'websocket', kind: 'http-status', code: String(status) };
    // What ws itself objects to carries no code; what the network does carries one.
    if (status === 101 && told.kind === 'unknown') {
      return { step: 'websocket', kind: 'http-malformed', detail: 'handshake' };
    }
    return explainEnding('websocket', error, ending);
  }
}

interface OpenOptions extends WebsocketOptions {
  readonly signal: AbortSignal;
  readonly onStatus: (status: number) => void;
}

function open(connection: Connection, { url, protocol, origin, signal, onStatus }: OpenOptions): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol === undefined ? [] : [protocol], {
      createConnection: () => connection.socket as Socket,
      headers: { 'User-Agent': userAgent },
      ...(origin === undefined ? {} : { origin }),
      followRedirects: false,
      perMessageDeflate: false,
      maxPayload,
      maxHeaderSize: 32 * 1024,
    });
    const onAbort = () => {
      reject(signal.reason);
      connection.socket.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Stays for the socket's whole life: ws emits an error for each violation of the protocol.
    socket.on('error', reject);
    socket.once('upgrade', (response) => onStatus(response.statusCode ?? 0));
    socket.once('unexpected-response', (_request, response) => {
      onStatus(response.statusCode ?? 0);
      reject(new Error('no upgrade'));
      connection.socket.destroy();
    });
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort);
      // At once: what a server says in the same breath as 101 would be lost on a socket nobody listens to.
      const messages = createWebSocketStream(socket);
      // The next step may not listen yet when the connection breaks.
      messages.on('error', () => {});
      resolve(messages);
    });
  });
}
