import type { Availability } from '../../../model/run-view.ts';

interface AvailabilityCount {
  readonly ok: number;
  /** Checks that tell something: not those in which it was skipped or that were stopped before it. */
  readonly counted: number;
  /** 0 to 1; 1 where nothing was counted, because nothing is known to fail. */
  readonly share: number;
  /** When the failures that go on until now began (ISO 8601); absent while it works. */
  readonly failingSince?: string;
}

/** How often something worked, over its checks from the oldest to the newest. */
export function countAvailability(points: Availability['points']): AvailabilityCount {
  const told = points.filter(({ state }) => state !== 'skipped' && state !== 'cancelled');
  const ok = told.filter(({ state }) => state !== 'failed').length;
  const lastOk = told.findLastIndex(({ state }) => state !== 'failed');
  const failingSince = told[lastOk + 1]?.at;
  return {
    ok,
    counted: told.length,
    share: told.length === 0 ? 1 : ok / told.length,
    ...(failingSince !== undefined && { failingSince }),
  };
}
