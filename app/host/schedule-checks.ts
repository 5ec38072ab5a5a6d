import type { SettingsStore } from '../settings/settings-state.ts';

export interface Schedule {
  /** A check has just been started, by whomever: the next one is due so many minutes from now. */
  restart(): void;
  /** The machine has just woken up, or found a network: nothing is started before that can be used. */
  settle(): void;
  /** What was known no longer holds: the next check is due soon, at least five minutes after the last. */
  hurry(): void;
  stop(): void;
}

/** Short, so that a machine that slept through its time checks soon after it wakes. */
const lookMs = 20_000;
/** However often the network changes, checks are so many minutes apart. */
const urgentMinutes = 5;
/** Milliseconds a network is given until it can be used. */
const settleMs = 15_000;

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
  let isUrgent = false;
  let calmFrom = 0;
  const restart = () => {
    from = now();
    isUrgent = false;
  };
  const settle = () => {
    calmFrom = now() + settleMs;
  };
  const look = async () => {
    const { consentedAt, scheduleMinutes } = settings.state().settings;
    // A clock that was set back must not keep checks from running for as long.
    if (now() < from) from = now();
    if (calmFrom - now() > settleMs) calmFrom = 0;
    if (scheduleMinutes === null || consentedAt === null || starting || now() < calmFrom) return;
    if (now() - from < (isUrgent ? urgentMinutes : scheduleMinutes) * 60_000) return;
    starting = true;
    try {
      if (await start()) restart();
    } finally {
      starting = false;
    }
  };
  const stopListening = settings.onChange((after, before) => {
    if (after.settings.scheduleMinutes !== before.settings.scheduleMinutes) restart();
  });
  const timer = setInterval(() => void look().catch(() => {}), lookMs);
  timer.unref();
  return {
    restart,
    settle,
    hurry: () => {
      settle();
      isUrgent = true;
    },
    stop: () => {
      clearInterval(timer);
      stopListening();
    },
  };
}
