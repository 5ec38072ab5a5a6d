import type { CloudFinding } from '../../model/cloud.ts';
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
  /** Hosts on clouds as far as they are known, without a score until there is an outcome. */
  readonly cloud: readonly CloudFinding[];
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
    cloud: [],
    done: 0,
    outcome: null,
    lost: false,
  };
}

/** The same state that folding all the run's updates gives. */
export function openRunState(view: RunView): RunState {
  const updates: RunUpdate[] = [
    { type: 'cells', cells: view.cells, done: view.done },
    { type: 'verdicts', verdicts: view.verdicts },
    { type: 'cloud', cloud: view.cloud },
  ];
  if (view.outcome) updates.push({ type: 'finished', outcome: view.outcome });
  if (view.lost) updates.push({ type: 'lost' });
  return { ...foldRunUpdates(startRunState(view.plan), updates), environment: view.environment };
}

/** The state after some more updates; pure. Maps are copied once, however many updates there are. */
export function foldRunUpdates(state: RunState, updates: readonly RunUpdate[]): RunState {
  const begins = updates.findLastIndex(({ type }) => type === 'started');
  const begun = updates[begins];
  const start = begun?.type === 'started' ? startRunState(begun.plan) : state;
  const own = updates.slice(begins + 1);
  const cells = own.flatMap((update) => (update.type === 'cells' ? update.cells : []));
  const verdicts = own.flatMap((update) => (update.type === 'verdicts' ? update.verdicts : []));
  const places = own.flatMap((update) => (update.type === 'cloud' ? update.cloud : []));
  const placed = {
    ...start,
    rows: cells.length === 0 ? start.rows : placeCells(start, cells),
    verdicts: verdicts.length === 0 ? start.verdicts : placeVerdicts(start, verdicts),
    cloud: places.length === 0 ? start.cloud : [...start.cloud, ...places],
  };
  return own.reduce(foldPlain, placed);
}

function foldPlain(state: RunState, update: RunUpdate): RunState {
  if (update.type === 'cells') {
    const { done, jobs = state.plan.jobs } = update;
    return { ...state, done, plan: jobs === state.plan.jobs ? state.plan : { ...state.plan, jobs } };
  }
  if (update.type === 'gate') return { ...state, environment: update.environment, routes: update.routes };
  if (update.type === 'finished') return { ...state, outcome: update.outcome, cloud: update.outcome.cloud };
  return update.type === 'lost' ? { ...state, lost: true } : state;
}

function placeVerdicts(state: RunState, verdicts: readonly Verdict[]): RunState['verdicts'] {
  const all = new Map(state.verdicts);
  for (const verdict of verdicts) all.set(verdict.targetId, verdict);
  return all;
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
