import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonError } from '../../../app/input/find-json-error.ts';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('findJsonError', () => {
  it.each([
    ['[\n{"url": }\n]', 10],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{1:2}', 1],
    ['{"a":1,}', 7],
    ['[1}', 2],
    ['[1', 2],
    ['', 0],
    ['[] []', 3],
    ["['a']", 1],
    ['[01]', 2],
    ['["a\nb"]', 1],
    ['["\\x"]', 1],
    ['nul', 0],
  ])('%j goes wrong at %d', (text, offset) => {
    expect(findJsonError(text)).toBe(offset);
  });

  it('agrees with JSON.parse on every text', () => {
    const almost = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, seed, put]) => {
      const at = seed % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + 1);
    });
    const tokens = fc
      .array(fc.constantFrom('[', ']', '{', '}', ',', ':', '"a"', '1', 'null', ' ', '\n'))
      .map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.json(), almost, tokens, fc.string()), (text) => {
        expect(findJsonError(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 1000 },
    );
  });
});
