import type { Clock } from './clock.ts';
import { settled } from './deadline.ts';

export interface SilenceWatch {
  /** Something was heard: the silence starts anew, with another limit where one is given (milliseconds). */
  touch(limit?: number): void;
  stop(): void;
}

/**
 * Calls `onSilence` once when nothing was heard for `limit` milliseconds. Cheap to touch: a sleep is not cut short but
 * looked at again when it ends, unless the limit itself changes. `alsoHeardAt` is another ear, asked then: the clock.now() at
 * which it last heard something.
 */
export function watchSilence(
  clock: Clock,
  limit: number,
  onSilence: () => void,
  alsoHeardAt: () => number | undefined = () => undefined,
): SilenceWatch {
  let heardAt = clock.now();
  let allowed = limit;
  let current = new AbortController();

  const watch = async ({ signal }: AbortController) => {
    for (;;) {
      const left = Math.max(heardAt, alsoHeardAt() ?? heardAt) + allowed - clock.now();
      if (left <= 0) break;
      await clock.sleep(left, signal);
    }
    if (!signal.aborted) onSilence();
  };
  // Rejects only when its sleep is cut short.
  const start = () => void watch(current).catch(() => {});
  start();

  return {
    touch: (next) => {
      heardAt = clock.now();
      if (next === undefined || next === allowed || current.signal.aborted) return;
      allowed = next;
      current.abort(settled);
      current = new AbortController();
      start();
    },
    stop: () => current.abort(settled),
  };
}
