import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { DeadlineError, withDeadline } from '../../engine/deadline.ts';
import { fastClock } from '../support/fast-clock.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** Runs one deadline and checks that neither a timer nor a listener outlives it. */
async function run<T>(ms: number, work: (signal: AbortSignal) => Promise<T>, stop = new AbortController()) {
  const clock = fastClock();
  const outcome = await withDeadline(clock, ms, stop.signal, work).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await Promise.resolve();
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  return outcome;
}

describe('withDeadline', () => {
  it('gives what the work gives, or throws what it throws', async () => {
    expect(await run(1000, async () => 7)).toEqual({ value: 7 });
    const error = new Error('own');
    expect(await run(1000, () => Promise.reject(error))).toEqual({ error });
    expect(
      await run(1000, () => {
        throw error;
      }),
    ).toEqual({ error });
  });

  it('ends the work after its time, by a signal that says why', async () => {
    let reason: unknown;
    const outcome = await run(100, (signal) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return untilAborted(signal);
    });
    expect(outcome).toEqual({ error: expect.any(DeadlineError) });
    expect(reason).toBeInstanceOf(DeadlineError);
  });

  it('does not wait for work that ignores its signal', async () => {
    const outcome = await run(100, () => new Promise<never>(() => {}));
    expect(outcome).toEqual({ error: expect.any(DeadlineError) });
  });

  it("ends with the caller's reason when the caller stops first, and with his alone", async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 5);
    expect(await run(60_000, untilAborted, stop)).toEqual({ error: reason });
    expect(await run(60_000, async () => 7, stop)).toEqual({ error: reason });
  });

  it('swallows what abandoned work throws later', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    await run(20, () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20)));
    await new Promise((resolve) => setTimeout(resolve, 40));
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });
});
