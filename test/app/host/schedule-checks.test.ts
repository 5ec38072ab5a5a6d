import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Schedule, scheduleChecks } from '../../../app/host/schedule-checks.ts';
import { emptyState, type SettingsState, type SettingsStore } from '../../../app/settings/settings-state.ts';
import { defaultSettings, type Settings } from '../../../model/settings.ts';

const minute = 60_000;
const schedules: Schedule[] = [];

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const schedule of schedules.splice(0)) schedule.stop();
  vi.useRealTimers();
});

function open(first: Partial<Settings>, start: () => Promise<boolean> = async () => true) {
  const stateOf = (settings: Partial<Settings>): SettingsState => ({
    ...emptyState,
    settings: { ...defaultSettings, consentedAt: '2026-01-01T00:00:00.000Z', ...settings },
  });
  let state = stateOf(first);
  const listeners = new Set<Parameters<SettingsStore['onChange']>[0]>();
  const startedAt: number[] = [];
  const begin = Date.now();
  const settings = {
    state: () => state,
    onChange: (listener: Parameters<SettingsStore['onChange']>[0]) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const schedule = scheduleChecks(settings, async () => {
    const did = await start();
    if (did) startedAt.push((Date.now() - begin) / minute);
    return did;
  });
  schedules.push(schedule);
  const change = (next: Partial<Settings>) => {
    const before = state;
    state = stateOf({ ...before.settings, ...next });
    for (const listener of listeners) listener(state, before);
  };
  return {
    schedule,
    startedAt,
    change,
    listeners,
    pass: (minutes: number) => vi.advanceTimersByTimeAsync(minutes * minute),
  };
}

describe('scheduled checks', () => {
  it('start as often as was chosen, and not at once', async () => {
    const { startedAt, pass } = open({ scheduleMinutes: 10 });
    await pass(9.9);
    expect(startedAt).toEqual([]);
    await pass(25);
    expect(startedAt).toHaveLength(3);
    for (const [index, at] of startedAt.entries()) expect(Math.abs(at - 10 * (index + 1))).toBeLessThan(1);
  });

  it('start never without consent, a schedule, or after the end', async () => {
    const none = open({ scheduleMinutes: null });
    const silent = open({ scheduleMinutes: 5, consentedAt: null });
    const over = open({ scheduleMinutes: 5 });
    over.schedule.stop();
    expect(over.listeners.size).toBe(0);
    await none.pass(100);
    expect([none, silent, over].flatMap(({ startedAt }) => startedAt)).toEqual([]);
    silent.change({ consentedAt: '2026-01-01T00:00:00.000Z' });
    await silent.pass(1);
    expect(silent.startedAt).toHaveLength(1);
  });

  it('wait for a check that a person has started, and count from a new choice', async () => {
    const { schedule, startedAt, change, pass } = open({ scheduleMinutes: 10 });
    await pass(9);
    schedule.restart();
    await pass(9);
    expect(startedAt).toEqual([]);
    change({ scheduleMinutes: 60 });
    await pass(59);
    expect(startedAt).toEqual([]);
    await pass(2);
    expect(startedAt).toHaveLength(1);
  });

  it('try again soon where one cannot be started, make up for nothing, and survive errors', async () => {
    let busy = true;
    const { startedAt, pass } = open({ scheduleMinutes: 5 }, async () => {
      if (busy) throw new Error('busy');
      return true;
    });
    await pass(7);
    busy = false;
    await pass(0.5);
    expect(startedAt).toHaveLength(1);
    // Asleep for a day: one check, not 288.
    vi.setSystemTime(Date.now() + 24 * 60 * minute);
    await pass(1);
    expect(startedAt).toHaveLength(2);
  });

  it('wait until the network of a machine that woke up can be used', async () => {
    const { schedule, startedAt, pass } = open({ scheduleMinutes: 10 });
    await pass(9);
    vi.setSystemTime(Date.now() + 60 * minute);
    schedule.settle();
    await pass(0.2);
    expect(startedAt).toEqual([]);
    await pass(0.5);
    expect(startedAt).toHaveLength(1);
  });

  it('come soon in another network, but never more often than every five minutes, and only by schedule', async () => {
    const { schedule, startedAt, pass } = open({ scheduleMinutes: 60 });
    const none = open({ scheduleMinutes: null });
    await pass(10);
    none.schedule.hurry();
    schedule.hurry();
    await pass(0.1);
    expect(startedAt).toEqual([]);
    await pass(1);
    expect(startedAt).toHaveLength(1);
    for (let turn = 0; turn < 10; turn += 1) {
      schedule.hurry();
      await pass(1);
    }
    const [first = 0, second = 0, third = 0] = startedAt;
    for (const minutes of [second - first, third - second]) expect(minutes >= 5 && minutes < 6).toBe(true);
    await pass(50);
    expect(startedAt).toHaveLength(3);
    await pass(15);
    expect(startedAt).toHaveLength(4);
    expect(none.startedAt).toEqual([]);
  });

  it('are not kept off by a clock that was set back', async () => {
    const { startedAt, pass } = open({ scheduleMinutes: 5 });
    await pass(1);
    vi.setSystemTime(Date.now() - 24 * 60 * minute);
    await pass(6);
    expect(startedAt).toHaveLength(1);
  });
});
