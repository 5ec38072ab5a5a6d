import type { ObservationOf } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import { type Case, isGood, type Rule } from '../case.ts';

/** Below this share of the control's goodput, with a neutral object unharmed, a difference is not chance. */
const throttledBelow = 0.25;
const neutralAtLeast = 0.5;

/** It answers, but a download crawls here and runs through the control, while neutral downloads run here as well. */
export const throttled: Rule = (c) => {
  if (!isGood(c.target, c.current) || c.neutralRatio === undefined || c.neutralRatio < neutralAtLeast) return undefined;
  const here = transferOf(c.current);
  const control = c.good.map(transferOf).find((item) => item?.goodput !== undefined && !item.failure);
  if (!here || !control?.goodput) return undefined;
  const ratio = rateOf(here) / control.goodput;
  if (ratio >= throttledBelow) return undefined;
  return {
    verdict: 'impaired',
    mechanism: here.failure ? 'freeze' : 'throttling',
    rule: here.failure ? 'freeze.after-first-kilobytes' : 'throttling.goodput-ratio',
    confidence: 'medium',
    evidence: [
      { says: here.failure ? 'stalled' : 'slower-than-control', observation: here.id },
      { says: 'control-ok', observation: control.id },
    ],
    next: ['use-working-route', 'run-again'],
  };
};

function rateOf(item: ObservationOf<'transfer'>): number {
  return item.failure ? 0 : (item.goodput ?? 0);
}

function transferOf(result: Case['current'] | Result): ObservationOf<'transfer'> | undefined {
  return result.observations.findLast((item): item is ObservationOf<'transfer'> => item.step === 'transfer');
}
