import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiter, type Release } from '../../../engine/run/limiter.ts';

const never = new AbortController().signal;
const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

/** Acquires without waiting: `got` holds the release once there is one. */
function tryAcquire(limiter: ReturnType<typeof createLimiter>, keys: readonly string[], signal = never) {
  const state: { got?: Release; error?: unknown } = {};
  limiter.acquire(keys, signal).then(
    (release) => {
      state.got = release;
    },
    (error) => {
      state.error = error;
    },
  );
  return state;
}

describe('a limiter', () => {
  it('gives no more places than there are, and the next when one comes back', async () => {
    const limiter = createLimiter(() => 2);
    const all = [0, 1, 2].map(() => tryAcquire(limiter, ['job']));
    await settled();
    expect(all.map(({ got }) => got !== undefined)).toEqual([true, true, false]);
    all[0]?.got?.();
    await settled();
    expect(all[2]?.got).toBeDefined();
  });

  it('counts each key by itself, and a key asked for twice once', async () => {
    const limiter = createLimiter((key) => (key === 'wide' ? 5 : 1));
    const first = tryAcquire(limiter, ['a', 'a', 'wide']);
    const second = tryAcquire(limiter, ['b', 'wide']);
    const third = tryAcquire(limiter, ['a']);
    await settled();
    expect([first.got, second.got, third.got].map(Boolean)).toEqual([true, true, false]);
  });

  it('takes all keys at once or none: two that want the same two cannot block each other', async () => {
    const limiter = createLimiter(() => 1);
    const a = tryAcquire(limiter, ['a']);
    const both = tryAcquire(limiter, ['a', 'b']);
    const b = tryAcquire(limiter, ['b']);
    await settled();
    expect([a.got, both.got, b.got].map(Boolean)).toEqual([true, false, true]);
    a.got?.();
    await settled();
    expect(both.got).toBeUndefined();
    b.got?.();
    await settled();
    expect(both.got).toBeDefined();
  });

  it('serves those who could go on in the order in which they came', async () => {
    const limiter = createLimiter(() => 1);
    const order: number[] = [];
    const first = await limiter.acquire(['job'], never);
    const waiting = [1, 2, 3].map(async (at) => {
      const release = await limiter.acquire(['job'], never);
      order.push(at);
      release();
    });
    first();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it('takes a place back once, however often it is given', async () => {
    const limiter = createLimiter(() => 1);
    const release = await limiter.acquire(['job'], never);
    release();
    release();
    const [one, two] = [tryAcquire(limiter, ['job']), tryAcquire(limiter, ['job'])];
    await settled();
    expect([one.got, two.got].map(Boolean)).toEqual([true, false]);
  });

  it('rejects with the reason of the signal, at once and while waiting, and forgets the waiter', async () => {
    const limiter = createLimiter(() => 1);
    const reason = new Error('enough');
    await expect(limiter.acquire(['job'], AbortSignal.abort(reason))).rejects.toBe(reason);
    const held = await limiter.acquire(['job'], never);
    const stop = new AbortController();
    const waiting = tryAcquire(limiter, ['job'], stop.signal);
    const patient = tryAcquire(limiter, ['job']);
    stop.abort(reason);
    await settled();
    expect(waiting.error).toBe(reason);
    held();
    await settled();
    expect(waiting.got).toBeUndefined();
    expect(patient.got).toBeDefined();
  });

  it('leaves no listener on a signal, whether granted or waiting no more', async () => {
    const limiter = createLimiter(() => 1);
    const stop = new AbortController();
    const held = await limiter.acquire(['job'], stop.signal);
    const waiting = limiter.acquire(['job'], stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    held();
    (await waiting)();
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('in any schedule never exceeds a limit, loses nobody and ends with every place free', async () => {
    const keys = ['job', 'address a', 'address b', 'prefix'];
    const worker = fc.record({
      keys: fc.subarray(keys, { minLength: 1 }),
      startsAt: fc.nat(12),
      holdsFor: fc.nat(6),
      stopsAt: fc.option(fc.nat(24), { nil: undefined }),
    });
    const limits = fc.record({ job: fc.integer({ min: 1, max: 4 }), other: fc.integer({ min: 1, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(worker, { minLength: 1, maxLength: 24 }), limits, async (workers, { job, other }) => {
        const limitOf = (key: string) => (key === 'job' ? job : other);
        const limiter = createLimiter(limitOf);
        const held = new Map<string, number>();
        const count = (names: readonly string[], by: number) => {
          for (const key of names) {
            const now = (held.get(key) ?? 0) + by;
            expect(now).toBeLessThanOrEqual(limitOf(key));
            held.set(key, now);
          }
        };
        let tick = 0;
        const until = async (end: number) => {
          while (tick < end) await new Promise<void>((resolve) => turns.push(resolve));
        };
        const turns: (() => void)[] = [];
        const ended = workers.map(async ({ keys: wanted, startsAt, holdsFor, stopsAt }) => {
          const stop = new AbortController();
          if (stopsAt !== undefined) void until(stopsAt).then(() => stop.abort(new Error('stopped')));
          await until(startsAt);
          try {
            const release = await limiter.acquire(wanted, stop.signal);
            count(wanted, 1);
            await until(tick + holdsFor);
            count(wanted, -1);
            release();
            return 'served';
          } catch (error) {
            if (!stop.signal.aborted) throw error;
            return 'stopped';
          }
        });
        // Everyone holds six ticks at most, one after the other in the worst case.
        for (tick = 0; tick < 24 * 8 + 24; tick += 1) {
          for (const resolve of turns.splice(0)) resolve();
          await settled();
        }
        const outcomes = await Promise.all(ended);
        outcomes.forEach((outcome, at) => {
          if (workers[at]?.stopsAt === undefined) expect(outcome).toBe('served');
        });
        for (const key of keys) {
          const free = Array.from({ length: limitOf(key) }, () => tryAcquire(limiter, [key]));
          await settled();
          expect(free.every(({ got }) => got !== undefined)).toBe(true);
        }
      }),
      { numRuns: 150, seed: 20_260_814 },
    );
  });
});
