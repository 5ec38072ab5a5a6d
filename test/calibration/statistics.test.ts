import { describe, expect, it } from 'vitest';
import { brierOfShare, brierScore, countPairs, fillBins, shareThatHolds } from './statistics.ts';

const forecast = (score: number, holds: boolean) => ({ score, holds });

describe('the Brier score', () => {
  it('is the mean squared distance', () => {
    // (.1² + .4² + .2² + .5²) / 4 = (.01 + .16 + .04 + .25) / 4
    const forecasts = [forecast(0.9, true), forecast(0.4, false), forecast(0.2, false), forecast(0.5, true)];
    expect(brierScore(forecasts)).toBeCloseTo(0.115, 12);
    expect(shareThatHolds(forecasts)).toBe(0.5);
    expect(brierOfShare(forecasts)).toBe(0.25);
  });

  it('is 0 for who is always right, 1 for who is always wrong, and no number for nobody', () => {
    expect(brierScore([forecast(1, true), forecast(0, false)])).toBe(0);
    expect(brierScore([forecast(0, true), forecast(1, false)])).toBe(1);
    expect(brierScore([])).toBeNaN();
  });

  it('of the share is that of saying the share every time', () => {
    const forecasts = [forecast(0.25, true), forecast(0.25, false), forecast(0.25, false), forecast(0.25, false)];
    expect(brierOfShare(forecasts)).toBe(0.1875);
    expect(brierScore(forecasts)).toBe(0.1875);
  });
});

describe('the bins', () => {
  it('hold each score once, on a border the upper one, and 1 in the last', () => {
    const scores = [0, 0.1, 0.3, 0.7, 0.999, 1].map((score) => forecast(score, score > 0.5));
    expect(fillBins(scores, 10)).toEqual([
      { from: 0, to: 0.1, count: 1, meanScore: 0, share: 0 },
      { from: 0.1, to: 0.2, count: 1, meanScore: 0.1, share: 0 },
      { from: 0.3, to: 0.4, count: 1, meanScore: 0.3, share: 0 },
      { from: 0.7, to: 0.8, count: 1, meanScore: 0.7, share: 1 },
      { from: 0.9, to: 1, count: 2, meanScore: 0.9995, share: 1 },
    ]);
    expect(fillBins([], 10)).toEqual([]);
  });

  it('tell how many there held', () => {
    const bins = fillBins([forecast(0.6, true), forecast(0.8, true), forecast(0.7, false), forecast(0.2, false)], 2);
    expect(bins.map(({ count }) => count)).toEqual([1, 3]);
    expect(bins[1]?.meanScore).toBeCloseTo(0.7, 12);
    expect(bins[1]?.share).toBeCloseTo(2 / 3, 12);
  });
});

describe('the table', () => {
  it('counts pairs by row and column', () => {
    const pairs = [
      ['down', 'unlikely'],
      ['geo', 'likely'],
      ['down', 'unlikely'],
      ['down', 'likely'],
    ] as const;
    expect(countPairs(pairs, ['down', 'geo', 'local'], ['likely', 'unlikely'])).toEqual([
      [1, 2],
      [1, 0],
      [0, 0],
    ]);
  });

  it('loses nothing in silence', () => {
    expect(() => countPairs([['down', 'likely']], ['down'], ['unlikely' as string])).toThrow(
      'no place for down, likely',
    );
    expect(() => countPairs([['down', 'likely']], ['geo' as string], ['likely'])).toThrow(RangeError);
  });
});
