import { describe, expect, it } from 'vitest';
import { judgeTarget } from '../../../engine/judge/judge-target.ts';
import { ruleIds } from '../../../engine/judge/vocabulary.ts';
import { mechanismSchema, verdictNameSchema, verdictSchema } from '../../../model/verdict.ts';
import { aCase } from '../../support/a-case.ts';
import { situations } from './situations.ts';

describe('the judge', () => {
  it.each(situations)('$rule: when $when', ({ when: _, rule, verdict, mechanism, confidence, ...situation }) => {
    const judged = judgeTarget(aCase(situation));
    expect({ rule: judged.rule, verdict: judged.verdict, mechanism: judged.mechanism }).toEqual({
      rule,
      verdict,
      mechanism,
    });
    if (confidence !== undefined) expect(judged.confidence).toBe(confidence);
    expect(verdictSchema.parse(judged)).toEqual(judged);
    expect(judged.next.length > 0 || judged.verdict === 'reachable').toBe(true);
  });

  it('is asked for every rule, every verdict and every mechanism there is', () => {
    const tested = new Set(situations.map(({ rule }) => rule));
    expect(ruleIds.filter((id) => !tested.has(id))).toEqual([]);
    expect(new Set(situations.map(({ verdict }) => verdict))).toEqual(new Set(verdictNameSchema.options));
    const mechanisms = new Set(situations.flatMap(({ mechanism }) => mechanism ?? []));
    expect(mechanisms).toEqual(new Set(mechanismSchema.options));
  });
});
