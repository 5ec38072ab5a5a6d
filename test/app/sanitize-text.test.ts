import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeText } from '../../app/sanitize-text.ts';

describe('sanitizeText', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['a\u001b]0;owned\u0007b', 'a b'],
    ['a\u001b]8;;https://evil/\u001b\\link\u001b]8;;\u001b\\', 'a link'],
    ['a\u009b2Jb', 'a b'],
    ['a\u001b(0b', 'a b'],
    ['safe\u202etxt.exe', 'safe txt.exe'],
    ['a\u2066b\u2069c', 'a b c'],
    ['line\r\nnext\tcell', 'line next cell'],
    ['a\u0000b', 'a b'],
    ['zero\u200bwidth', 'zero width'],
    ['\ud800lone', 'lone'],
    ['Привет 日本 👍', 'Привет 日本 👍'],
  ])('%j becomes %j', (text, clean) => {
    expect(sanitizeText(text)).toBe(clean);
  });

  it('counts as the schema does, and never cuts a surrogate pair', () => {
    expect(sanitizeText('👍👍👍', 4)).toBe('👍…');
    expect(sanitizeText('👍👍👍', 4).length).toBeLessThanOrEqual(4);
    expect(sanitizeText('abcd', 4)).toBe('abcd');
  });

  it('lets no control, override or lone surrogate through, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (text, limit) => {
        const clean = sanitizeText(`\u001b[${text}\u009d${text}`, limit);
        expect(clean).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069\u200b-\u200f]/u);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean.length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
