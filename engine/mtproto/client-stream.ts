import { createObfuscatedInit } from './obfuscation.ts';
import {
  createFrameDecoder,
  createFrameEncoder,
  framingPrefix,
  maxPadding,
  type PartialFrame,
  type RandomBytes,
} from './transport-framing.ts';

export interface ClientStreamOptions {
  readonly transport: 'obfuscated-padded' | 'obfuscated-intermediate' | 'abridged';
  readonly dc: number;
  readonly random: RandomBytes;
  /** The 16-byte key of a MTProxy; only the obfuscated transports can carry it. */
  readonly secret?: Uint8Array;
}

/** One connection's worth of transport as a client speaks it: messages in, bytes out, and back. */
export interface ClientStream {
  /** Most bytes of padding that may follow a received message. */
  readonly padding: number;
  /** The bytes to write for one message; those of the first one begin with the transport's own start. */
  send(payload: Uint8Array): Buffer;
  /** See {@link createFrameDecoder}. */
  receive(chunk: Uint8Array): {
    readonly frames: readonly Buffer[];
    readonly broken: boolean;
    readonly partial: PartialFrame | null;
  };
}

const framings = {
  'obfuscated-padded': 'padded',
  'obfuscated-intermediate': 'intermediate',
  abridged: 'abridged',
} as const;

// A resPQ with a hundred keys fits; Telegram's has one to three.
const maxReply = 1024;

/** Throws RangeError for a `dc` that is no int16, a secret that is not 16 bytes, or one given to the abridged transport. */
export function createClientStream(options: ClientStreamOptions): ClientStream {
  const obfuscated = options.transport !== 'abridged';
  if (!obfuscated && options.secret !== undefined) throw new RangeError('a MTProxy takes obfuscated streams only');
  const framing = framings[options.transport];
  const encode = createFrameEncoder(framing, options.random);
  const decoder = createFrameDecoder(framing, maxReply);
  const init = obfuscated ? createObfuscatedInit({ ...options, tag: framing }) : null;
  let start: Buffer | null = init?.header ?? framingPrefix(framing);

  return {
    padding: framing === 'padded' ? maxPadding : 0,
    send: (payload) => {
      const frame = encode(payload);
      const bytes = Buffer.concat([start ?? Buffer.alloc(0), init === null ? frame : init.encrypt(frame)]);
      start = null;
      return bytes;
    },
    receive: (chunk) => {
      const decoded = decoder.push(init === null ? chunk : init.decrypt(chunk));
      return { ...decoded, partial: decoder.partial() };
    },
  };
}
