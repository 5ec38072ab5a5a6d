import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';

/** One target's results so far, one per route in the order of the routes. */
export interface Row {
  readonly target: Target;
  results: readonly Result[];
}
