import type { ObservationOf } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import { type Decision, isGood, type Rule } from '../case.ts';
import type { RuleId } from '../vocabulary.ts';
import { freeze } from './http-rules.ts';

/** Below this share of the control's goodput, with a neutral object unharmed, a difference is not chance. */
const throttledBelow = 0.25;
const neutralAtLeast = 0.5;

type Transfer = ObservationOf<'transfer'>;

/** It answers, but a download crawls here and runs through the control, while neutral downloads run here as well. */
export const throttled: Rule = (c) => {
  if (!isGood(c.target, c.current) || c.neutralRatio === undefined || c.neutralRatio < neutralAtLeast) return undefined;
  const here = downloadOf(c.current);
  const control = c.good.map(downloadOf).find((item) => item?.goodput && !item.failure);
  if (!here || !control?.goodput) return undefined;
  const ended = howItEnded(here, control.goodput);
  if (!ended) return undefined;
  return {
    verdict: 'impaired',
    ...ended,
    confidence: 'medium',
    evidence: [
      { says: here.failure ? 'stalled' : 'slower-than-control', observation: here.id },
      { says: 'control-ok', observation: control.id },
    ],
    next: ['use-working-route', 'run-again'],
  };
};

function howItEnded(
  here: Transfer,
  controlGoodput: number,
): (Pick<Decision, 'mechanism'> & { readonly rule: RuleId }) | undefined {
  const kind = here.failure?.kind;
  if (kind === 'stall' || kind === 'timeout' || kind === 'kernel-timeout') {
    if (here.bytes < freeze.from || here.bytes > freeze.to) return { rule: 'http.stall' };
    return { mechanism: 'freeze', rule: 'freeze.after-first-kilobytes' };
  }
  // Anything else that failed, such as an error status, was not timed; nor was what came all at once.
  if ((here.failure && kind !== 'too-slow') || here.goodput === undefined) return undefined;
  if (here.goodput >= throttledBelow * controlGoodput) return undefined;
  return { mechanism: 'throttling', rule: 'throttling.goodput-ratio' };
}

function downloadOf(result: Result): Transfer | undefined {
  return result.observations.findLast(
    (item): item is Transfer => item.step === 'transfer' && item.direction === 'down' && item.purpose === 'throughput',
  );
}
