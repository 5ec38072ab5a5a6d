import type { SettingsStore } from '../settings/settings-state.ts';

export interface Schedule {
  /** A check has just been started, by whomever: the next one is due so many minutes from now. */
  restart(): void;
  stop(): void;
}

/** Short, so that a machine that slept through its time checks soon after it wakes. */
const lookMs = 20_000;

/**
 * Starts a check when one is due, once the person has agreed to checks: the first so many minutes after the app was opened or
 * the schedule set. What was missed is not made up for. Where a check cannot be started, the next look tries again.
 * @param start resolves to whether it was started
 */
export function scheduleChecks(
  settings: Pick<SettingsStore, 'state' | 'onChange'>,
  start: () => Promise<boolean>,
  now: () => number = Date.now,
): Schedule {
  let from = now();
  let starting = false;
  const look = async () => {
    const { consentedAt, scheduleMinutes } = settings.state().settings;
    // A clock that was set back must not keep checks from running for as long.
    if (now() < from) from = now();
    const isDue = scheduleMinutes !== null && now() - from >= scheduleMinutes * 60_000;
    if (!isDue || consentedAt === null || starting) return;
    starting = true;
    try {
      if (await start()) from = now();
    } finally {
      starting = false;
    }
  };
  const stopListening = settings.onChange((after, before) => {
    if (after.settings.scheduleMinutes !== before.settings.scheduleMinutes) from = now();
  });
  const timer = setInterval(() => void look().catch(() => {}), lookMs);
  timer.unref();
  return {
    restart: () => {
      from = now();
    },
    stop: () => {
      clearInterval(timer);
      stopListening();
    },
  };
}
