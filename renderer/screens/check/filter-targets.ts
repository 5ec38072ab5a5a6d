import type { Cell, RunTarget } from '../../../model/run-view.ts';
import type { RunState } from '../../store/run-state.ts';

export const filterNames = ['all', 'failing', 'aws', 'changed'] as const;
export type FilterName = (typeof filterNames)[number];

export interface Filter {
  readonly name: FilterName;
  readonly count: number;
  /** Whether the run can say it yet: AWS and changes are known at the end only. */
  readonly known: boolean;
  readonly matches: (target: RunTarget) => boolean;
}

/** Whether a target works over a route: a second try that went through counts. */
export function cellWorks(cell: Cell | undefined): boolean {
  return cell !== undefined && (cell.state === 'ok' || (cell.state === 'impaired' && !cell.failure));
}

/** Tested and not working; what was skipped or stopped says nothing. */
export function cellFails(cell: Cell | undefined): boolean {
  return cell !== undefined && (cell.state === 'failed' || (cell.state === 'impaired' && cell.failure !== undefined));
}

/** What a person may look at, with how much there is of it. `failing` is judged by the current connection. */
export function readFilters(run: Pick<RunState, 'plan' | 'rows' | 'outcome'>): Readonly<Record<FilterName, Filter>> {
  const { plan, rows, outcome } = run;
  const idsOf = (items: readonly { readonly targetId: string }[]) => new Set(items.map(({ targetId }) => targetId));
  const aws = idsOf((outcome?.cloud ?? []).filter(({ operator }) => operator === 'aws'));
  const changed = idsOf(outcome?.changes ?? []);
  const make = (name: FilterName, known: boolean, matches: Filter['matches']): Filter => ({
    name,
    known,
    matches,
    count: known ? plan.targets.filter(matches).length : 0,
  });
  return {
    all: make('all', true, () => true),
    failing: make('failing', true, ({ id }) => cellFails(rows.get(id)?.[0])),
    aws: make('aws', outcome !== null, ({ id }) => aws.has(id)),
    changed: make('changed', outcome !== null && outcome.changes !== null, ({ id }) => changed.has(id)),
  };
}

/** The filter that is in force: one that a new run cannot tell yet waits, and all is shown. */
export function filterInForce(filters: Readonly<Record<FilterName, Filter>>, chosen: FilterName): FilterName {
  return filters[chosen].known ? chosen : 'all';
}

/** Whether every word of the search is in the target's name, host, address or group; undefined for an empty search. */
export function matchSearch(search: string): ((target: RunTarget) => boolean) | undefined {
  const words = fold(search).split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return ({ name, host = '', url = '', group }) => {
    const text = fold(`${name} ${host} ${url} ${group}`);
    return words.every((word) => text.includes(word));
  };
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
