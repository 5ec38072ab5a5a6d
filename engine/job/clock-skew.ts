import type { Clock } from '../clock.ts';

/** How far this machine's clock is off, as far as a run has found out yet. */
export interface ClockSkew {
  /** This machine's clock minus true time, in milliseconds; null when nobody told. */
  current(): number | null;
  /** Called whenever more is known; null ends the waiting without an answer. */
  tell(ms: number | null): void;
  /** Waits until something was told, but not for long. Rejects with the signal's reason when aborted. */
  settled(signal: AbortSignal): Promise<void>;
}

/** Neutral sites answer within this time or not at all; whoever needs the clock then does without. */
const longestWaitMs = 2500;

export function createClockSkew(clock: Clock): ClockSkew {
  const told = Promise.withResolvers<void>();
  let known: number | null = null;
  return {
    current: () => known,
    tell: (ms) => {
      known = ms ?? known;
      told.resolve();
    },
    settled: async (signal) => {
      signal.throwIfAborted();
      const done = new AbortController();
      const waited = clock.sleep(longestWaitMs, AbortSignal.any([signal, done.signal]));
      waited.catch(() => {});
      try {
        await Promise.race([told.promise, waited]);
      } finally {
        done.abort();
      }
    },
  };
}
