import type { Duplex } from 'node:stream';
/** What one way of a path still lets through. */
export interface PumpLimits {
  /** Bytes after which nothing more arrives, and nothing says so. */
  readonly freezeAfter?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
}

export interface Pump {
  /** Sets what the path still lets through; applies from the next byte on. */
  limit(limits: PumpLimits): void;
}

/** Above this much on its way the source is paused, so that a slow path slows its sender down. */
const highWater = 256 * 1024;

interface Parcel {
  readonly due: number;
  /** Null marks the end of the stream. */
  readonly bytes: Buffer | null;
}

/**
 * Carries bytes one way with a delay, at no more than the limited rate, in order, and passes on the end of the stream. After
 * a freeze nothing more is carried, not even the end: the receiver meets silence.
 */
export function pump(source: Duplex, sink: Duplex, delayMs: number): Pump {
  let limits: PumpLimits = {};
  let carried = 0;
  let freeAt = 0;
  let waiting = 0;
  let blocked = false;
  let timer: NodeJS.Timeout | undefined;
  const queue: Parcel[] = [];

  const flush = () => {
    timer = undefined;
    const now = performance.now();
    while (!blocked && queue[0] !== undefined && queue[0].due <= now) {
      const parcel = queue.shift();
      if (sink.destroyed || parcel === undefined) return;
      if (parcel.bytes === null) {
        sink.end();
        return;
      }
      waiting -= parcel.bytes.length;
      blocked = !sink.write(parcel.bytes);
    }
    if (waiting < highWater) source.resume();
    schedule();
  };

  const schedule = () => {
    const next = queue[0];
    if (timer !== undefined || blocked || next === undefined) return;
    const wait = next.due - performance.now();
    if (wait <= 0) flush();
    else timer = setTimeout(flush, wait);
  };

  const enqueue = (bytes: Buffer | null) => {
    const now = performance.now();
    let due = now + delayMs;
    if (bytes !== null && limits.bytesPerSecond !== undefined) {
      freeAt = Math.max(freeAt, now) + (bytes.length / limits.bytesPerSecond) * 1000;
      due += freeAt - now;
    }
    // Never before what was sent earlier, even where a limit has been lifted in between.
    queue.push({ due: Math.max(due, queue.at(-1)?.due ?? 0), bytes });
    waiting += bytes?.length ?? 0;
  };

  source.on('data', (chunk: Buffer) => {
    const room = (limits.freezeAfter ?? Number.POSITIVE_INFINITY) - carried;
    const allowed = chunk.subarray(0, Math.max(0, Math.min(chunk.length, room)));
    carried += chunk.length;
    // A limited path delivers in slices of a tenth of a second, as a policer does, not in lumps of 64 KiB.
    const slice = Math.ceil((limits.bytesPerSecond ?? Number.POSITIVE_INFINITY) / 10);
    for (let at = 0; at < allowed.length; at += slice) enqueue(allowed.subarray(at, at + slice));
    if (waiting >= highWater) source.pause();
    schedule();
  });
  source.on('end', () => {
    if (carried > (limits.freezeAfter ?? Number.POSITIVE_INFINITY)) return;
    enqueue(null);
    schedule();
  });
  sink.on('drain', () => {
    blocked = false;
    schedule();
  });
  const stop = () => {
    clearTimeout(timer);
    queue.length = 0;
    blocked = true;
  };
  source.on('close', () => {
    if (!source.readableEnded) stop();
  });
  sink.on('close', stop);
  source.resume();

  return {
    limit: (next) => {
      limits = next;
    },
  };
}
