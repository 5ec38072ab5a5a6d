import { type Step, stepNames } from '../../model/failure.ts';
import type { Case } from './case.ts';

/** Whether one try got further, or less far, than another: the same obstacle would have stood in the same place. */
export function triesDiffer(c: Case): boolean {
  if (c.current.tries < 2 || c.target.protocol === 'mtproto') return false;
  const steps = [1, 2, 3].map((attempt) => furthestFailure(c, attempt)).filter((step) => step !== undefined);
  return new Set(steps).size > 1;
}

function furthestFailure(c: Case, attempt: number): Step | undefined {
  const failed = c.current.observations.filter(
    (item) =>
      item.purpose === 'main' &&
      item.try === attempt &&
      item.failure &&
      // Other resolvers are asked for comparison only.
      (item.step !== 'resolve' || item.resolver === 'system'),
  );
  return stepNames.findLast((step) => failed.some((item) => item.step === step));
}
