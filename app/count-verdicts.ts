import type { RunReport } from '../model/report.ts';
import type { VerdictName } from '../model/verdict.ts';

/** How many targets got each verdict; a verdict that nobody got is absent. */
export function countVerdicts({ verdicts }: Pick<RunReport, 'verdicts'>): Partial<Record<VerdictName, number>> {
  const counts: Partial<Record<VerdictName, number>> = {};
  for (const { verdict } of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
