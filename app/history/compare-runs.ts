import type { Cell, RunComparison, VerdictChange } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Plan } from './plan-cache.ts';

/** One kept run, opened: what its cells and verdicts are, by their place in its plan. */
export interface OpenedRun {
  readonly plan: Plan;
  readonly cell: (target: number, route: number) => Pick<Cell, 'state' | 'failure'> | undefined;
  readonly verdict: (target: number) => Verdict['verdict'] | undefined;
}

type Change = RunComparison['changes'][number];

/** A change without since when. */
export interface BareChange extends Omit<Change, 'verdict' | 'cells'> {
  readonly verdict?: Omit<NonNullable<Change['verdict']>, 'since'>;
  readonly cells: readonly Omit<Change['cells'][number], 'since'>[];
}

/** What differs in `b` from `a`, in the order of `b`'s targets and routes; what only one of them has is left out. */
export function compareOpenedRuns(a: OpenedRun, b: OpenedRun): readonly BareChange[] {
  const targets = new Map(a.plan.targets.map(({ id }, index) => [id, index]));
  const routes = new Map(a.plan.routes.map(({ id }, index) => [id, index]));
  return b.plan.targets.flatMap(({ id, name, group }, index) => {
    const before = targets.get(id);
    if (before === undefined) return [];
    const cells = b.plan.routes.flatMap((route, column) => {
      const from = a.cell(before, routes.get(route.id) ?? -1);
      const to = b.cell(index, column);
      return from && to && differs(from, to) ? [{ routeId: route.id, label: route.label, from, to }] : [];
    });
    const [from, to] = [a.verdict(before), b.verdict(index)];
    const verdict = from !== undefined && to !== undefined && from !== to ? { verdict: { from, to } } : {};
    return cells.length === 0 && !('verdict' in verdict) ? [] : [{ targetId: id, name, group, ...verdict, cells }];
  });
}

/** Verdicts that differ between the two, in the order of `b`'s targets. */
export function compareVerdicts(a: Omit<OpenedRun, 'cell'>, b: Omit<OpenedRun, 'cell'>): readonly VerdictChange[] {
  const before = new Map(a.plan.targets.map(({ id }, index) => [id, a.verdict(index)]));
  return b.plan.targets.flatMap(({ id }, index) => {
    const [from, to] = [before.get(id), b.verdict(index)];
    return from !== undefined && to !== undefined && from !== to ? [{ targetId: id, from, to }] : [];
  });
}

/** An errno may change from one day to the next without meaning anything; another HTTP status is another answer. */
export function differs(from: Pick<Cell, 'state' | 'failure'>, to: Pick<Cell, 'state' | 'failure'>): boolean {
  const [a, b] = [from.failure, to.failure];
  if (from.state !== to.state || a?.step !== b?.step || a?.kind !== b?.kind) return true;
  return a?.kind === 'http-status' && a.code !== b?.code;
}
