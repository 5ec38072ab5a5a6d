import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hypotheses, priors, table } from '../../../engine/collateral/hypotheses.ts';
import { type CollateralFacts, scoreCollateral } from '../../../engine/collateral/score-collateral.ts';
import { collateralCaps, collateralEvidence, otherExplanations } from '../../../engine/collateral/vocabulary.ts';
import { cloudFindingSchema } from '../../../model/cloud.ts';

const nobody = { failed: 0, unverified: 0, ok: 0 };

/** A timeout and nothing else. */
function facts(change: Partial<CollateralFacts> = {}): CollateralFacts {
  return {
    failure: 'timeout',
    siblings: nobody,
    rangeAnswers: (change.siblings?.ok ?? 0) > 0,
    rangeKnown: true,
    restFails: false,
    repeated: true,
    tunnelUp: false,
    bypassToolActive: false,
    ...change,
  };
}

const compared = { control: 'ok', baseline: 'ok' } as const;
const beside = (failed: number, ok = 0, unverified = 0) => ({ ...compared, siblings: { failed, unverified, ok } });

function scoreOf(change: Partial<CollateralFacts>) {
  const collateral = scoreCollateral(facts(change));
  if (!collateral) throw new Error('no score');
  return collateral;
}

describe('the table', () => {
  it('has shares between 0 and 1, and priors that are whole together', () => {
    const sum = hypotheses.reduce((total, name) => total + priors[name], 0);
    expect(sum).toBeCloseTo(1, 12);
    for (const row of Object.values(table)) {
      for (const name of hypotheses) {
        expect(row[name]).toBeGreaterThan(0);
        expect(row[name]).toBeLessThan(1);
      }
    }
  });
});

describe('the score', () => {
  it.each<[string, Partial<CollateralFacts>, number, string]>([
    ['a timeout alone', {}, 0.33, 'down'],
    ['with baseline and control', compared, 0.58, 'address'],
    ['and one sibling that fails', beside(1), 0.9, 'address'],
    ['and two', beside(2), 0.98, 'local'],
    ['and three', beside(3), 0.99, 'local'],
    ['two that fail and one that answers', beside(2, 1), 0.91, 'address'],
    ['three that answer', beside(0, 3), 0.01, 'address'],
    ['a cut after ClientHello, another name passes', { ...compared, failure: 'hello', otherName: 'ok' }, 0, 'hostname'],
    ['the control fails too', { control: 'failed', baseline: 'ok' }, 0.02, 'down'],
  ])('of %s', (_, change, score, otherwise) => {
    const collateral = scoreOf(change);
    expect(Math.abs(collateral.score - score)).toBeLessThanOrEqual(0.01);
    expect(collateral.otherwise).toBe(otherwise);
  });

  it('is held down while something is missing, and says by what', () => {
    const three = beside(3);
    const { control: _, ...uncontrolled } = three;
    expect(scoreOf(uncontrolled)).toMatchObject({ score: 0.75, band: 'possible', capped: ['no-control'] });
    expect(scoreOf({ ...compared, failure: 'freeze' })).toMatchObject({ score: 0.6, capped: ['no-sibling'] });
    expect(scoreOf({ ...three, repeated: false })).toMatchObject({ score: 0.7, capped: ['no-repeat'] });
    expect(scoreOf({ ...uncontrolled, repeated: false })).toMatchObject({
      score: 0.7,
      capped: ['no-control', 'no-repeat'],
    });
    expect(scoreOf(three).capped).toBeUndefined();
    expect(scoreOf(facts()).capped).toBeUndefined();
  });

  it('is no score while a tool alters the packets', () => {
    expect(scoreCollateral(facts({ ...beside(5), bypassToolActive: true }))).toBeUndefined();
  });

  it('gives a sibling that nobody confirmed half the weight', () => {
    expect(scoreOf(beside(0, 0, 2)).score).toBeCloseTo(scoreOf(beside(1)).score, 2);
  });

  it('stays a number in a range with very many siblings', () => {
    expect(scoreOf(beside(100_000)).score).toBe(1);
    expect(scoreOf(beside(0, 100_000)).score).toBe(0);
  });
});

