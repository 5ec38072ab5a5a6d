import type { Failure } from '../../model/failure.ts';

/** How one try of one job ended, and the observations of the path that decided it. */
export interface Outcome {
  readonly ok: boolean;
  readonly failure?: Failure;
  readonly path: readonly string[];
  /** clock.now() when it was decided; what is only waited for as evidence comes after. */
  readonly decidedAt?: number;
  readonly endpoints?: EndpointCounts;
}

export interface EndpointCounts {
  readonly tried: number;
  readonly ok: number;
  readonly failed: number;
  readonly skipped: number;
}
