import { Duplex } from 'node:stream';

/** What went over a wire, as seen from outside of whatever speaks on it. */
export interface Wire {
  /** clock.now() of the first bytes each way. */
  readonly firstSentAt?: number;
  readonly firstReceivedAt?: number;
  readonly lastReceivedAt?: number;
  readonly bytesReceived: number;
  /** The peer closed its side in order (FIN, or close_notify under TLS). */
  readonly ended: boolean;
  /** The error that ended the stream below, such as a reset. */
  readonly error?: unknown;
}

export interface Tap {
  readonly stream: Duplex;
  readonly wire: Wire;
}

/**
 * The same byte stream with a witness. A TLS library reports an orderly close and a reset with one and the same code, and an
 * alert in words that differ between OpenSSL and BoringSSL; the bytes below it leave no doubt. Destroying the tap destroys
 * `inner`, and the other way round.
 */
export function tapStream(inner: Duplex, now: () => number, onReceived: (chunk: Buffer) => void): Tap {
  const wire: { -readonly [K in keyof Wire]: Wire[K] } = { bytesReceived: 0, ended: false };
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void inner.resume(),
    write: (chunk, _encoding, done) => {
      wire.firstSentAt ??= now();
      inner.write(chunk, done);
    },
    final: (done) => void inner.end(() => done()),
    destroy: (error, done) => {
      inner.destroy();
      done(error);
    },
  });
  inner.on('data', (chunk: Buffer) => {
    wire.lastReceivedAt = now();
    wire.firstReceivedAt ??= wire.lastReceivedAt;
    wire.bytesReceived += chunk.length;
    onReceived(chunk);
    if (!stream.push(chunk)) inner.pause();
  });
  inner.pause();
  inner.once('end', () => {
    wire.ended = true;
    stream.push(null);
  });
  inner.on('error', (error) => {
    wire.error ??= error;
    stream.destroy(error);
  });
  inner.once('close', () => {
    // After an orderly end the reader may not have drained the tap yet.
    if (!wire.ended) stream.destroy();
  });
  return { stream, wire };
}
