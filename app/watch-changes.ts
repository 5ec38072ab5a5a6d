import type { RunReport } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type { RouteSummary } from '../model/route.ts';
import type { ConfirmedChange, ConfirmedRouteChange } from '../model/run-view.ts';
import type { Verdict, VerdictName } from '../model/verdict.ts';
import { createSteadyState, type SteadyState, type Turn } from './steady-state.ts';

export interface ChangeNews {
  readonly confirmed: readonly ConfirmedChange[];
  readonly routes: readonly ConfirmedRouteChange[];
  /**
   * Targets to test again soon: something about them was seen for the first time. Whoever does so does it once after a check,
   * and not again for what that shows.
   */
  readonly recheck: readonly string[];
}

/** What a watch looks at: a report, or as much of one. */
export interface WatchedCheck extends Pick<RunReport, 'id' | 'finishedAt' | 'practice' | 'environment'> {
  readonly routes: readonly RouteSummary[];
  readonly targets: readonly RunReport['targets'][number][];
  readonly results: readonly Pick<Result, 'targetId' | 'routeId' | 'state'>[];
  readonly verdicts: readonly Pick<Verdict, 'targetId' | 'verdict'>[];
}

export interface ChangeWatch {
  /** Takes a finished check; later ones come later. */
  take(check: WatchedCheck): ChangeNews;
}

type Counted = Extract<Result['state'], 'ok' | 'impaired' | 'failed'>;

/** One target: how it stands over each route, and its verdict when that was last settled. */
interface Row {
  /** What is tested, so that another site under the same id is not taken for this one. */
  readonly about: string;
  /** By route. */
  readonly cells: Map<string, Known<Counted>>;
  verdict: VerdictName | undefined;
}

interface Known<S> {
  /** The route that is meant, for the same reason. */
  readonly about: string;
  readonly state: SteadyState<S>;
}
type Way = Known<'works' | 'dead'>;

/** Cells that are remembered at most: 10,000 targets over 8 routes. */
const mostCells = 80_000;
const mostWays = 1000;

/** Milliseconds until the second look: long enough for a hiccup to pass, and for a person to start something else. */
export const recheckPauseMs = 60_000;

const nothing: ChangeNews = { confirmed: [], routes: [], recheck: [] };

/**
 * Tells what has changed from check to check, and only what two checks one after the other show. It counts neither what was
 * not tested, nor what is undecided, nor anything behind a sign-in page or where connects prove nothing. A route that carries
 * nothing is one change, that of the route; a machine that is offline is one too, that of its first route. With a tunnel that
 * goes up or down all begins anew: then it is the place that has changed. What keeps changing is told no more until it holds.
 * @param options.last the last check that is kept, to begin from; only one from this very network
 */
export function createChangeWatch({ last }: { readonly last?: WatchedCheck } = {}): ChangeWatch {
  let rows = new Map<string, Row>();
  let ways = new Map<string, Way>();
  let place: string | undefined;
  let taken: string | undefined;

  const take = (report: WatchedCheck): ChangeNews => {
    if (report.practice || report.id === taken || !passesGate(report)) return nothing;
    taken = report.id;
    const here = report.environment.tunnel.up ? 'tunnel' : 'plain';
    if (place !== here) [rows, ways, place] = [new Map(), new Map(), here];
    const routes = takeRoutes(report, ways);
    const services = takeServices(report, rows);
    forgetOldest(rows, ways);
    // The gate looks at every route whatever is tested: any target will do to see a route again.
    const [first] = report.targets;
    const looks = routes.isSeenFirst && services.recheck.length === 0 && first ? [first.id] : services.recheck;
    return { confirmed: services.confirmed, routes: routes.confirmed, recheck: looks };
  };

  if (last) take(last);
  return { take };
}

function passesGate({ environment }: WatchedCheck): boolean {
  return !environment.captivePortal && !environment.connectsProveNothing;
}

