import { type Availability, type Cell, mostPoints } from '../../model/run-view.ts';
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

/** One target over one route so far. */
interface Series {
  about: Pick<Availability, 'targetId' | 'name' | 'routeId' | 'label'>;
  counted: number;
  ok: number;
  failingSince: string | undefined;
  readonly points: Point[];
}

/**
 * How each target did over each route in these runs, oldest first. Names are those of the newest run that has them. Points of
 * the same run and state are one and the same object: 10,000 runs would make 1.8 million otherwise.
 */
export function collectAvailability(
  rows: Iterable<AvailabilityRow>,
  readPlan: (id: number) => Plan,
  stateOf: (outcome: number) => Cell['state'] | undefined,
): readonly Availability[] {
  const found = new Map<string, Series>();
  const plans = new Map<number, readonly Series[]>();
  const place = (planId: number): readonly Series[] => {
    const { targets, routes } = readPlan(planId);
    const own = targets.flatMap((target) =>
      routes.map((route) => {
        const key = `${target.id}\n${route.id}`;
        const series = found.get(key) ?? { about: noName, counted: 0, ok: 0, failingSince: undefined, points: [] };
        series.about = { targetId: target.id, name: target.name, routeId: route.id, label: route.label };
        found.set(key, series);
        return series;
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
      const series = own[index];
      if (state === undefined || !series) continue;
      let point = points.get(state);
      if (point === undefined) {
        point = { runId, at, state };
        points.set(state, point);
      }
      count(series, point);
    }
  }
  return [...found.values()].flatMap(({ about, counted, ok, failingSince, points }) =>
    points.length === 0
      ? []
      : [
          {
            ...about,
            counted,
            ok,
            ...(failingSince !== undefined && { failingSince }),
            points: points.slice(-mostPoints),
          },
        ],
  );
}

const noName = { targetId: '', name: '', routeId: '', label: '' };

function count(series: Series, point: Point): void {
  series.points.push(point);
  const { state, at } = point;
  if (state === 'skipped' || state === 'cancelled') return;
  series.counted += 1;
  if (state === 'failed') {
    series.failingSince ??= at;
    return;
  }
  series.ok += 1;
  series.failingSince = undefined;
}
