import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { drawX25519Key } from '../engine/mtproxy/draw-keys.ts';
import { readClientHello } from './client-hello.ts';

export interface HelloGate {
  /** The 16-byte key of the secret. */
  readonly key: Uint8Array;
  readonly domain: string;
  /** Whole seconds since 1970. */
  now(): number;
  /** How far the time in a hello may be off, in seconds. */
  readonly tolerance: { readonly behind: number; readonly ahead: number };
  /** A longer hello is a stranger's: 4096 bytes in Telegram's own proxy, 517 in others of long ago. */
  readonly longestHello: number;
  /** Randoms of hellos that were answered. */
  readonly answered: Set<string>;
}

export type HelloReading =
  | 'more'
  /** Not from somebody who knows the secret and the time, or a hello seen before. */
  | 'stranger'
  | { readonly length: number; readonly answer: Buffer };

const headerLength = 5;
const randomAt = 11;
const shortestHello = 5 + 4 + 2 + 32 + 1 + 32 + 4;
/** An MTProxy remembers some while; enough to be sure that nothing is answered twice in a practice network. */
const mostRemembered = 10_000;

/** Reads the first bytes of a connection as an MTProxy with fake TLS does, and writes its signed answer (telegram.md, "MTProxy"). */
export function answerHello(bytes: Buffer, gate: HelloGate): HelloReading {
  if (!Buffer.of(22, 3, 1).subarray(0, bytes.length).equals(bytes.subarray(0, 3))) return 'stranger';
  if (bytes.length < headerLength) return 'more';
  const length = headerLength + bytes.readUInt16BE(3);
  if (length < shortestHello || length > gate.longestHello) return 'stranger';
  if (bytes.length < length) return 'more';
  const record = bytes.subarray(0, length);
  return isWelcome(record, gate) ? { length, answer: writeAnswer(record, gate.key) } : 'stranger';
}

function isWelcome(record: Buffer, { key, domain, now, tolerance, answered }: HelloGate): boolean {
  const random = record.subarray(randomAt, randomAt + 32);
  const zeroed = Buffer.from(record).fill(0, randomAt, randomAt + 32);
  const expected = createHmac('sha256', key).update(zeroed).digest();
  if (!timingSafeEqual(random.subarray(0, 28), expected.subarray(0, 28))) return false;
  const age = now() - ((random.readUInt32LE(28) ^ expected.readUInt32LE(28)) >>> 0);
  if (age > tolerance.behind || -age > tolerance.ahead) return false;
  const hello = readClientHello(record);
  // Only a session id of the length that the answer repeats, as every client sends it.
  if (hello.kind !== 'hello' || hello.serverName !== domain.toLowerCase() || record[43] !== 32) return false;
  const id = random.toString('hex');
  if (answered.has(id)) return false;
  answered.add(id);
  const [oldest] = answered;
  if (answered.size > mostRemembered && oldest !== undefined) answered.delete(oldest);
  return true;
}

/** A ServerHello for X25519, a change of cipher spec, and random bytes in place of what a server would encrypt. */
function writeAnswer(record: Buffer, key: Uint8Array): Buffer {
  const extensions = Buffer.concat([
    Buffer.from('00330024001d0020', 'hex'),
    drawX25519Key(),
    Buffer.from('002b00020304', 'hex'),
  ]);
  const body = Buffer.concat([
    Buffer.of(3, 3),
    Buffer.alloc(32),
    Buffer.of(32),
    record.subarray(44, 76),
    chooseCipher(record),
    Buffer.of(0, 0, extensions.length),
    extensions,
  ]);
  const secretly = randomBytes(randomInt(1000, 4000));
  const answer = Buffer.concat([
    recordHeader(22, body.length + 4),
    Buffer.of(2, 0, 0, body.length),
    body,
    recordHeader(20, 1),
    Buffer.of(1),
    recordHeader(23, secretly.length),
    secretly,
  ]);
  createHmac('sha256', key)
    .update(record.subarray(randomAt, randomAt + 32))
    .update(answer)
    .digest()
    .copy(answer, randomAt);
  return answer;
}

/** The first suite of TLS 1.3 on the client's list. */
function chooseCipher(record: Buffer): Buffer {
  const end = Math.min(78 + record.readUInt16BE(76), record.length);
  for (let at = 78; at + 2 <= end; at += 2) if (record[at] === 0x13) return record.subarray(at, at + 2);
  return Buffer.of(0x13, 0x01);
}

function recordHeader(type: number, length: number): Buffer {
  return Buffer.of(type, 3, 3, length >> 8, length & 0xff);
}
