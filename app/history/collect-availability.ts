import type { Availability, Cell } from '../../model/run-view.ts';
import { cellAt } from './pack-cells.ts';
import type { Plan } from './plan-cache.ts';

export interface AvailabilityRow {
  readonly runId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly planId: number;
  readonly cells: Uint8Array;
}

type Point = Availability['points'][number];

/**
 * Runs, oldest first, as a series of points for each target and route. Names are those of the newest run that has them. Points of
 * the same run and state are one and the same object: 10,000 runs would make 1.8 million otherwise.
 */
export function collectAvailability(
  rows: Iterable<AvailabilityRow>,
  readPlan: (id: number) => Plan,
  stateOf: (outcome: number) => Cell['state'] | undefined,
): readonly Availability[] {
  const series = new Map<string, { about: Omit<Availability, 'points'>; points: Point[] }>();
  const plans = new Map<number, readonly Point[][]>();
  const place = (planId: number): readonly Point[][] => {
    const { targets, routes } = readPlan(planId);
    const own = targets.flatMap((target) =>
      routes.map((route) => {
        const key = `${target.id}\n${route.id}`;
        const points = series.get(key)?.points ?? [];
        series.set(key, {
          about: { targetId: target.id, name: target.name, routeId: route.id, label: route.label },
          points,
        });
        return points;
      }),
    );
    plans.set(planId, own);
    return own;
  };
  for (const { runId, at, planId, cells } of rows) {
    const own = plans.get(planId) ?? place(planId);
    const points = new Map<Cell['state'], Point>();
    for (let index = 0; index < own.length; index++) {
      const state = stateOf(cellAt(cells, index));
      if (state === undefined) continue;
      let point = points.get(state);
      if (point === undefined) {
        point = { runId, at, state };
        points.set(state, point);
      }
      own[index]?.push(point);
    }
  }
  return [...series.values()]
    .filter(({ points }) => points.length > 0)
    .map(({ about, points }) => ({ ...about, points }));
}
