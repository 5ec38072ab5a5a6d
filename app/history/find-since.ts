import type { RunComparison } from '../../model/run-view.ts';
import { type BareChange, differs, type OpenedRun } from './compare-runs.ts';
import type { Plan } from './plan-cache.ts';

/** A run between the two that are compared. */
export interface RunBetween extends OpenedRun {
  /** ISO 8601 UTC. */
  readonly at: string;
}

type Changes = RunComparison['changes'];

/** Something that changed, and the earliest run so far that had it as it is in the end. */
interface Pending {
  since: string;
  /** Whether a run had it so; undefined where it tells nothing. */
  readonly held: (run: RunBetween, places: Places) => boolean | undefined;
}

interface Places {
  readonly targets: ReadonlyMap<string, number>;
  readonly routes: ReadonlyMap<string, number>;
}

/**
 * Since when each change holds: the earliest run after which every run that tells something has it so. Reads no further back
 * than it must.
 * @param between runs of the same kind between the two, newest first
 * @param at when the later one began
 */
export function addSince(changes: readonly BareChange[], between: Iterable<RunBetween>, at: string): Changes {
  const pending = new Set<Pending>();
  const watch = (held: Pending['held']): Pending => {
    const item = { since: at, held };
    pending.add(item);
    return item;
  };
  const watched = changes.map(({ targetId, verdict, cells }) => ({
    verdict: verdict && watch((run, places) => heldVerdict(run, places, targetId, verdict.to)),
    cells: cells.map(({ routeId, to }) => watch((run, places) => heldCell(run, places, targetId, routeId, to))),
  }));
  const places = new Map<Plan, Places>();
  for (const run of pending.size > 0 ? between : []) {
    const own = places.get(run.plan) ?? placesOf(run.plan);
    places.set(run.plan, own);
    for (const item of pending) {
      const held = item.held(run, own);
      if (held) item.since = run.at;
      else if (held === false) pending.delete(item);
    }
    if (pending.size === 0) break;
  }
  return changes.map(({ verdict, cells, ...change }, index) => ({
    ...change,
    ...(verdict && { verdict: { ...verdict, since: watched[index]?.verdict?.since ?? at } }),
    cells: cells.map((cell, column) => ({ ...cell, since: watched[index]?.cells[column]?.since ?? at })),
  }));
}

function placesOf({ targets, routes }: Plan): Places {
  return {
    targets: new Map(targets.map(({ id }, index) => [id, index])),
    routes: new Map(routes.map(({ id }, index) => [id, index])),
  };
}

function heldVerdict(run: RunBetween, { targets }: Places, targetId: string, to: string): boolean | undefined {
  const target = targets.get(targetId);
  const verdict = target === undefined ? undefined : run.verdict(target);
  return verdict === undefined ? undefined : verdict === to;
}

function heldCell(
  run: RunBetween,
  { targets, routes }: Places,
  targetId: string,
  routeId: string,
  to: BareChange['cells'][number]['to'],
): boolean | undefined {
  const [target, route] = [targets.get(targetId), routes.get(routeId)];
  const cell = target === undefined || route === undefined ? undefined : run.cell(target, route);
  if (cell === undefined || cell.state === 'skipped' || cell.state === 'cancelled') return undefined;
  return !differs(cell, to);
}
