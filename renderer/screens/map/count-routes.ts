import type { RouteSummary } from '../../../model/route.ts';
import type { Cell, RunTarget } from '../../../model/run-view.ts';

/** How one route does for some services. What it cannot be asked for (`notCarried`) is nobody's failure. */
export interface Count {
  readonly ok: number;
  /** That have been tested and ended, however. */
  readonly tried: number;
  readonly notCarried: number;
  readonly total: number;
}

export interface RouteCount extends Count {
  readonly id: string;
  /** The route itself carries nothing: neutral sites do not answer over it. */
  readonly dead: boolean;
  /** In the order of the groups. */
  readonly groups: readonly Count[];
}

export interface MapCount {
  readonly groups: readonly { readonly id: string; readonly total: number }[];
  readonly routes: readonly RouteCount[];
  /** The route that carries the most; of equals the first. Undefined while none carries anything. */
  readonly lit: string | undefined;
}

/** Key of what is left over when there are more groups than a map can show. */
export const otherGroups = ' ';

interface Counted {
  readonly targets: readonly RunTarget[];
  readonly routes: readonly RouteSummary[];
  readonly rows: ReadonlyMap<string, readonly (Cell | undefined)[]>;
}

/** Counts by route and group; the smallest groups beyond `mostGroups` are counted together, last. */
export function countRoutes({ targets, routes, rows }: Counted, mostGroups: number): MapCount {
  const byGroup = gatherGroups(targets, mostGroups);
  const counted = routes.map((route, place): RouteCount => {
    const groups = [...byGroup.values()].map((members) => countCells(members.map(({ id }) => rows.get(id)?.[place])));
    return { id: route.id, dead: route.baseline.tried > 0 && !route.baseline.ok, groups, ...addUp(groups) };
  });
  const best = counted.reduce<RouteCount | undefined>(
    (most, route) => (route.ok > (most?.ok ?? 0) ? route : most),
    undefined,
  );
  return {
    groups: [...byGroup].map(([id, members]) => ({ id, total: members.length })),
    routes: counted,
    lit: best?.id,
  };
}

function gatherGroups(targets: readonly RunTarget[], most: number): ReadonlyMap<string, readonly RunTarget[]> {
  const all = Map.groupBy(targets, ({ group }) => group);
  if (all.size <= most) return all;
  const bySize = [...all].toSorted(([, a], [, b]) => b.length - a.length);
  const kept = new Set(bySize.slice(0, most - 1).map(([id]) => id));
  return Map.groupBy(
    targets.toSorted((a, b) => Number(!kept.has(a.group)) - Number(!kept.has(b.group))),
    ({ group }) => (kept.has(group) ? group : otherGroups),
  );
}

function countCells(cells: readonly (Cell | undefined)[]): Count {
  const carried = cells.filter((cell) => cell?.detail !== 'not-carried');
  return {
    ok: carried.filter((cell) => cell?.state === 'ok').length,
    tried: carried.filter((cell) => cell !== undefined && cell.state !== 'skipped' && cell.state !== 'cancelled')
      .length,
    notCarried: cells.length - carried.length,
    total: cells.length,
  };
}

function addUp(counts: readonly Count[]): Count {
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
  return { ok: sum('ok'), tried: sum('tried'), notCarried: sum('notCarried'), total: sum('total') };
}
