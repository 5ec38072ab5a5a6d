import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../engine/node-clock.ts';

const clock = nodeClock();

describe('nodeClock', () => {
  it('sleeps as long as told and leaves no listener', async () => {
    const { signal } = new AbortController();
    const from = clock.now();
    await clock.sleep(20, signal);
    expect(clock.now() - from).toBeGreaterThanOrEqual(19);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('rejects with the reason at once, and leaves no timer', async () => {
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
    expect(timers()).toBe(before - 1);
    await expect(clock.sleep(1, controller.signal)).rejects.toBe(reason);
  });
});
