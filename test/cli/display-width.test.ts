import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, fitWidth, wrap } from '../../cli/display-width.ts';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['Привет', 6],
    ['日本語', 6],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['é', 1],
    ['e\u0301', 1],
    ['👍🏽', 2],
    ['👨‍👩‍👧', 2],
    ['❤️', 2],
    ['● ok', 4],
    ['فارسی', 5],
  ])('%s takes %d cells', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('fits a text to exactly the cells there are', () => {
    expect(fitWidth('日本語', 5)).toBe('日本…');
    expect(fitWidth('日本語', 4)).toBe('日… ');
    expect(fitWidth('ab', 4)).toBe('ab  ');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '日', 'e\u0301', '👍', ' ') }),
        fc.integer({ min: 1, max: 30 }),
        (text, width) => {
          expect(displayWidth(fitWidth(text, width))).toBe(width);
        },
      ),
    );
  });

  it('wraps at spaces and loses no word', () => {
    expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
    expect(wrap('toolongword b', 4)).toEqual(['toolongword', 'b']);
  });
});
