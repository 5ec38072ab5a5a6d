import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveFocus } from '../../../renderer/screens/check/move-focus.ts';

const size = { lines: 101, columns: 5, page: 10, rightToLeft: false };
const middle = { line: 50, column: 2 };

describe('moveFocus', () => {
  it.each<readonly [string, boolean, number, number]>([
    ['ArrowUp', false, 49, 2],
    ['ArrowDown', false, 51, 2],
    ['ArrowLeft', false, 50, 1],
    ['ArrowRight', false, 50, 3],
    ['Home', false, 50, 0],
    ['End', false, 50, 4],
    ['Home', true, 0, 0],
    ['End', true, 100, 4],
    ['PageUp', false, 40, 2],
    ['PageDown', false, 60, 2],
  ])('%s (with Control: %s) leads to line %i, column %i', (key, control, line, column) => {
    expect(moveFocus(middle, key, control, size)).toEqual({ line, column });
  });

  it('turns left and right around with the text, and nothing else', () => {
    const mirrored = { ...size, rightToLeft: true };
    expect(moveFocus(middle, 'ArrowLeft', false, mirrored)).toEqual({ line: 50, column: 3 });
    expect(moveFocus(middle, 'ArrowRight', false, mirrored)).toEqual({ line: 50, column: 1 });
    expect(moveFocus(middle, 'Home', false, mirrored)).toEqual({ line: 50, column: 0 });
  });

  it('pages to the first line and not into the headers, which the arrow reaches', () => {
    expect(moveFocus({ line: 4, column: 1 }, 'PageUp', false, size)).toEqual({ line: 1, column: 1 });
    expect(moveFocus({ line: 1, column: 1 }, 'ArrowUp', false, size)).toEqual({ line: 0, column: 1 });
    expect(moveFocus({ line: 0, column: 1 }, 'PageUp', false, size)).toEqual({ line: 0, column: 1 });
  });

  it.each(['Tab', 'Enter', ' ', 'a', 'Escape'])('leaves %j alone', (key) => {
    expect(moveFocus(middle, key, false, size)).toBeUndefined();
  });

  it('never leaves the grid', () => {
    const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'];
    const presses = fc.array(fc.tuple(fc.constantFrom(...keys), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(presses, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 9 }), (all, lines, columns) => {
        let place = { line: 0, column: 0 };
        for (const [key, control] of all) {
          place = moveFocus(place, key, control, { ...size, lines, columns }) ?? place;
          expect(place.line).toBeGreaterThanOrEqual(0);
          expect(place.line).toBeLessThan(lines);
          expect(place.column).toBeGreaterThanOrEqual(0);
          expect(place.column).toBeLessThan(columns);
        }
      }),
    );
  });
});
