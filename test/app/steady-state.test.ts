import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSteadyState, type Turn } from '../../app/steady-state.ts';

const minute = 60_000;
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 22, 14) + minutes * minute).toISOString();

/** Looks one after the other, `every` so many minutes: `w` works, `f` fails. */
function look(states: string, every = 15) {
  const state = createSteadyState<string>();
  return [...states].map((each, index) => state.see(each, at(index * every)));
}

const told = (turns: readonly Turn<string>[]) =>
  turns.flatMap((turn, index) =>
    turn.type === 'confirmed' ? [`${index}: ${turn.from}>${turn.to} ${turn.since.slice(11, 16)}`] : [],
  );

describe('a state that is looked at now and then', () => {
  it('is believed when two looks in a row show it, since the first of them', () => {
    expect(told(look('wwff'))).toEqual(['3: w>f 14:30']);
    expect(look('wwff').map(({ type }) => type)).toEqual(['same', 'same', 'first-seen', 'confirmed']);
    expect(told(look('wfiiww'))).toEqual(['3: w>i 14:30', '5: i>w 15:00']);
  });

  it('is what it was after a single look that shows otherwise, however often', () => {
    expect(told(look('wfwfwfwiwfw'))).toEqual([]);
    expect(told(look('f'))).toEqual([]);
  });

  it('that changes back and forth is told no more until it holds', () => {
    expect(told(look('wwffwwffwwffwwff'))).toEqual(['3: w>f 14:30', '5: f>w 15:00']);
    // Where it ends is told once, with the time since when it has been so.
    expect(told(look('wwffwwffff'))).toEqual(['3: w>f 14:30', '5: f>w 15:00', '9: w>f 15:30']);
    // Where it ends as it was told last there is nothing to tell.
    expect(told(look('wwffwwffwwwwww'))).toEqual(['3: w>f 14:30', '5: f>w 15:00']);
    // While it is unstable nobody need look again.
    expect(look('wwffwwffw').at(-1)?.type).toBe('same');
  });

  it('may change as often over days', () => {
    expect(told(look('wwffwwffwwff', 180))).toHaveLength(5);
  });

  it('is never believed for one look, and tells seldom, whatever is seen', () => {
    const states = fc.array(fc.constantFrom('w', 'i', 'f'), { maxLength: 120 });
    fc.assert(
      fc.property(states, fc.integer({ min: 1, max: 20 }), (seen, every) => {
        const turns = look(seen.join(''), every);
        let believed: string | undefined = seen[0];
        for (const [index, turn] of turns.entries()) {
          if (turn.type !== 'confirmed') continue;
          expect([seen[index - 1], seen[index]]).toEqual([turn.to, turn.to]);
          expect([turn.from, turn.from === turn.to]).toEqual([believed, false]);
          believed = turn.to;
        }
        // Two, and one more for each time it held.
        const hours = Math.ceil((seen.length * every) / 360);
        expect(told(turns).length).toBeLessThanOrEqual(2 * hours + Math.floor(seen.length / 4));
      }),
    );
  });
});
