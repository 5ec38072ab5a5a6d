import { expect, it } from 'vitest';
import type { LoadedRanges } from '../../app/load-ranges.ts';
import { practiceRanges } from '../../app/practice-ranges.ts';
import { createList2018 } from '../../engine/ranges/list-2018.ts';
import { russia2018 } from '../../lab/scenarios/russia-2018.ts';

const source = { source: 'operator', createdAt: '2026-06-17T00:00:00.000Z', rows: 5 } as const;
const list2018 = createList2018([]);
const loaded: LoadedRanges = { facts: () => ({ asn: 16509 }), source, list2018, operators: [] };

it('knows the ranges a scenario says Amazon has, where no list is at hand', () => {
  const { facts, source: said } = practiceRanges(russia2018.amazon, loaded);
  expect(facts('52.59.88.14')).toMatchObject({ operator: 'aws', prefix: '52.58.0.0/15', region: 'eu-central-1' });
  expect(facts('35.195.14.7').prefix).toBeUndefined();
  expect(said).toEqual({ source: 'practice', createdAt: null, rows: 6 });
});

it('leaves the tables as they are where Amazon’s list is there, or the scenario says nothing', () => {
  expect(practiceRanges([], loaded)).toBe(loaded);
  const listed = { ...loaded, aws: {} as NonNullable<LoadedRanges['aws']> };
  expect(practiceRanges(russia2018.amazon, listed)).toBe(listed);
});
