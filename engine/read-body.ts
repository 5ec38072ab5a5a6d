import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib';

/** Bytes kept of a decoded body. */
export const maxBodyBytes = 512 * 1024;
/** Bytes read of an encoded one: compressed data can also be made to yield nothing for ever. */
const maxEncodedBytes = 2 * 1024 * 1024;

/** Filled as the body comes in, so that what arrived before a failure is not lost. */
export interface BodySink {
  readonly chunks: Buffer[];
  bytes: number;
  truncated: boolean;
}

export function createBodySink(): BodySink {
  return { chunks: [], bytes: 0, truncated: false };
}

export interface BodyLimits {
  /** Bytes kept of the decoded body. */
  readonly decoded: number;
  /** Bytes read of the encoded one. */
  readonly encoded: number;
}

const pageLimits: BodyLimits = { decoded: maxBodyBytes, encoded: maxEncodedBytes };

/**
 * Reads a response's body into `sink`, decoding gzip and br, until it is complete or a bound is reached. Rejects when the
 * stream breaks (`aborted`) or the encoding is broken (zlib's codes). Holds at most `limits.decoded`, 512 KiB where nothing
 * else is said, and one block more.
 */
export function readBody(response: IncomingMessage, sink: BodySink, limits: BodyLimits = pageLimits): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = decode(response);
    let encoded = 0;
    const stop = () => {
      sink.truncated = true;
      response.destroy();
      source.destroy();
      resolve();
    };
    response.on('data', (chunk: Buffer) => {
      encoded += chunk.length;
      if (encoded > limits.encoded) stop();
    });
    response.on('error', reject);
    source.on('error', reject);
    source.on('data', (chunk: Buffer) => {
      const room = limits.decoded - sink.bytes;
      if (room > 0) {
        sink.chunks.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
        sink.bytes += Math.min(chunk.length, room);
      }
      if (chunk.length > room) stop();
    });
    source.once('end', resolve);
  });
}

function decode(response: IncomingMessage): Readable {
  // A server that ends early yields what it sent; that it ended early is seen on the stream, not here.
  switch (response.headers['content-encoding']?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return response.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
    case 'br':
      return response.pipe(createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }));
    default:
      return response;
  }
}
