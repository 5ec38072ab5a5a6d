import { acceptObfuscatedInit, isReservedStart, obfuscatedInitLength } from '../engine/mtproto/obfuscation.ts';
import type { Framing } from '../engine/mtproto/transport-framing.ts';

export interface TelegramTransport {
  readonly framing: Framing;
  /** What the obfuscated start names; null for the plain transports, which name none. */
  readonly dc: number | null;
  encrypt(bytes: Uint8Array): Uint8Array;
  decrypt(bytes: Uint8Array): Uint8Array;
  /** How many of the first bytes were the start of the transport. */
  readonly startLength: number;
}

const plainStarts: readonly (readonly [start: number, framing: Framing])[] = [
  [0xeeeeeeee, 'intermediate'],
  [0xdddddddd, 'padded'],
];

const unchanged = (bytes: Uint8Array) => bytes;

/**
 * Tells from a client's first bytes which transport it speaks, the way Telegram's servers do: `more` until that is clear, at
 * the latest after 64 bytes, and `garbage` when it is none. A MTProxy (`secret` given, 16 bytes) takes obfuscated streams only.
 */
export function acceptTelegramTransport(head: Buffer, secret?: Uint8Array): TelegramTransport | 'more' | 'garbage' {
  if (head.length === 0) return 'more';
  const plain = { dc: null, encrypt: unchanged, decrypt: unchanged };
  if (secret === undefined && head[0] === 0xef) return { ...plain, framing: 'abridged', startLength: 1 };
  if (head.length < 8) return 'more';
  const start = plainStarts.find(([bytes]) => head.readUInt32LE(0) === bytes);
  if (secret === undefined && start !== undefined) return { ...plain, framing: start[1], startLength: 4 };
  // The full transport has no start of its own; its first frame is number 0, which no obfuscated stream has there.
  if (secret === undefined && head.readUInt32LE(4) === 0) return { ...plain, framing: 'full', startLength: 0 };
  if (isReservedStart(head)) return 'garbage';
  if (head.length < obfuscatedInitLength) return 'more';
  const init = acceptObfuscatedInit(head.subarray(0, obfuscatedInitLength), secret);
  return init === null ? 'garbage' : { ...init, framing: init.tag, startLength: obfuscatedInitLength };
}
