import { generatePrimeSync, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import {
  createMessageIds,
  decodeReqPq,
  encodeResPq,
  encodeTransportError,
  type PqReply,
  productionFingerprint,
  testFingerprint,
} from '../engine/mtproto/req-pq.ts';
import { createFrameDecoder, createFrameEncoder, maxPadding } from '../engine/mtproto/transport-framing.ts';
import { acceptTelegramTransport } from './accept-telegram-transport.ts';

export interface TelegramServerOptions {
  /** The data centre this is; a client that names another one in its obfuscated start is refused. */
  readonly dc: number;
  /** Takes a client whatever it names, as Telegram does with those that come without a proxy: some clients name nothing. */
  readonly anyDc?: boolean;
  /** Whether it offers the production key, as by default, or that of Telegram's test servers. */
  readonly production?: boolean;
  /** Takes everything and never answers: what a censor's silent drop looks like from the client. */
  readonly swallow?: boolean;
  /** Serves as a MTProxy with this 16-byte key. */
  readonly secret?: Uint8Array;
  /** Goes on with the key exchange where this server ends; without it, or where it does not know how, the answer is -404. */
  readonly exchange?: KeyExchange;
}

/** The server's part of a key exchange after resPQ. */
export interface KeyExchange {
  /** Fingerprint of the RSA key that is offered instead of Telegram's, 16 lower-case hex digits. */
  readonly fingerprint: string;
  /** Takes a whole frame, padding included, and what the connection was offered last; returns the message to answer with. */
  answer(frame: Buffer, offer: PqReply): Buffer | null;
}

// Far above anything a client sends before it has a key; keeps a hostile length from costing memory.
const maxRequest = 64 * 1024;

// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
const notFound = -404;
const invalidDc = -444;

/**
 * Serves one connection as a Telegram data centre does, up to the first step of a key exchange: every transport is
 * recognised, req_pq and req_pq_multi get a resPQ, anything else that is well framed gets -404, and bytes that are no
 * transport of Telegram get the connection closed. Use as `net.createServer((socket) => serveTelegram(socket, { dc: 2 }))`.
 */
export function serveTelegram(socket: Duplex, options: TelegramServerOptions): void {
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  if (options.swallow === true) {
    socket.resume();
    return;
  }
  let head: Buffer = Buffer.alloc(0);
  let converse: Conversation | null = null;

  const receive = (chunk: Buffer): Buffer | null => {
    if (converse !== null) return converse(chunk);
    head = Buffer.concat([head, chunk]);
    const opened = openConversation(head, options);
    if (opened === 'more') return Buffer.alloc(0);
    if (opened === 'garbage') return null;
    converse = opened.converse;
    return converse(head.subarray(opened.startLength));
  };

  socket.on('data', (chunk: Buffer) => {
    if (socket.destroyed) return;
    const reply = receive(chunk);
    if (reply === null) {
      socket.destroy();
    } else if (reply.length > 0 && !socket.write(reply)) {
      // A client that asks and never reads must not fill this side's memory.
      socket.pause();
      socket.once('drain', () => socket.resume());
    }
  });
}

/** Takes what a client sent and returns what it gets back; null when the stream is broken and has to be closed. */
type Conversation = (chunk: Buffer) => Buffer | null;

function openConversation(
  head: Buffer,
  options: TelegramServerOptions,
): { converse: Conversation; startLength: number } | 'more' | 'garbage' {
  const transport = acceptTelegramTransport(head, options.secret);
  if (transport === 'more' || transport === 'garbage') return transport;
  const encode = createFrameEncoder(transport.framing, randomBytes);
  const decoder = createFrameDecoder(transport.framing, maxRequest);
  const padding = transport.framing === 'padded' ? maxPadding : 0;
  // Negative numbers ask for media of the same data centre.
  const rightDc = options.anyDc === true || transport.dc === null || Math.abs(transport.dc) === options.dc;
  const answer = createAnswers(options);
  return {
    startLength: transport.startLength,
    converse: (chunk) => {
      const { frames, broken } = decoder.push(transport.decrypt(chunk));
      if (broken) return null;
      const replies = frames.map((frame) => (rightDc ? answer(frame, padding) : encodeTransportError(invalidDc)));
      return Buffer.concat(replies.map((reply) => transport.encrypt(encode(reply))));
    },
  };
}

function createAnswers(options: TelegramServerOptions): (frame: Buffer, padding: number) => Buffer {
  const { production = true, exchange } = options;
  const fingerprint = exchange?.fingerprint ?? (production ? productionFingerprint : testFingerprint);
  const nextId = createMessageIds(Date.now);
  let offer: PqReply | undefined;
  return (frame, padding) => {
    const request = decodeReqPq(frame, padding);
    if (request === null) {
      const further = offer === undefined ? undefined : exchange?.answer(frame, offer);
      return further ?? encodeTransportError(notFound);
    }
    offer = {
      // Ids of a server's answers are 1 modulo 4.
      messageId: nextId() + 1n,
      nonce: request.nonce,
      serverNonce: randomBytes(16),
      pq: drawPq(),
      fingerprints: [fingerprint],
    };
    return encodeResPq(offer);
  };
}

/** The product of two primes of 31 bits: 8 bytes, below 2^63, as a client expects. */
function drawPq(): Buffer {
  const prime = () => generatePrimeSync(31, { bigint: true });
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(prime() * prime());
  return bytes;
}
