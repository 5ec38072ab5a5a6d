import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { Verdict } from '../../model/verdict.ts';

/**
 * A report in which nothing that failed counts: the machine slept, or changed its network, while it was made. What answered
 * did answer; all else is told as not tested, so that nobody takes a wait that ran out in the meantime for a block.
 */
export function voidFailures(report: RunReport): RunReport {
  const results = report.results.map(voidResult);
  const open = new Set(results.filter(({ state }) => state === 'cancelled').map(({ targetId }) => targetId));
  const isOpen = ({ targetId, verdict }: Verdict) => verdict !== 'reachable' && open.has(targetId);
  const verdicts = report.verdicts.map((verdict) => (isOpen(verdict) ? voidVerdict(verdict) : verdict));
  const undecided = new Set(report.verdicts.filter(isOpen).map(({ targetId }) => targetId));
  const { siblings: _compared, ...rest } = report;
  return {
    ...rest,
    partial: true,
    routes: report.routes.map(({ failure, ...route }) =>
      route.baseline.ok ? route : { ...route, baseline: { ok: false, passed: 0, tried: 0 } },
    ),
    results,
    verdicts,
    cloud: report.cloud.filter(({ targetId }) => !undecided.has(targetId)),
  };
}

function voidResult(result: Result): Result {
  const { targetId, routeId, state } = result;
  if (state !== 'failed' && state !== 'impaired') return result;
  return { targetId, routeId, state: 'cancelled', ms: {}, tries: 0, observations: [] };
}

function voidVerdict({ targetId, workingRoutes }: Verdict): Verdict {
  return {
    targetId,
    verdict: 'inconclusive',
    rule: 'run.cancelled',
    confidence: 'low',
    workingRoutes,
    evidence: [],
    next: ['run-again'],
  };
}
