import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderByWords } from '../../../engine/collateral/order-by-words.ts';

/** Enough for the sort by digits; fewer are compared. */
const many = 5000;

function order(words: Uint32Array): readonly number[] {
  const steps = orderByWords(words);
  for (;;) {
    const step = steps.next();
    if (step.done) return [...step.value];
  }
}

function compared(words: Uint32Array): readonly number[] {
  const word = (record: number, at: number) => words[record * 4 + at] ?? 0;
  const places = Array.from({ length: words.length / 4 }, (_, at) => at);
  return places.sort(
    (a, b) =>
      word(a, 0) - word(b, 0) || word(a, 1) - word(b, 1) || word(a, 2) - word(b, 2) || word(a, 3) - word(b, 3) || a - b,
  );
}

describe('the order of addresses', () => {
  it('is that of a comparison, however many there are and in whichever half of a word they differ', () => {
    const few = fc.uint32Array({ minLength: 0, maxLength: 40 });
    fc.assert(
      fc.property(
        few,
        fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (small, values, seed) => {
          const short = small.subarray(0, small.length - (small.length % 4));
          expect(order(short)).toEqual(compared(short));
          const long = Uint32Array.from(
            { length: many * 4 },
            (_, at) => values[(at * 31 + seed * (at % 7)) % values.length] ?? 0,
          );
          expect(order(long)).toEqual(compared(long));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('rests between its passes', () => {
    const words = Uint32Array.from({ length: many * 4 }, (_, at) => (at % 4 === 3 ? (at * 2_654_435_761) >>> 0 : 0));
    expect(orderByWords(words).next().done).toBe(false);
    expect(order(words)).toEqual(compared(words));
  });
});
