import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createObfuscatedInit, type ObfuscatedFraming } from '../engine/mtproto/obfuscation.ts';
import { createRecordOpener, toRecords } from '../engine/mtproxy/fake-tls.ts';
import type { MtproxySecret } from '../engine/mtproxy/parse-secret.ts';
import { acceptTelegramTransport, type TelegramTransport } from './accept-telegram-transport.ts';
import { answerHello, type HelloGate } from './answer-hello.ts';
import { convertStream } from './convert-stream.ts';
import { joinStreams } from './join-streams.ts';

export interface MtproxyServerOptions {
  readonly secret: MtproxySecret;
  /** Opens a connection to a data centre; a negative number asks for its media. Rejects when it cannot. */
  dialTelegram(dc: number): Promise<Duplex>;
  /** Opens a connection to the site that strangers shall see. Without one they are heard out and never answered. */
  dialMask?: (() => Promise<Duplex>) | undefined;
  /** How far the time in a hello may be off, in seconds; 120 late and 3 early by default, as Telegram's own proxy has it. */
  readonly tolerance?: HelloGate['tolerance'] | undefined;
  /** See {@link HelloGate}; 4096 by default. */
  readonly longestHello?: number | undefined;
  /** The proxy's clock, Unix milliseconds. */
  readonly now?: (() => number) | undefined;
  /** One way from the proxy to Telegram, in milliseconds. */
  readonly delayMs?: number | undefined;
}

/**
 * An MTProxy for all three kinds of secret, which remembers the hellos it has answered for as long as it lives. The function
 * returned serves one connection: `net.createServer({ allowHalfOpen: true }, createMtproxyServer(…))`.
 */
export function createMtproxyServer(options: MtproxyServerOptions): (client: Duplex) => void {
  const { secret, now = Date.now, tolerance = { behind: 120, ahead: 3 }, longestHello = 4096 } = options;
  const answered = new Set<string>();
  const clock = () => Math.floor(now() / 1000);
  return (client) => {
    client.on('error', () => {});
    const served =
      secret.kind === 'fake-tls'
        ? serveFakeTls(client, { ...secret, now: clock, tolerance, longestHello, answered }, options)
        : serveBare(client, options);
    // Telegram or the mask cannot be reached, or the client has left in the middle of a word.
    served.catch(() => client.destroy());
  };
}

async function serveBare(client: Duplex, options: MtproxyServerOptions): Promise<void> {
  const transport = await readTransport(client, options.secret);
  if (transport === 'garbage') return showMask(client, options);
  await carry(client, transport, options);
}

async function serveFakeTls(client: Duplex, gate: HelloGate, options: MtproxyServerOptions): Promise<void> {
  const { decision, head } = await readHead(client, (bytes) => answerHello(bytes, gate));
  if (decision === 'stranger') {
    client.unshift(head);
    return showMask(client, options);
  }
  client.unshift(head.subarray(decision.length));
  client.write(decision.answer);
  const inside = insideRecords(client);
  const transport = await readTransport(inside, options.secret);
  // Whoever knows the secret and then speaks nonsense is no stranger to be deceived.
  if (transport === 'garbage') inside.destroy();
  else await carry(inside, transport, options);
}

/** The stream inside of application records; the client's first record is a change of cipher spec. */
function insideRecords(client: Duplex): Duplex {
  const open = createRecordOpener();
  let expected = Buffer.from('140303000101', 'hex');
  return convertStream(client, {
    send: toRecords,
    receive: (chunk) => {
      const start = chunk.subarray(0, expected.length);
      if (!start.equals(expected.subarray(0, start.length))) return null;
      expected = expected.subarray(start.length);
      const { payload, broken } = open(chunk.subarray(start.length));
      return broken ? null : payload;
    },
  });
}

async function readTransport(client: Duplex, secret: MtproxySecret): Promise<TelegramTransport | 'garbage'> {
  const { decision, head } = await readHead(client, (bytes) => acceptTelegramTransport(bytes, secret.key));
  const refused = decision === 'garbage' || (secret.kind !== 'plain' && decision.framing !== 'padded');
  client.unshift(refused ? head : head.subarray(decision.startLength));
  return refused ? 'garbage' : decision;
}

/** Joins the client to a data centre. The framing stays what it is; only the obfuscation is another on each side. */
async function carry(client: Duplex, transport: TelegramTransport, options: MtproxyServerOptions): Promise<void> {
  const dc = transport.dc ?? 2;
  const telegram = await options.dialTelegram(dc);
  if (client.destroyed) {
    telegram.destroy();
    return;
  }
  const beyond = createObfuscatedInit({ tag: transport.framing as ObfuscatedFraming, dc, random: randomBytes });
  telegram.write(beyond.header);
  const near = convertStream(client, { receive: transport.decrypt, send: transport.encrypt });
  const far = convertStream(telegram, { receive: beyond.decrypt, send: beyond.encrypt });
  joinStreams(near, far, options.delayMs ?? 0);
}

async function showMask(client: Duplex, { dialMask, delayMs = 0 }: MtproxyServerOptions): Promise<void> {
  if (dialMask === undefined) {
    client.on('end', () => client.end());
    client.resume();
    return;
  }
  joinStreams(client, await dialMask(), delayMs);
}

/** Gathers first bytes until they decide; the stream is paused then. Rejects when it ends before. */
function readHead<T>(
  client: Duplex,
  decide: (head: Buffer) => T | 'more',
): Promise<{ readonly decision: T; readonly head: Buffer }> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const decision = decide(head);
      if (decision === 'more') return;
      leave();
      resolve({ decision, head });
    };
    const onGone = () => {
      leave();
      reject(new Error('the client left'));
    };
    const leave = () => {
      client.off('data', onData).off('end', onGone).off('close', onGone);
      client.pause();
    };
    client.on('data', onData).on('end', onGone).on('close', onGone);
    client.resume();
  });
}
