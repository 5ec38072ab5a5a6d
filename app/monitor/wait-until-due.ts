import type { Clock } from '../../engine/clock.ts';

/** Short, so that a machine that slept through its time goes on soon after it wakes. */
const lookMs = 20_000;

export interface Stopwatch {
  /** Milliseconds since it was started, by whichever clock says more: the monotonic one may stand still in a sleep. */
  passed(): number;
}

export function startStopwatch(clock: Clock): Stopwatch {
  const from = { now: clock.now(), wall: clock.wall() };
  return { passed: () => Math.max(clock.now() - from.now, clock.wall() - from.wall) };
}

/** Resolves when `ms` have passed, a sleep of the machine included; rejects with the signal's reason when aborted first. */
export async function waitUntilDue(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const watch = startStopwatch(clock);
  for (let left = ms; left > 0; left = ms - watch.passed()) {
    await clock.sleep(Math.min(left, lookMs), signal);
  }
  signal.throwIfAborted();
}
