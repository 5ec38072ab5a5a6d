import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type PowerEvent, type SurroundingsWatch, watchSurroundings } from '../../../app/host/watch-surroundings.ts';

const opened: SurroundingsWatch[] = [];
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const watch of opened.splice(0)) watch.stop();
  vi.useRealTimers();
});

async function open() {
  const seen: string[] = [];
  let network = 'home';
  let hear: (event: PowerEvent) => void = () => {};
  const stopped = vi.fn();
  const watch = watchSurroundings(
    {
      signature: async () => network,
      onPower: (listener) => {
        hear = listener;
        return stopped;
      },
    },
    {
      onSuspend: () => seen.push('suspend'),
      onWake: () => seen.push('wake'),
      onNetworkLost: () => seen.push('lost'),
      onNetworkChange: () => seen.push('changed'),
    },
  );
  opened.push(watch);
  await vi.advanceTimersByTimeAsync(0);
  return {
    seen,
    watch,
    stopped,
    hear: (event: PowerEvent) => hear(event),
    move: async (to: string) => {
      network = to;
      await vi.advanceTimersByTimeAsync(5000);
    },
  };
}

it('says nothing while nothing happens', async () => {
  const { seen, watch } = await open();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect([seen, watch.signature()]).toEqual([[], 'home']);
});

it('tells of another network, and of one that was left only for a while', async () => {
  const { seen, watch, move } = await open();
  await move('');
  await move('');
  expect(watch.signature()).toBe('home');
  await move('home');
  expect(seen).toEqual(['lost']);
  await move('café');
  expect([seen, watch.signature()]).toEqual([['lost', 'changed'], 'café']);
});

it('notices by the clock that the machine slept, once', async () => {
  const { seen } = await open();
  vi.setSystemTime(Date.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual(['wake']);
});

it('believes the system where it tells, and does not say so twice', async () => {
  const { seen, hear } = await open();
  hear('suspend');
  vi.setSystemTime(Date.now() + 3_600_000);
  hear('resume');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual(['suspend', 'wake']);
});

it('is quiet after its end', async () => {
  const { seen, watch, move, stopped } = await open();
  watch.stop();
  await move('café');
  expect([seen, stopped.mock.calls.length]).toEqual([[], 1]);
});