describe('the band', () => {
  it('is likely with a control, two siblings that fail and are alive, and none that answers', () => {
    expect(scoreOf(beside(2))).toEqual({
      score: 0.976,
      band: 'likely',
      evidence: ['connects-time-out', 'control-answers', 'siblings-fail', 'baseline-answers'],
      otherwise: 'local',
    });
    expect(scoreOf(beside(1))).toMatchObject({ band: 'possible', capped: ['few-siblings'] });
    expect(scoreOf(beside(0, 0, 9))).toMatchObject({ band: 'possible', capped: ['few-siblings'] });
    expect(scoreOf(beside(2, 1))).toMatchObject({ band: 'possible', capped: ['mixed-range'] });
    expect(scoreOf({ ...beside(2), rangeAnswers: true })).toMatchObject({ band: 'possible', capped: ['mixed-range'] });
    expect(scoreOf({ ...beside(3), rangeKnown: false })).toMatchObject({ band: 'possible', capped: ['range-unknown'] });
    expect(scoreOf({ ...beside(3), restFails: true })).toMatchObject({ band: 'possible', capped: ['rest-fails'] });
  });

  it('tells nothing of a host that does not answer over the control either, whatever its neighbours do', () => {
    expect(scoreOf({ ...beside(3), control: 'failed' })).toMatchObject({ band: 'insufficient', otherwise: 'down' });
  });

  it('is possible or unlikely where the facts say so', () => {
    expect(scoreOf(compared).band).toBe('possible');
    expect(scoreOf(beside(0, 3)).band).toBe('unlikely');
    expect(scoreOf({ control: 'failed', baseline: 'ok' }).band).toBe('unlikely');
    expect(scoreOf({ baseline: 'ok', failure: 'hello', otherName: 'ok' })).toMatchObject({
      band: 'unlikely',
      otherwise: 'hostname',
    });
  });

  it('is insufficient where the facts are thin', () => {
    const { failure: _, ...unclear } = facts(beside(5));
    expect(scoreOf({}).band).toBe('insufficient');
    expect(scoreOf({ baseline: 'ok' }).band).toBe('insufficient');
    expect(scoreCollateral(unclear)).toMatchObject({ band: 'insufficient', evidence: ['cause-unclear', ...restOf(5)] });
    expect(scoreOf({ ...beside(5), baseline: 'failed' }).band).toBe('insufficient');
    expect(scoreOf({ control: 'ok', siblings: beside(5).siblings }).band).toBe('insufficient');
    expect(scoreOf({ ...beside(5), tunnelUp: true })).toMatchObject({
      score: 0.3,
      band: 'insufficient',
      capped: ['tunnel-up'],
    });
  });

  it('is never likely where packets pass: to another name, or with an answer', () => {
    expect(scoreOf({ ...beside(30), failure: 'hello', otherName: 'ok' }).band).toBe('possible');
    expect(scoreOf({ ...beside(30), failure: 'http' }).band).toBe('possible');
  });
});

const restOf = (failed: number) => scoreOf(beside(failed)).evidence.slice(1);

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const outcome = optional(fc.constantFrom('ok' as const, 'failed' as const));
const failures = ['timeout', 'refused', 'hello', 'freeze', 'http'] as const;
const few = fc.nat({ max: 12 });
const anyFacts: fc.Arbitrary<CollateralFacts> = fc
  .record({
    failure: optional(fc.constantFrom(...failures)),
    control: outcome,
    baseline: outcome,
    otherName: outcome,
    siblings: fc.record({ failed: few, unverified: few, ok: few }),
    rangeAnswers: fc.boolean(),
    repeated: fc.boolean(),
    tunnelUp: fc.boolean(),
    bypassToolActive: fc.constant(false),
  })
  .map((drawn) => {
    const known = Object.entries(drawn).filter(([, value]) => value !== undefined);
    return Object.fromEntries(known) as unknown as CollateralFacts;
  });
