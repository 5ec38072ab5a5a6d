import { performance } from 'node:perf_hooks';
import type { Clock } from '../../engine/clock.ts';

export interface FastClock extends Clock {
  /** Sleeps under way. */
  pending(): number;
}

/** The machine's clock, `speed` times as fast: a pause of 900 ms takes 90 at a speed of 10. `random` decides all jitter. */
export function fastClock(speed = 10, random = 0): FastClock {
  const sleeping = new Set<NodeJS.Timeout>();
  return {
    now: () => performance.now() * speed,
    wall: () => Date.now(),
    random: () => random,
    pending: () => sleeping.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const onAbort = () => {
          clearTimeout(timer);
          sleeping.delete(timer);
          reject(signal.reason);
        };
        const timer = setTimeout(() => {
          sleeping.delete(timer);
          signal.removeEventListener('abort', onAbort);
          resolve();
        }, ms / speed);
        sleeping.add(timer);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
  };
}
