import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../engine/node-clock.ts';
import { watchSilence } from '../../engine/watch-silence.ts';

const clock = nodeClock();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function watch(limit: number) {
  const from = clock.now();
  const calls: number[] = [];
  return { calls, watch: watchSilence(clock, limit, () => calls.push(clock.now() - from)) };
}

describe('watchSilence', () => {
  it('calls once, after the limit', async () => {
    const { calls } = watch(30);
    await expect.poll(() => calls.length).toBe(1);
    expect(calls[0]).toBeGreaterThanOrEqual(29);
    expect(calls[0]).toBeLessThan(1000);
    await pause(60);
    expect(calls).toHaveLength(1);
  });

  it('is put off by each touch', async () => {
    const { calls, watch: silence } = watch(300);
    for (let turn = 0; turn < 5; turn += 1) {
      await pause(100);
      silence.touch();
    }
    expect(calls).toHaveLength(0);
    await expect.poll(() => calls.length).toBe(1);
  });

  it('obeys a shorter limit at once, and a longer one too', async () => {
    const shorter = watch(5000);
    shorter.watch.touch(30);
    const longer = watch(30);
    longer.watch.touch(5000);
    await expect.poll(() => shorter.calls.length).toBe(1);
    expect(longer.calls).toHaveLength(0);
    longer.watch.stop();
  });

  it('says nothing once stopped, also when touched after', async () => {
    const { calls, watch: silence } = watch(20);
    silence.stop();
    silence.touch(10);
    await pause(80);
    expect(calls).toHaveLength(0);
  });
});
