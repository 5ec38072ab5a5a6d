import type { Clock } from '../../engine/clock.ts';

/** How often the clock is looked at. */
const lookMs = 1000;
/** A busy machine is late by less; a sleep, or a process that was stopped, by more. */
const slackMs = 10_000;

export interface GapWatch {
  /** Ends the watch. The longest gap, in milliseconds; 0 for none. */
  end(): number;
}

/**
 * Watches for time that passes without this process running: whatever waited for an answer then has missed it. The wall clock
 * goes on while a machine sleeps, the monotonic one need not, so both count. A clock that is set forward by more than seconds
 * looks the same.
 * @param onGap told once, as soon as it is seen
 */
export function watchGap(clock: Clock, onGap: () => void): GapWatch {
  const ended = new AbortController();
  let seen = { now: clock.now(), wall: clock.wall() };
  let longest = 0;
  const look = (expectedMs: number) => {
    const here = { now: clock.now(), wall: clock.wall() };
    const passed = Math.max(here.now - seen.now, here.wall - seen.wall);
    seen = here;
    if (passed <= expectedMs + slackMs) return;
    const isFirst = longest === 0;
    longest = Math.max(longest, passed - expectedMs);
    if (isFirst) onGap();
  };
  const go = async () => {
    for (;;) {
      await clock.sleep(lookMs, ended.signal);
      look(lookMs);
    }
  };
  // It ends by being aborted, and in no other way.
  go().catch(() => {});
  return {
    end: () => {
      if (!ended.signal.aborted) look(lookMs);
      ended.abort();
      return longest;
    },
  };
}
