import { type MonitorLine, monitorSchemaName } from '../../model/monitor-line.ts';
import type { RunReport } from '../../model/report.ts';
import { countVerdicts } from '../count-verdicts.ts';
import { highestCollateral } from './highest-collateral.ts';
import type { MonitoredRun } from './run-monitor.ts';

/**
 * The lines that tell of one run.
 * @param run its report redacted, and its news with it: see {@link redactNews}
 * @param at now, ISO 8601 UTC
 */
export function* linesOfRun({ kind, report, news }: MonitoredRun, at: string): Generator<MonitorLine> {
  const base = { schema: monitorSchemaName, at, runId: report.id } as const;
  const { startedAt, finishedAt, environment, ranges, routes } = report;
  yield {
    ...base,
    event: 'run',
    kind,
    startedAt,
    finishedAt,
    targets: report.targets.length,
    environment,
    ranges,
    routes,
    verdicts: countVerdicts(report),
  };
  const targets = new Map(report.targets.map((target) => [target.id, target]));
  const collateral = highestCollateral(report.cloud);
  for (const { observations: _seen, ...result } of report.results) {
    yield { ...base, event: 'result', group: targets.get(result.targetId)?.group ?? '', ...result };
  }
  for (const { evidence: _evidence, next: _next, ...verdict } of report.verdicts) {
    const { name = '', group = '' } = targets.get(verdict.targetId) ?? {};
    const found = collateral.get(verdict.targetId);
    const score = found === undefined ? {} : { collateral: { score: found.score, band: found.band } };
    yield { ...base, event: 'verdict', name, group, ...verdict, ...score };
  }
  for (const change of news.confirmed) yield { ...base, event: 'change', ...change };
  for (const change of news.routes) yield { ...base, event: 'route-change', ...change };
}

/** The news in the words of the redacted report: what that calls its targets and routes. Redaction keeps their order. */
export function redactNews(news: MonitoredRun['news'], report: RunReport, redacted: RunReport): MonitoredRun['news'] {
  const targets = new Map(report.targets.map(({ id }, index) => [id, redacted.targets[index]]));
  const routes = new Map(report.routes.map(({ id }, index) => [id, redacted.routes[index]]));
  const nameRoute = (routeId: string) => {
    const route = routes.get(routeId);
    return { routeId: route?.id ?? '', label: route?.label ?? '' };
  };
  return {
    confirmed: news.confirmed.map((change) => {
      const target = targets.get(change.targetId);
      return { ...change, targetId: target?.id ?? '', name: target?.name ?? '', ...nameRoute(change.routeId) };
    }),
    routes: news.routes.map((change) => ({ ...change, ...nameRoute(change.routeId) })),
  };
}
