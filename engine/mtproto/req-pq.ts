// TL constructor numbers (core.telegram.org/mtproto/auth_key), little-endian on the wire.
const reqPqMulti = 0xbe7e8ef1;
const reqPq = 0x60469778;
const resPq = 0x05162463;
const vector = 0x1cb5c415;

/** auth_key_id 0, msg_id, length: what precedes the body of an unencrypted message. */
const envelopeLength = 20;

// Transport errors are negated HTTP-like codes; a number below these is chance, not Telegram.
const lowestErrorCode = -999;

/** Fingerprint of the RSA key Telegram's own servers offer, and of the one their test servers do. */
export const productionFingerprint = 'd09d1d85de64fd85';
export const testFingerprint = 'b25898df208d2603';

export interface PqRequest {
  /** 16 bytes. */
  readonly nonce: Uint8Array;
  readonly messageId: bigint;
}

export interface PqReply extends PqRequest {
  /** 16 bytes. */
  readonly serverNonce: Uint8Array;
  /** Big-endian; the product of two primes, which a client would have to factor. */
  readonly pq: Uint8Array;
  /** RSA keys the server offers, 16 lower-case hex digits each. */
  readonly fingerprints: readonly string[];
}

export type DecodedReply =
  | ({ readonly kind: 'resPQ' } & PqReply)
  /** A bare negative number such as -404, which Telegram's transports send instead of a message. */
  | { readonly kind: 'error'; readonly code: number }
  | { readonly kind: 'malformed' };

/**
 * Returns a source of client message ids: Unix time in 2^-32 s, a multiple of 4, always increasing, whatever the clock does.
 * `wall` gives Unix milliseconds. A server's own ids are these plus 1.
 */
export function createMessageIds(wall: () => number): () => bigint {
  let last = 0n;
  return () => {
    const now = ((BigInt(Math.floor(wall())) << 32n) / 1000n) & ~3n;
    last = now > last ? now : last + 4n;
    return last;
  };
}

/** The unencrypted message that asks for the first step of a key exchange: 40 bytes. */
export function encodeReqPqMulti({ nonce, messageId }: PqRequest): Buffer {
  return encodeMessage(messageId, [uint32(reqPqMulti), nonceBytes(nonce)]);
}

/** Reads req_pq or req_pq_multi as a server does; null for everything else. `padding` as in {@link decodeResPq}. */
export function decodeReqPq(frame: Uint8Array, padding = 0): PqRequest | null {
  const message = decodeMessage(frame, padding);
  if (message === null || message.body.length !== 20) return null;
  const method = message.body.readUInt32LE(0);
  if (method !== reqPqMulti && method !== reqPq) return null;
  return { messageId: message.messageId, nonce: message.body.subarray(4) };
}

/** The server's reply. Throws RangeError on nonces that are not 16 bytes and on a `pq` of 254 bytes or more. */
export function encodeResPq(reply: PqReply): Buffer {
  return encodeMessage(reply.messageId, [
    uint32(resPq),
    nonceBytes(reply.nonce),
    nonceBytes(reply.serverNonce),
    encodeBytes(reply.pq),
    uint32(vector),
    uint32(reply.fingerprints.length),
    ...reply.fingerprints.map((fingerprint) => uint64(BigInt(`0x${fingerprint}`))),
  ]);
}

/** A transport error as a payload of its own: 4 bytes. */
export function encodeTransportError(code: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(code);
  return bytes;
}

/**
 * Reads one frame as a reply to req_pq. `padding` is the most bytes that may follow the message: 15 in the padded framing,
 * else none. Never throws; whoever asks must still compare the nonce.
 */
export function decodeResPq(frame: Uint8Array, padding = 0): DecodedReply {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  // No message is this short: its envelope alone is longer.
  if (bytes.length >= 4 && bytes.length <= 4 + padding) {
    const code = bytes.readInt32LE(0);
    return code < 0 && code >= lowestErrorCode ? { kind: 'error', code } : { kind: 'malformed' };
  }
  const message = decodeMessage(bytes, padding);
  const reply = message === null ? null : decodeBody(message.body);
  if (message === null || reply === null) return { kind: 'malformed' };
  return { kind: 'resPQ', messageId: message.messageId, ...reply };
}

function decodeBody(body: Buffer): Omit<PqReply, 'messageId'> | null {
  // Constructor, two nonces, and the least that a byte string, a vector's constructor and its count can take.
  if (body.length < 4 + 16 + 16 + 4 + 4 + 4 || body.readUInt32LE(0) !== resPq) return null;
  const pqLength = body.readUInt8(36);
  // From 254 on TL writes the length otherwise; a pq that long does not exist.
  if (pqLength >= 254) return null;
  const vectorAt = 36 + alignToWord(1 + pqLength);
  if (body.length < vectorAt + 8 || body.readUInt32LE(vectorAt) !== vector) return null;
  const count = body.readUInt32LE(vectorAt + 4);
  if (body.length !== vectorAt + 8 + count * 8) return null;
  const fingerprints = Array.from({ length: count }, (_, index) =>
    body
      .readBigUInt64LE(vectorAt + 8 + index * 8)
      .toString(16)
      .padStart(16, '0'),
  );
  return {
    nonce: body.subarray(4, 20),
    serverNonce: body.subarray(20, 36),
    pq: body.subarray(37, 37 + pqLength),
    fingerprints,
  };
}

function encodeMessage(messageId: bigint, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint64(0n), uint64(messageId), uint32(body.length), body]);
}

function decodeMessage(frame: Uint8Array, padding: number): { messageId: bigint; body: Buffer } | null {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (bytes.length < envelopeLength || bytes.readBigUInt64LE(0) !== 0n) return null;
  const length = bytes.readUInt32LE(16);
  const slack = bytes.length - envelopeLength - length;
  if (slack < 0 || slack > padding) return null;
  return { messageId: bytes.readBigUInt64LE(8), body: bytes.subarray(envelopeLength, envelopeLength + length) };
}

/** TL `bytes` in its short form: a length, the bytes, zeros up to a whole word. */
function encodeBytes(bytes: Uint8Array): Buffer {
  if (bytes.length >= 254) throw new RangeError('too long for the short form of TL bytes');
  const encoded = Buffer.alloc(alignToWord(1 + bytes.length));
  encoded.writeUInt8(bytes.length);
  encoded.set(bytes, 1);
  return encoded;
}

function alignToWord(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function nonceBytes(nonce: Uint8Array): Uint8Array {
  if (nonce.length !== 16) throw new RangeError('a nonce is 16 bytes');
  return nonce;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
