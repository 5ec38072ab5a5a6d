/** Gives the place back; calling it again does nothing. */
export type Release = () => void;

export interface Limiter {
  /** Waits until every key has a free place, takes them all at once, and rejects with the signal's reason when aborted first. */
  acquire(keys: readonly string[], signal: AbortSignal): Promise<Release>;
}

interface Waiter {
  readonly keys: readonly string[];
  readonly grant: () => void;
}

/**
 * A counting limiter over named keys. A waiter takes all of its keys at once or none, so two waiters can never hold what the
 * other needs; first come, first served among those that could go on.
 */
export function createLimiter(limitOf: (key: string) => number): Limiter {
  const held = new Map<string, number>();
  const waiting = new Set<Waiter>();

  const isFree = (keys: readonly string[]) => keys.every((key) => (held.get(key) ?? 0) < limitOf(key));

  const take = (keys: readonly string[]): Release => {
    for (const key of keys) held.set(key, (held.get(key) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      for (const key of keys) {
        const left = (held.get(key) ?? 0) - 1;
        if (left > 0) held.set(key, left);
        else held.delete(key);
      }
      for (const waiter of waiting) if (isFree(waiter.keys)) waiter.grant();
    };
  };

  return {
    acquire(keys, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const unique = [...new Set(keys)];
      if (isFree(unique)) return Promise.resolve(take(unique));
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.delete(waiter);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          keys: unique,
          grant: () => {
            waiting.delete(waiter);
            signal.removeEventListener('abort', onAbort);
            resolve(take(unique));
          },
        };
        waiting.add(waiter);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
