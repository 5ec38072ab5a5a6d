import type { SQLOutputValue } from 'node:sqlite';
import type { RunReport } from '../../model/report.ts';
import type { StoredRun } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';
import { countVerdicts } from '../count-verdicts.ts';
import type { KeptRun } from '../host/ports.ts';
import type { Outcome } from './outcome-cache.ts';
import type { Plan } from './plan-cache.ts';

/** Columns of `runs` a line of the list is made of, in the order in which {@link readStoredRun} takes them. */
export const lineColumns =
  'plan, run_id, kind, scenario, started_at, finished_at, partial, profile, working, verdict_counts';

/** Verdicts that say only that something was not tested. They are no verdict that could have changed. */
const untested = new Set(['run.cancelled', 'run.skipped']);

/** A row of `lineColumns` as a line of the list. */
export function readStoredRun(row: readonly SQLOutputValue[], plan: Plan, parse: (text: string) => unknown): StoredRun {
  const [, runId, kind, scenario, startedAt, finishedAt, partial, profile, working, verdicts] = row;
  const counts = parse(String(working)) as readonly number[];
  return {
    runId: String(runId),
    kind: kind === 'practice' ? 'practice' : 'check',
    ...(scenario === '' ? {} : { scenario: String(scenario) }),
    startedAt: String(startedAt),
    finishedAt: String(finishedAt),
    partial: partial === 1,
    profile: profile as StoredRun['profile'],
    targets: plan.targets.length,
    routes: plan.routes.map(({ id, label }, index) => ({ id, label, ok: counts[index] ?? 0 })),
    verdicts: parse(String(verdicts)) as StoredRun['verdicts'],
  };
}

/** What of a run goes into `runs`, but for its plan. */
export function runColumns({ kind, scenario = '', report }: KeptRun): readonly (string | number)[] {
  const working = report.routes.map(
    ({ id }) => report.results.filter((r) => r.routeId === id && r.state === 'ok').length,
  );
  return [
    report.id,
    kind,
    scenario,
    report.startedAt,
    report.finishedAt,
    Date.parse(report.startedAt),
    report.partial ? 1 : 0,
    report.profile,
    JSON.stringify(working),
    JSON.stringify(countVerdicts(report)),
  ];
}

/** How each target ended over each route, in the order of the plan; undefined where it was not reached. */
export function cellOutcomes(report: RunReport): readonly (Outcome | undefined)[] {
  const results = new Map(report.results.map((item) => [`${item.targetId}\n${item.routeId}`, item]));
  return report.targets.flatMap((target) =>
    report.routes.map((route) => {
      const result = results.get(`${target.id}\n${route.id}`);
      return result && { state: result.state, ...(result.failure ? { failure: result.failure } : {}) };
    }),
  );
}

/** The verdict of each target, in the order of the plan; undefined where it was not tested. */
export function verdictsOf(report: RunReport): readonly (Verdict['verdict'] | undefined)[] {
  const verdicts = new Map(report.verdicts.map((item) => [item.targetId, item]));
  return report.targets.map(({ id }) => {
    const own = verdicts.get(id);
    return own === undefined || untested.has(own.rule) ? undefined : own.verdict;
  });
}
