import type { FromEngine, RunOrder, ToEngine } from '../../../app/engine-process/protocol.ts';
import { outcomeOf } from '../../../app/engine-process/view-of-report.ts';
import { summariseRoute } from '../../../engine/gate/run-gate.ts';
import { describeTarget } from '../../../engine/run/run.ts';
import type { RunReport } from '../../../model/report.ts';
import type { Cell, RunPlan } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { calmEnvironment } from '../../support/a-case.ts';

/** Stands in for the engine's process under the web host: from the second check on, YouTube does not answer any more. */
const environment = { ...calmEnvironment, platform: 'linux x64' };
const ranges = { source: 'operator', createdAt: null, rows: 0 } as const;
const baseline = { ok: true, passed: 4, tried: 4 };

let checks = 0;

function reportOf({ runId, profile, ...order }: RunOrder & { readonly kind: 'check' }): RunReport {
  checks += 1;
  const at = new Date().toISOString();
  const targets = order.targets.map(describeTarget);
  const routes = order.routes.map((route) => ({ ...summariseRoute(route, undefined), baseline }));
  const isGone = (id: string) => id === 'youtube' && checks > 1;
  const results = targets.flatMap(({ id: targetId }) =>
    routes.map(({ id: routeId }) => {
      const state: Cell['state'] = isGone(targetId) ? 'failed' : 'ok';
      return { targetId, routeId, state, ms: { total: 40 }, tries: 1, observations: [] };
    }),
  );
  const verdicts = targets.map(
    ({ id }): Verdict => ({
      targetId: id,
      verdict: isGone(id) ? 'likely-blocked' : 'reachable',
      rule: isGone(id) ? 'tls.sni.silence' : 'reachable.current',
      confidence: 'medium',
      workingRoutes: isGone(id) ? [] : routes.map((route) => route.id),
      evidence: [],
      next: [],
    }),
  );
  const software = { name: 'waylight', version: '0.0.0' };
  const facts = { software, environment, ranges, routes, targets, results, verdicts, cloud: [] };
  const when = { startedAt: at, finishedAt: at, partial: false };
  return { schema: 'waylight.report/1', id: runId, profile, redaction: 'standard', ...when, ...facts };
}

const say = (message: FromEngine) => process.send?.(message);

function play(order: RunOrder & { readonly kind: 'check' }): void {
  const report = reportOf(order);
  const { id: runId, startedAt, targets, routes, profile, results, verdicts } = report;
  const jobs = results.length;
  const plan: RunPlan = { runId, kind: 'check', profile, startedAt, targets, routes, jobs };
  const cells = results.map(({ observations: _none, ...cell }) => cell);
  say({ type: 'updates', runId, updates: [{ type: 'started', plan }] });
  say({ type: 'updates', runId, updates: [{ type: 'gate', environment, routes }] });
  say({ type: 'updates', runId, updates: [{ type: 'cells', cells, done: jobs }] });
  say({ type: 'updates', runId, updates: [{ type: 'verdicts', verdicts }] });
  say({ type: 'measured', runId });
  const outcome = outcomeOf(report, null);
  say({ type: 'ended', runId, end: { outcome, report, latencies: [], packed: new Uint8Array() } });
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'run' && message.order.kind === 'check') play(message.order);
  else if (message.type === 'ask') {
    const answer = { ok: false, problems: [{ code: 'run-unknown' as const }] } as const;
    say({ type: 'answer', id: message.id, answer: message.name === 'listRuns' ? { ok: true, value: [] } : answer });
  }
});
// The host's end is ours.
process.on('disconnect', () => process.exit(0));
