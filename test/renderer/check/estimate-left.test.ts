import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Estimate, noEstimate, sayLeft, updateEstimate } from '../../../renderer/screens/check/estimate-left.ts';

const at = (now: number, done: number, before: Estimate = noEstimate, jobs = 100) =>
  updateEstimate(before, { now, startedAt: 0, done, jobs });

describe('updateEstimate', () => {
  it('guesses nothing before enough is done and enough time has passed', () => {
    expect(at(1000, 50)).toEqual(noEstimate);
    expect(at(10_000, 3)).toEqual(noEstimate);
    expect(at(10_000, 0)).toEqual(noEstimate);
    expect(at(10_000, 0, noEstimate, 0)).toEqual(noEstimate);
  });

  it('guesses by the pace so far', () => {
    expect(at(10_000, 25).endsAt).toBe(40_000);
  });

  it('stays as it was while the pace is about the same', () => {
    const before = at(10_000, 25);
    expect(at(12_000, 31, before)).toBe(before);
  });

  it('goes a third of the way when the pace has changed', () => {
    expect(at(20_000, 25, { endsAt: 40_000 }).endsAt).toBe(40_000 + 40_000 / 3);
  });

  it('keeps to a clock that was set back', () => {
    expect(updateEstimate(noEstimate, { now: 5000, startedAt: 9000, done: 50, jobs: 100 })).toEqual(noEstimate);
  });

  it('never leaps: with results in any rhythm, the end moves by no more than a third of its error', () => {
    const steps = fc.array(
      fc.record({ wait: fc.integer({ min: 1, max: 3000 }), done: fc.integer({ min: 0, max: 9 }) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, (rhythm) => {
        let [now, done, before]: [number, number, Estimate] = [0, 0, noEstimate];
        for (const step of rhythm) {
          now += step.wait;
          done = Math.min(100, done + step.done);
          const next = at(now, done, before);
          if (before.endsAt !== null && next.endsAt !== null) {
            const fresh = now + (now / done) * (100 - done);
            const moved = Math.abs(next.endsAt - before.endsAt);
            expect(moved).toBeLessThanOrEqual(Math.abs(fresh - before.endsAt) / 3 + 1e-6);
          }
          expect(Number.isFinite(next.endsAt ?? 0)).toBe(true);
          before = next;
        }
      }),
    );
  });
});

describe('sayLeft', () => {
  it.each<readonly [number | null, ReturnType<typeof sayLeft>]>([
    [null, { unit: 'unknown' }],
    [2900, { unit: 'soon' }],
    [-5000, { unit: 'soon' }],
    [3000, { unit: 'seconds', count: 5 }],
    [11_000, { unit: 'seconds', count: 15 }],
    [55_000, { unit: 'seconds', count: 55 }],
    [56_000, { unit: 'minutes', count: 1 }],
    [89_000, { unit: 'minutes', count: 1 }],
    [100_000, { unit: 'minutes', count: 2 }],
  ])('says %j ms as %j', (endsAt, words) => {
    expect(sayLeft({ endsAt }, 0)).toEqual(words);
  });

  it('never says 60 seconds', () => {
    for (let ms = 0; ms < 200_000; ms += 100) {
      const left = sayLeft({ endsAt: ms }, 0);
      if (left.unit === 'seconds') expect(left.count).toBeLessThan(60);
    }
  });
});
