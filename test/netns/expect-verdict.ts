import { expect } from 'vitest';
import type { RuleId } from '../../engine/judge/vocabulary.ts';
import type { Mechanism, VerdictName } from '../../model/verdict.ts';
import type { Check } from './check.ts';

/** What a verdict must not be where nobody interferes. */
export const accusations: readonly VerdictName[] = ['blocked', 'likely-blocked'];

export interface ExpectedVerdict {
  readonly verdict: VerdictName;
  readonly mechanism?: Mechanism;
  readonly rule: RuleId;
}

/** The whole verdict: what, how and by which rule. A failing assertion shows what the program saw. */
export function expectVerdict(check: Check, targetId: string, expected: ExpectedVerdict): void {
  expect(check.exitCode, check.output).toBe(0);
  expect(check.report.partial).toBe(false);
  const { verdict, mechanism, rule } = check.verdict(targetId);
  expect({ verdict, mechanism, rule }, check.explain(targetId)).toEqual({ mechanism: undefined, ...expected });
}