function takeRoutes(
  report: WatchedCheck,
  ways: Map<string, Way>,
): { readonly confirmed: readonly ConfirmedRouteChange[]; readonly isSeenFirst: boolean } {
  const tried = [...byId(report.routes).values()].filter(({ baseline }) => baseline.tried > 0);
  const isOffline = tried.every(({ baseline }) => !baseline.ok);
  const confirmed: ConfirmedRouteChange[] = [];
  let isSeenFirst = false;
  for (const route of isOffline ? tried.slice(0, 1) : tried) {
    const about = aboutRoute(route);
    const known = ways.get(route.id);
    const way: Way = known?.about === about ? known : { about, state: createSteadyState<'works' | 'dead'>() };
    moveToEnd(ways, route.id, way);
    const turn = way.state.see(route.baseline.ok ? 'works' : 'dead', report.finishedAt);
    if (turn.type === 'first-seen') isSeenFirst = true;
    const { id: routeId, label } = route;
    if (turn.type === 'confirmed') confirmed.push({ routeId, label, ...changeOf(turn) });
  }
  return { confirmed, isSeenFirst };
}

function takeServices(
  report: WatchedCheck,
  rows: Map<string, Row>,
): { readonly confirmed: readonly ConfirmedChange[]; readonly recheck: readonly string[] } {
  const verdicts = new Map(report.verdicts.map(({ targetId, verdict }) => [targetId, verdict]));
  const routes = [...byId(report.routes).values()].filter(({ baseline }) => baseline.ok);
  const results = Map.groupBy(report.results, ({ targetId }) => targetId);
  const confirmed: ConfirmedChange[] = [];
  const recheck: string[] = [];
  for (const target of byId(report.targets).values()) {
    const verdict = verdicts.get(target.id);
    if (verdict === undefined || verdict === 'inconclusive') continue;
    const row = rowOf(rows, target);
    const states = new Map(results.get(target.id)?.map(({ routeId, state }) => [routeId, state]));
    const turns = lookAt(row, routes, states, report.finishedAt);
    const news = turns.flatMap(({ route, turn }) => (turn.type === 'confirmed' ? [{ route, turn }] : []));
    const changed = row.verdict && row.verdict !== verdict ? { verdict: { from: row.verdict, to: verdict } } : {};
    for (const { route, turn } of news) {
      const named = { targetId: target.id, name: target.name, routeId: route.id, label: route.label };
      confirmed.push({ ...named, ...changeOf(turn), ...changed });
    }
    const isSeenFirst = turns.some(({ turn }) => turn.type === 'first-seen');
    if (isSeenFirst) recheck.push(target.id);
    if (news.length > 0 || (turns.length > 0 && !isSeenFirst)) row.verdict = verdict;
  }
  return { confirmed, recheck };
}

/** What a target shows over each route that carries anything. */
function lookAt(
  { cells }: Row,
  routes: readonly RouteSummary[],
  states: ReadonlyMap<string, Result['state']>,
  at: string,
): { readonly route: RouteSummary; readonly turn: Turn<Counted> }[] {
  return routes.flatMap((route) => {
    const state = states.get(route.id);
    if (state === undefined || !isCounted(state)) return [];
    const about = aboutRoute(route);
    const known = cells.get(route.id);
    const cell = known?.about === about ? known : { about, state: createSteadyState<Counted>() };
    cells.set(route.id, cell);
    return [{ route, turn: cell.state.see(state, at) }];
  });
}

function rowOf(rows: Map<string, Row>, { id, protocol, url, host, port }: RunReport['targets'][number]): Row {
  const about = [protocol, url, host, port].join(' ');
  const known = rows.get(id);
  const row: Row = known?.about === about ? known : { about, cells: new Map(), verdict: undefined };
  moveToEnd(rows, id, row);
  return row;
}

/** Nothing counts twice in one check. */
function byId<T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function changeOf<S>({ from, to, since }: Extract<Turn<S>, { type: 'confirmed' }>) {
  return { from, to, since };
}

function isCounted(state: Result['state']): state is Counted {
  return state === 'ok' || state === 'impaired' || state === 'failed';
}

function aboutRoute({ kind, endpoint }: RouteSummary): string {
  return `${kind} ${endpoint ?? ''}`;
}

function moveToEnd<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
}

/** What was tested longest ago goes first, whole targets at a time. */
function forgetOldest(rows: Map<string, Row>, ways: Map<string, Way>): void {
  let cells = 0;
  for (const row of rows.values()) cells += row.cells.size;
  for (const [id, row] of rows) {
    if (cells <= mostCells) break;
    rows.delete(id);
    cells -= row.cells.size;
  }
  for (const id of ways.keys()) {
    if (ways.size <= mostWays) break;
    ways.delete(id);
  }
}
