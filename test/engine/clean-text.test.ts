import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../engine/clean-text.ts';

describe('cleanText', () => {
  it.each([
    ['a\u0000b\u001b[2Jc\u009bd', 50, 'a b [2Jc d'],
    ['  two \r\n\t lines\u2028here ', 50, 'two lines here'],
    ['\u202eevil\u2066\u200b', 50, 'evil'],
    ['abcdef', 3, 'abc'],
    ['ab😀', 3, 'ab'],
    ['\ud800x', 50, '\ufffdx'],
    ['İ'.repeat(3), 2, 'İİ'],
  ])('%j within %i', (text, limit, clean) => expect(cleanText(text, limit)).toBe(clean));

  it('is safe and short whatever the text, and leaves clean text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (text, limit) => {
        const clean = cleanText(text, limit);
        expect(clean.length).toBeLessThanOrEqual(limit);
        expect(clean).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
        expect(clean.isWellFormed()).toBe(true);
        expect(cleanText(clean, limit)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });
});
