import type { Duplex } from 'node:stream';

/**
 * Resolves with the next `size` bytes and leaves whatever follows them in the stream, or with fewer bytes when the stream
 * ended before. Rejects with the stream's error, or with the signal's reason. Destroys nothing.
 */
export function readExactly(stream: Duplex, size: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const listeners = [
      ['readable', () => take()],
      ['end', () => settle(() => resolve(Buffer.alloc(0)))],
      ['close', () => settle(() => resolve(Buffer.alloc(0)))],
      ['error', (error: unknown) => settle(() => reject(error))],
    ] as const;
    const onAbort = () => settle(() => reject(signal.reason));
    const settle = (how: () => void) => {
      for (const [event, listener] of listeners) stream.removeListener(event, listener);
      signal.removeEventListener('abort', onAbort);
      how();
    };
    const take = () => {
      const bytes: Buffer | null = stream.read(size);
      if (bytes !== null) settle(() => resolve(bytes));
    };
    if (signal.aborted) return reject(signal.reason);
    if (stream.errored !== null) return reject(stream.errored);
    if (stream.destroyed || stream.readableEnded) return resolve(Buffer.alloc(0));
    signal.addEventListener('abort', onAbort, { once: true });
    for (const [event, listener] of listeners) stream.on(event, listener);
    take();
  });
}
