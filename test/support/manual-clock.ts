import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../engine/clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass, timer by timer, with what follows from each. */
  pass(ms: number): Promise<void>;
  /** The machine sleeps: only the wall clock goes on. */
  suspend(ms: number): void;
  /** The process stands still: both clocks go on, and no timer fires in between. */
  freeze(ms: number): void;
  /** Somebody sets the wall clock. */
  setBy(ms: number): void;
  /** Sleeps under way. */
  pending(): number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export function manualClock(startAt = '2026-08-22T10:00:00.000Z'): ManualClock {
  let now = 1000;
  let wall = Date.parse(startAt);
  const sleepers = new Set<Sleeper>();
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  };
  const moveTo = (at: number) => {
    const ms = Math.max(0, at - now);
    now += ms;
    wall += ms;
  };
  return {
    now: () => now,
    wall: () => wall,
    random: () => 0,
    pending: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        };
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    pass: async (ms) => {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        moveTo(next.at);
        next.wake();
        await settle();
      }
      moveTo(end);
      await settle();
    },
    suspend: (ms) => {
      wall += ms;
    },
    freeze: (ms) => {
      now += ms;
      wall += ms;
    },
    setBy: (ms) => {
      wall += ms;
    },
  };
}