/** For floating point, and for the third decimal that a score is rounded to. */
const hair = 0.0011;
const rank = { insufficient: 0, unlikely: 0, possible: 1, likely: 2 };

describe('whatever the facts', () => {
  it('the score is between 0 and 1, made of known words, and names something else', () => {
    fc.assert(
      fc.property(anyFacts, (drawn) => {
        const collateral = scoreCollateral(drawn);
        expect(cloudFindingSchema.shape.collateral.safeParse(collateral).success).toBe(true);
        expect(collateralEvidence).toEqual(expect.arrayContaining(collateral?.evidence ?? ['']));
        expect(collateralCaps).toEqual(expect.arrayContaining(collateral?.capped ?? []));
        expect(otherExplanations).toContain(collateral?.otherwise);
        expect(new Set(collateral?.evidence).size).toBe(collateral?.evidence.length);
      }),
    );
  });

  it('likely is never said without what it needs', () => {
    fc.assert(
      fc.property(anyFacts, (drawn) => {
        if (scoreCollateral(drawn)?.band !== 'likely') return;
        expect(drawn).toMatchObject({ control: 'ok', baseline: 'ok', repeated: true, tunnelUp: false });
        expect(drawn.siblings.failed).toBeGreaterThanOrEqual(2);
        expect(drawn.siblings.ok).toBe(0);
        expect(drawn.rangeAnswers).toBe(false);
        expect(drawn.otherName).not.toBe('ok');
        expect(['timeout', 'refused', 'hello', 'freeze']).toContain(drawn.failure);
      }),
      { numRuns: 2000 },
    );
  });

  const changes: readonly [string, (drawn: CollateralFacts) => CollateralFacts][] = [
    ['one more sibling that fails', (drawn) => withSiblings(drawn, { failed: drawn.siblings.failed + 1 })],
    [
      'one sibling confirmed',
      (drawn) =>
        withSiblings(drawn, {
          failed: drawn.siblings.failed + 1,
          unverified: Math.max(0, drawn.siblings.unverified - 1),
        }),
    ],
    [
      'one sibling less that answers',
      (drawn) => (drawn.siblings.ok < 2 ? drawn : withSiblings(drawn, { ok: drawn.siblings.ok - 1 })),
    ],
    ['a control that reaches it', (drawn) => ({ ...drawn, control: 'ok' })],
    ['a second try', (drawn) => ({ ...drawn, repeated: true })],
    ['no tunnel', (drawn) => ({ ...drawn, tunnelUp: false })],
  ];
  it.each(changes)('%s never lowers it', (_, change) => {
    fc.assert(
      fc.property(anyFacts, (drawn) => {
        const [before, after] = [scoreCollateral(drawn), scoreCollateral(change(drawn))];
        expect(after?.score).toBeGreaterThanOrEqual((before?.score ?? 1) - hair);
        expect(rank[after?.band ?? 'insufficient']).toBeGreaterThanOrEqual(rank[before?.band ?? 'likely']);
      }),
      { numRuns: 500 },
    );
  });

  it('a control that fails too never raises it', () => {
    fc.assert(
      fc.property(anyFacts, (drawn) => {
        const after = scoreCollateral({ ...drawn, control: 'failed' });
        expect(after?.score).toBeLessThanOrEqual((scoreCollateral({ ...drawn, control: 'ok' })?.score ?? 0) + hair);
        expect(after?.band).not.toBe('likely');
      }),
    );
  });
});

function withSiblings(drawn: CollateralFacts, change: Partial<CollateralFacts['siblings']>): CollateralFacts {
  return { ...drawn, siblings: { ...drawn.siblings, ...change } };
}
