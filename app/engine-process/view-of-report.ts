import type { Problem } from '../../model/problem.ts';
import type { RunReport } from '../../model/report.ts';
import type { RunOutcome, RunView, TargetDetail, VerdictChange } from '../../model/run-view.ts';
import { chooseTelegramRoute } from '../choose-telegram-route.ts';
import type { KeptRun } from '../host/ports.ts';
import { summariseTelegram } from '../telegram-summary.ts';

/** What can be said at the end of a run. */
export function outcomeOf(
  report: RunReport,
  changes: readonly VerdictChange[] | null,
  problems: readonly Problem[] = [],
): RunOutcome {
  const { partial, finishedAt, cloud, siblings = [], ranges } = report;
  const telegram = summariseTelegram(report) ?? null;
  const choice = (telegram && chooseTelegramRoute(telegram)) ?? null;
  return { partial, finishedAt, telegram, choice, cloud, siblings, ranges, changes, problems };
}

/** A finished run as its events would have built it. */
export function viewOfReport({ kind, scenario, report }: Pick<KeptRun, 'kind' | 'scenario' | 'report'>): RunView {
  const { id, profile, startedAt, targets, routes, environment, results, verdicts } = report;
  const jobs = targets.length * routes.length;
  return {
    plan: {
      runId: id,
      kind,
      ...(scenario === undefined ? {} : { scenario }),
      profile,
      startedAt,
      targets,
      routes,
      jobs,
    },
    environment,
    cells: results.map(({ observations: _kept, ...cell }) => cell),
    verdicts,
    cloud: [],
    done: results.length,
    outcome: outcomeOf(report, null),
    lost: false,
  };
}

/** One target of a report in full; undefined where it has none of that id. */
export function detailOf(report: RunReport, targetId: string): TargetDetail | undefined {
  const target = report.targets.find(({ id }) => id === targetId);
  if (!target) return undefined;
  const order = new Map(report.routes.map(({ id }, index) => [id, index]));
  const placeOf = (routeId: string) => order.get(routeId) ?? order.size;
  return {
    target,
    results: report.results
      .filter((result) => result.targetId === targetId)
      .sort((a, b) => placeOf(a.routeId) - placeOf(b.routeId)),
    verdict: report.verdicts.find((verdict) => verdict.targetId === targetId) ?? null,
    cloud: report.cloud.filter((finding) => finding.targetId === targetId),
  };
}
