import type { Environment } from '../../model/environment.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Cell, RunOutcome, RunPlan, RunUpdate, RunView } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';

/** A run as the screens read it: every row and verdict by its target. Never changed in place. */
export interface RunState {
  readonly plan: RunPlan;
  readonly routes: readonly RouteSummary[];
  readonly environment: Environment | null;
  /** By target; a row has one place per route, in their order. A row keeps its identity until one of its cells changes. */
  readonly rows: ReadonlyMap<string, readonly (Cell | undefined)[]>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly done: number;
  readonly outcome: RunOutcome | null;
  readonly lost: boolean;
}

export function startRunState(plan: RunPlan): RunState {
  return {
    plan,
    routes: plan.routes,
    environment: null,
    rows: new Map(),
    verdicts: new Map(),
    done: 0,
    outcome: null,
    lost: false,
  };
}

/** The same state that folding all the run's updates gives. */
export function openRunState(view: RunView): RunState {
  const started = startRunState(view.plan);
  const updates: RunUpdate[] = [
    { type: 'cells', cells: view.cells, done: view.done },
    { type: 'verdicts', verdicts: view.verdicts },
  ];
  if (view.outcome) updates.push({ type: 'finished', outcome: view.outcome });
  if (view.lost) updates.push({ type: 'lost' });
  const folded = foldRunUpdates(started, updates);
  return { ...folded, environment: view.environment };
}

/** The state after some more updates; pure. */
export function foldRunUpdates(state: RunState, updates: readonly RunUpdate[]): RunState {
  return updates.reduce(foldOne, state);
}

function foldOne(state: RunState, update: RunUpdate): RunState {
  switch (update.type) {
    case 'started':
      return startRunState(update.plan);
    case 'gate':
      return { ...state, environment: update.environment, routes: update.routes };
    case 'cells':
      return { ...state, rows: placeCells(state, update.cells), done: update.done };
    case 'verdicts': {
      const verdicts = new Map(state.verdicts);
      for (const verdict of update.verdicts) verdicts.set(verdict.targetId, verdict);
      return { ...state, verdicts };
    }
    case 'finished':
      return { ...state, outcome: update.outcome };
    case 'lost':
      return { ...state, lost: true };
  }
}

function placeCells(state: RunState, cells: readonly Cell[]): RunState['rows'] {
  const places = new Map(state.plan.routes.map(({ id }, index) => [id, index]));
  const rows = new Map(state.rows);
  const fresh = new Set<string>();
  for (const cell of cells) {
    const place = places.get(cell.routeId);
    if (place === undefined) continue;
    let row = rows.get(cell.targetId) as (Cell | undefined)[] | undefined;
    // Copied once per batch, so that an untouched row stays the one React has drawn already.
    if (!fresh.has(cell.targetId)) {
      row = row ? [...row] : new Array<Cell | undefined>(places.size).fill(undefined);
      rows.set(cell.targetId, row);
      fresh.add(cell.targetId);
    }
    if (row) row[place] = cell;
  }
  return rows;
}

/** Whether it goes on still. */
export function isRunning(state: RunState | null): boolean {
  return state !== null && state.outcome === null && !state.lost;
}
