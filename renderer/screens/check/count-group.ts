import type { Cell } from '../../../model/run-view.ts';
import type { RunState } from '../../store/run-state.ts';
import { cellFails, cellWorks } from './filter-targets.ts';
import type { Group } from './group-targets.ts';

/** How the members of a group did over one route. A Telegram group counts endpoints, as Telegram's own row does. */
export interface Count {
  readonly ok: number;
  readonly tried: number;
  /** Members of which nothing has come yet. */
  readonly waiting: number;
  /** Members the route does not carry or that were not tested. */
  readonly skipped: number;
}

/** One count per route, in their order. */
export function countGroup(group: Group, rows: RunState['rows'], routes: number): readonly Count[] {
  const members = group.telegram ? group.targets.filter(({ telegram }) => telegram !== undefined) : group.targets;
  return Array.from({ length: routes }, (_, place) => {
    const count = { ok: 0, tried: 0, waiting: 0, skipped: 0 };
    for (const { id, protocol } of members) {
      const cell = rows.get(id)?.[place];
      if (cell === undefined) count.waiting += 1;
      else if (!cellWorks(cell) && !cellFails(cell)) count.skipped += 1;
      else {
        const { ok, tried } = countCell(cell, protocol === 'mtproto');
        count.ok += ok;
        count.tried += tried;
      }
    }
    return count;
  });
}

function countCell(cell: Cell, byEndpoint: boolean): { readonly ok: number; readonly tried: number } {
  return (byEndpoint && cell.endpoints) || { ok: cellWorks(cell) ? 1 : 0, tried: 1 };
}

/** Targets that work over each route, in their order; Telegram's own protocol is left to Telegram's row. */
export function countServices(run: Pick<RunState, 'plan' | 'rows' | 'routes'>): readonly Count[] {
  const targets = run.plan.targets.filter(({ telegram }) => telegram === undefined);
  return countGroup({ name: '', telegram: false, targets }, run.rows, run.routes.length);
}
