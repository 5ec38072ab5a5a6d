import { crc32 } from 'node:zlib';

/** How MTProto messages are cut out of a byte stream (core.telegram.org/mtproto/mtproto-transports). */
export type Framing = 'abridged' | 'intermediate' | 'padded' | 'full';

/** `length` random bytes. The caller decides the source; a probe uses node:crypto. */
export type RandomBytes = (length: number) => Uint8Array;

/** The most random bytes a padded frame carries after its message. */
export const maxPadding = 15;

const prefixes: Record<Framing, readonly number[]> = {
  abridged: [0xef],
  intermediate: [0xee, 0xee, 0xee, 0xee],
  padded: [0xdd, 0xdd, 0xdd, 0xdd],
  full: [],
};

/** What a client sends once, before its first frame, when the stream is not obfuscated. */
export function framingPrefix(framing: Framing): Buffer {
  return Buffer.from(prefixes[framing]);
}

/**
 * Returns a function that wraps one message, whose length is a multiple of 4, in one frame. It keeps the sequence number
 * of the full transport, so one encoder serves one direction of one connection. Throws RangeError for other lengths.
 */
export function createFrameEncoder(framing: Framing, random: RandomBytes): (payload: Uint8Array) => Buffer {
  let sequence = 0;
  return (payload) => {
    if (payload.length < 4 || payload.length % 4 !== 0) throw new RangeError('MTProto messages are whole words');
    switch (framing) {
      case 'abridged':
        return Buffer.concat([abridgedHeader(payload.length / 4), payload]);
      case 'intermediate':
        return Buffer.concat([uint32(payload.length), payload]);
      case 'padded': {
        const padding = random((random(1)[0] ?? 0) & maxPadding);
        return Buffer.concat([uint32(payload.length + padding.length), payload, padding]);
      }
      case 'full': {
        const body = Buffer.concat([uint32(payload.length + 12), uint32(sequence++), payload]);
        return Buffer.concat([body, uint32(crc32(body))]);
      }
    }
  };
}

export interface DecodedFrames {
  /** The bodies of the frames completed by this chunk; those of `padded` still end with their padding. */
  readonly frames: readonly Buffer[];
  /** True once the bytes cannot be this framing: nothing after that is looked at. */
  readonly broken: boolean;
}

export interface PartialFrame {
  readonly length: number;
  readonly body: Buffer;
}

export interface FrameDecoder {
  push(chunk: Uint8Array): DecodedFrames;
  /** The frame under way: the length its header announces, and what has arrived of its body. Null between frames. */
  partial(): PartialFrame | null;
}

/**
 * Cuts a stream into frames, however it is chopped. A frame announced longer than `maxPayload` bytes breaks the decoder
 * at its header, so that memory is bounded by that and one chunk. Quick acknowledgements are never asked for and count as
 * broken; so do frames below one word, and a wrong checksum of the full transport. Its sequence numbers are not judged.
 */
export function createFrameDecoder(framing: Framing, maxPayload: number): FrameDecoder {
  const maxBody = framing === 'padded' ? maxPayload + maxPadding : maxPayload;
  let pending: Buffer = Buffer.alloc(0);
  let broken = false;

  const next = (): Buffer | null => {
    const header = readHeader(framing, pending);
    if (header === null) return null;
    const end = header.size + header.body + header.trailer;
    if (header.body < 4 || header.body > maxBody || (framing !== 'padded' && header.body % 4 !== 0)) broken = true;
    if (broken || pending.length < end) return null;
    const body = pending.subarray(header.size, header.size + header.body);
    if (framing === 'full' && crc32(pending.subarray(0, end - 4)) !== pending.readUInt32LE(end - 4)) {
      broken = true;
      return null;
    }
    pending = pending.subarray(end);
    return body;
  };

  return {
    push: (chunk) => {
      if (broken) return { frames: [], broken };
      pending = Buffer.concat([pending, chunk]);
      const frames: Buffer[] = [];
      for (let frame = next(); frame !== null; frame = next()) frames.push(frame);
      if (broken) pending = Buffer.alloc(0);
      return { frames, broken };
    },
    partial: () => {
      const header = readHeader(framing, pending);
      if (header === null) return null;
      return { length: header.body, body: pending.subarray(header.size, header.size + header.body) };
    },
  };
}

interface Header {
  readonly size: number;
  readonly body: number;
  readonly trailer: number;
}

/** Null while the header is incomplete; an impossible header has a body that is out of bounds. */
function readHeader(framing: Framing, bytes: Buffer): Header | null {
  if (framing === 'abridged') {
    const words = bytes[0];
    if (words === undefined) return null;
    // 0x80 and above is a quick acknowledgement, which has no body here.
    if (words !== 0x7f) return { size: 1, body: words < 0x7f ? words * 4 : 0, trailer: 0 };
    return bytes.length < 4 ? null : { size: 4, body: bytes.readUIntLE(1, 3) * 4, trailer: 0 };
  }
  if (bytes.length < 4) return null;
  const length = bytes.readUInt32LE(0);
  return framing === 'full' ? { size: 8, body: length - 12, trailer: 4 } : { size: 4, body: length, trailer: 0 };
}

function abridgedHeader(words: number): Buffer {
  if (words < 0x7f) return Buffer.from([words]);
  const header = Buffer.from([0x7f, 0, 0, 0]);
  header.writeUIntLE(words, 1, 3);
  return header;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
