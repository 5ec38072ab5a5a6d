import { createCipheriv, createHash } from 'node:crypto';
import type { Framing, RandomBytes } from './transport-framing.ts';

/** The framings that may run inside an obfuscated stream. */
export type ObfuscatedFraming = Exclude<Framing, 'full'>;

/** Both directions of one stream. Each call goes on where the one before it ended, so every byte passes exactly once. */
export interface StreamCiphers {
  encrypt(bytes: Uint8Array): Buffer;
  decrypt(bytes: Uint8Array): Buffer;
}

export const obfuscatedInitLength = 64;

const tags: Record<ObfuscatedFraming, number> = {
  abridged: 0xefefefef,
  intermediate: 0xeeeeeeee,
  padded: 0xdddddddd,
};

// What a server reads as another transport: HEAD, POST, 'GET ', OPTI, the two intermediate framings and a TLS record.
const reservedStarts = new Set([0x44414548, 0x54534f50, 0x20544547, 0x4954504f, 0xdddddddd, 0xeeeeeeee, 0x02010316]);

/** True when a server would take these first 8 bytes for something other than an obfuscated stream. */
export function isReservedStart(bytes: Buffer): boolean {
  return bytes[0] === 0xef || reservedStarts.has(bytes.readUInt32LE(0)) || bytes.readUInt32LE(4) === 0;
}

export interface ObfuscatedInitOptions {
  readonly tag: ObfuscatedFraming;
  /** Data centre number, negative for a media connection to it; written as int16. */
  readonly dc: number;
  readonly random: RandomBytes;
  /** The 16-byte key of a MTProxy secret, without its leading marker or trailing domain. */
  readonly secret?: Uint8Array;
}

/**
 * Starts an obfuscated stream as a client (obfuscated2, core.telegram.org/mtproto/mtproto-transports). `header` is sent as
 * it is, ahead of everything; the ciphers stand right behind it. Throws RangeError when `secret` is not 16 bytes, `dc` no
 * int16, or `random` keeps on giving reserved starts.
 */
export function createObfuscatedInit(options: ObfuscatedInitOptions): StreamCiphers & { readonly header: Buffer } {
  const plain = drawInit(options.random);
  plain.writeUInt32LE(tags[options.tag], 56);
  plain.writeInt16LE(options.dc, 60);
  const ciphers = clientCiphers(plain, options.secret);
  const encrypted = ciphers.encrypt(plain);
  return { ...ciphers, header: Buffer.concat([plain.subarray(0, 56), encrypted.subarray(56)]) };
}

export interface AcceptedInit extends StreamCiphers {
  readonly tag: ObfuscatedFraming;
  readonly dc: number;
}

/** The server's side of {@link createObfuscatedInit}; null when the 64 bytes hold no known tag under this secret. */
export function acceptObfuscatedInit(header: Uint8Array, secret?: Uint8Array): AcceptedInit | null {
  if (header.length !== obfuscatedInitLength) return null;
  const client = clientCiphers(Buffer.from(header), secret);
  // CTR mode is its own inverse, so what the client encrypts with is what its bytes are decrypted with.
  const plain = client.encrypt(header);
  const tag = (Object.keys(tags) as ObfuscatedFraming[]).find((name) => tags[name] === plain.readUInt32LE(56));
  if (tag === undefined) return null;
  return { tag, dc: plain.readInt16LE(60), encrypt: client.decrypt, decrypt: client.encrypt };
}

function drawInit(random: RandomBytes): Buffer {
  for (let attempt = 0; attempt < 100; attempt++) {
    const bytes = Buffer.from(random(obfuscatedInitLength));
    if (!isReservedStart(bytes)) return bytes;
  }
  throw new RangeError('the random source is not random');
}

/** Key and counter are [8, 56) for what the client sends, and the same bytes reversed for what it receives. */
function clientCiphers(init: Buffer, secret: Uint8Array | undefined): StreamCiphers {
  const material = init.subarray(8, 56);
  const up = createStream(material, secret);
  const down = createStream(Buffer.from(material).reverse(), secret);
  return { encrypt: (bytes) => up(bytes), decrypt: (bytes) => down(bytes) };
}

function createStream(material: Buffer, secret: Uint8Array | undefined): (bytes: Uint8Array) => Buffer {
  const key = material.subarray(0, 32);
  const stream = createCipheriv('aes-256-ctr', secret === undefined ? key : mixKey(key, secret), material.subarray(32));
  return (bytes) => stream.update(bytes);
}

function mixKey(key: Buffer, secret: Uint8Array): Buffer {
  if (secret.length !== 16) throw new RangeError('a MTProxy key is 16 bytes');
  return createHash('sha256').update(key).update(secret).digest();
}
