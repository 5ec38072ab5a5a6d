import { Duplex } from 'node:stream';
import { SocksClient } from 'socks';
import type { Failure } from '../../model/failure.ts';
import type { Destination } from '../step.ts';
import { readExactly } from './read-exactly.ts';
import { readSocksReply, type SocksReply, type SocksStage } from './socks-reply.ts';

type SocksProxy = Parameters<typeof SocksClient.createConnection>[0]['proxy'];

export interface SocksOutcome {
  /** The number in the answer to CONNECT, where one came. */
  readonly reply?: number;
  readonly failure?: Failure;
}

/**
 * The stream the SOCKS client talks through: what it writes goes to the proxy at once, and it reads only what it is fed. So
 * it gets each message whole and never a byte of the target's, which it would hand over out of order, and it cannot destroy
 * the socket.
 */
function createFeed(socket: Duplex): Duplex {
  // The library keeps its stream for as long as its own timer runs, long after the handshake: all that the socket has to
  // do with by then must not be kept with it.
  let proxy: Duplex | undefined = socket;
  const feed = new Duplex({
    read() {},
    write: (chunk, _encoding, done) => void proxy?.write(chunk, () => done()),
    destroy: (error, done) => {
      proxy = undefined;
      done(error);
    },
  });
  // The client stops listening once it has failed; an error after that must not end the process.
  feed.on('error', () => {});
  return feed;
}

function fail(kind: Failure['kind'], detail: string, code?: number): SocksOutcome {
  return { failure: { step: 'proxy', kind, detail, ...(code !== undefined && { code: String(code) }) } };
}

/** Reads one message to its last byte, and not one further. */
async function readMessage(
  socket: Duplex,
  read: (bytes: Uint8Array) => SocksReply,
  signal: AbortSignal,
): Promise<{ readonly bytes: Buffer; readonly message: SocksReply }> {
  let bytes = Buffer.alloc(0);
  let message = read(bytes);
  while (message.kind === 'more') {
    const wanted = message.size - bytes.length;
    const more = await readExactly(socket, wanted, signal);
    bytes = Buffer.concat([bytes, more]);
    if (more.length < wanted) break;
    message = read(bytes);
  }
  return { bytes, message };
}

type Ending = Exclude<SocksReply, { kind: 'next' | 'granted' }>;

function explain(message: Ending, stage: SocksStage, received: number): SocksOutcome {
  if (message.kind === 'more') return received === 0 ? fail('eof', stage) : fail('proxy-protocol', 'truncated');
  if (message.kind === 'garbage') return fail('proxy-protocol', message.detail);
  const outcome = fail(message.failure, message.stage, message.code);
  return message.stage === 'reply' ? { ...outcome, reply: message.code } : outcome;
}

/**
 * Asks a SOCKS proxy, over a connected socket, for a connection to `to`. The requests are the `socks` library's; the
 * replies are read here first, because the library tells them apart in prose only. Rejects with the socket's error or the
 * signal's reason; everything the proxy says is an outcome. The socket stays open in every case.
 */
export async function socksHandshake(
  socket: Duplex,
  proxy: SocksProxy,
  to: Destination,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<SocksOutcome> {
  const offersPassword = Boolean(proxy.userId || proxy.password);
  const feed = createFeed(socket);
  const established = SocksClient.createConnection({
    proxy,
    destination: { host: to.host, port: to.port },
    command: 'connect',
    existing_socket: feed,
    timeout: options.timeoutMs,
  }).then(
    () => true,
    () => false,
  );
  try {
    for (let stage: SocksStage = proxy.type === 4 ? 'reply' : 'method'; ; ) {
      const read = (bytes: Uint8Array) => readSocksReply(proxy.type, stage, bytes, offersPassword);
      const { bytes, message } = await readMessage(socket, read, options.signal);
      if (message.kind !== 'next' && message.kind !== 'granted') return explain(message, stage, bytes.length);
      // The next request is not sent yet, so nothing can be an answer to it.
      if (message.kind === 'next' && socket.readableLength > 0) return fail('proxy-protocol', 'early');
      feed.push(bytes);
      if (message.kind === 'granted') {
        return (await established) ? { reply: message.code } : fail('proxy-protocol', 'reply');
      }
      stage = message.stage;
    }
  } finally {
    feed.destroy();
  }
}
