import type { Clock } from './clock.ts';

export interface SilenceWatch {
  /** Something was heard: the silence starts anew, with another limit where one is given (milliseconds). */
  touch(limit?: number): void;
  stop(): void;
}

/** Calls `onSilence` once when nothing was heard for `limit` milliseconds. Cheap to touch: at most one timer at a time. */
export function watchSilence(clock: Clock, limit: number, onSilence: () => void): SilenceWatch {
  const stopped = new AbortController();
  let heardAt = clock.now();
  let allowed = limit;

  const watch = async () => {
    for (;;) {
      const left = heardAt + allowed - clock.now();
      if (left <= 0) break;
      await clock.sleep(left, stopped.signal);
    }
    stopped.abort();
    onSilence();
  };
  // Rejects only when stopped.
  watch().catch(() => {});

  return {
    touch: (next) => {
      heardAt = clock.now();
      if (next !== undefined) allowed = next;
    },
    stop: () => stopped.abort(),
  };
}
