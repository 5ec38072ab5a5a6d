import type { CloudFinding } from '../../model/cloud.ts';
import type { MonitorRunKind } from '../../model/monitor-line.ts';
import type { RunReport } from '../../model/report.ts';
import type { Cell, RunTarget } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';
import { highestCollateral } from '../monitor/highest-collateral.ts';
import type { DiscardedRun, MonitoredRun } from '../monitor/run-monitor.ts';

/** One target with what was last seen of it. */
export interface TargetFigures {
  readonly target: RunTarget;
  readonly cells: readonly Cell[];
  readonly verdict: Pick<Verdict, 'verdict' | 'mechanism' | 'confidence'> | undefined;
  readonly collateral: CloudFinding['collateral'];
}

/** How things stand: the last run, with what a recheck saw since in place of what it saw before. */
export interface Figures {
  /** By target id. */
  readonly targets: ReadonlyMap<string, TargetFigures>;
  readonly routes: RunReport['routes'];
  readonly environment: RunReport['environment'] | undefined;
  /** Of the last full run; undefined before it. */
  readonly last: { readonly finishedAt: string; readonly seconds: number } | undefined;
  readonly runs: Readonly<Record<MonitorRunKind, { readonly finished: number; readonly discarded: number }>>;
  /** Confirmed changes since the start, by target id and by route id. */
  readonly changes: ReadonlyMap<string, number>;
  readonly routeChanges: ReadonlyMap<string, number>;
}

const none = { finished: 0, discarded: 0 };

export const noFigures: Figures = {
  targets: new Map(),
  routes: [],
  environment: undefined,
  last: undefined,
  runs: { full: none, recheck: none },
  changes: new Map(),
  routeChanges: new Map(),
};

/** @param run its report and news redacted: nothing else is to be seen from outside */
export function addRun(figures: Figures, { kind, report, news }: MonitoredRun): Figures {
  const own = figuresOf(report);
  const { startedAt, finishedAt, routes, environment } = report;
  const last = { finishedAt, seconds: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 };
  return {
    targets: kind === 'full' ? own : new Map([...figures.targets, ...own]),
    routes,
    environment,
    last: kind === 'full' ? last : figures.last,
    runs: countRun(figures.runs, kind, 'finished'),
    changes: count(figures.changes, news.confirmed, ({ targetId }) => targetId),
    routeChanges: count(figures.routeChanges, news.routes, ({ routeId }) => routeId),
  };
}

export function addDiscarded(figures: Figures, { kind }: DiscardedRun): Figures {
  return { ...figures, runs: countRun(figures.runs, kind, 'discarded') };
}

function figuresOf(report: RunReport): ReadonlyMap<string, TargetFigures> {
  const results = Map.groupBy(report.results, ({ targetId }) => targetId);
  const verdicts = new Map(report.verdicts.map((verdict) => [verdict.targetId, verdict]));
  const collateral = highestCollateral(report.cloud);
  return new Map(
    report.targets.map((target) => {
      // What was observed is long, and nothing here is made of it.
      const cells = (results.get(target.id) ?? []).map(({ observations: _seen, ...cell }) => cell);
      return [
        target.id,
        { target, cells, verdict: verdicts.get(target.id), collateral: collateral.get(target.id) },
      ] as const;
    }),
  );
}

function countRun(runs: Figures['runs'], kind: MonitorRunKind, outcome: 'finished' | 'discarded'): Figures['runs'] {
  return { ...runs, [kind]: { ...runs[kind], [outcome]: runs[kind][outcome] + 1 } };
}

function count<T>(
  before: ReadonlyMap<string, number>,
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, number> {
  const counts = new Map(before);
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
