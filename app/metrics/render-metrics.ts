import { Counter, Gauge, Registry } from 'prom-client';
import type { Cell } from '../../model/run-view.ts';
import type { Figures, TargetFigures } from './monitor-figures.ts';

export interface RenderOptions {
  readonly version: string;
  /** Whether the times of single steps are among them. */
  readonly withSteps: boolean;
}

export interface RenderedMetrics {
  readonly contentType: string;
  readonly text: string;
}

const steps = [
  ['resolve', 'resolve'],
  ['connect', 'connect'],
  ['proxy', 'proxy'],
  ['tls', 'tls'],
  ['firstByte', 'first_byte'],
] as const satisfies readonly (readonly [keyof Cell['ms'], string])[];

/**
 * The figures in Prometheus' text format 0.0.4. Each time from the beginning, so that nothing is left of what is not tested
 * any more. Labels are ids, groups and words of fixed lists: never a name, a label, an address or an endpoint.
 */
export async function renderMetrics(figures: Figures, { version, withSteps }: RenderOptions): Promise<RenderedMetrics> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge<L>({ name, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers });

  gauge('waylight_build_info', 'The program and its version.', 'version').set({ version }, 1);
  const runs = counter('waylight_runs_total', 'Runs since the start, by kind and outcome.', 'kind', 'outcome');
  for (const kind of ['full', 'recheck'] as const) {
    for (const outcome of ['finished', 'discarded'] as const) {
      runs.inc({ kind, outcome }, figures.runs[kind][outcome]);
    }
  }
  const { last, environment } = figures;
  if (last) {
    const finished = gauge('waylight_last_run_timestamp_seconds', 'When the last full run ended (Unix time).');
    finished.set(Date.parse(last.finishedAt) / 1000);
    gauge('waylight_last_run_duration_seconds', 'How long the last full run took.').set(last.seconds);
  }
  if (environment) {
    const portal = gauge('waylight_captive_portal', '1 behind a sign-in page: then results say nothing of targets.');
    portal.set(Number(environment.captivePortal));
    const tunnel = gauge('waylight_tunnel_up', '1 while a VPN carries the traffic: then it is the VPN that is tested.');
    tunnel.set(Number(environment.tunnel.up));
  }
  addRoutes(figures, gauge, counter);
  addTargets(figures, gauge, counter, withSteps);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

type MakeGauge = <L extends string>(name: string, help: string, ...labelNames: L[]) => Gauge<L>;
type MakeCounter = <L extends string>(name: string, help: string, ...labelNames: L[]) => Counter<L>;

function addRoutes({ routes, routeChanges }: Figures, gauge: MakeGauge, counter: MakeCounter): void {
  const baseline = gauge('waylight_route_baseline_ok', '1 when neutral sites answer over the route.', 'route', 'kind');
  const changes = counter('waylight_route_changes_total', 'Confirmed changes of a whole route.', 'route');
  for (const { id: route, kind, baseline: found } of routes) {
    baseline.set({ route, kind }, Number(found.ok));
    changes.inc({ route }, routeChanges.get(route) ?? 0);
  }
}

function addTargets(figures: Figures, gauge: MakeGauge, counter: MakeCounter, withSteps: boolean): void {
  const ofCell = ['target', 'group', 'route'] as const;
  const state = gauge('waylight_result_state', '1 for the state of a target over a route.', ...ofCell, 'state');
  const ok = gauge('waylight_result_ok', '1 when a target works over a route; absent when not tested.', ...ofCell);
  const duration = gauge('waylight_result_duration_seconds', 'How long the path that counted took.', ...ofCell);
  const step = withSteps
    ? gauge('waylight_step_duration_seconds', 'How long one step of it took.', ...ofCell, 'step')
    : undefined;
  const verdict = gauge(
    'waylight_verdict_info',
    '1 for the verdict on a target.',
    'target',
    'group',
    'verdict',
    'mechanism',
    'confidence',
  );
  const score = gauge(
    'waylight_collateral_score',
    'How likely it fails for its range alone, 0 to 1.',
    'target',
    'group',
  );
  const band = gauge('waylight_collateral_band_info', '1 for what that score is worth.', 'target', 'group', 'band');
  const changes = counter('waylight_changes_total', 'Confirmed changes of a target.', 'target', 'group');

  const addCell = (labels: { target: string; group: string }, cell: Cell) => {
    const own = { ...labels, route: cell.routeId };
    state.set({ ...own, state: cell.state }, 1);
    if (cell.state !== 'skipped' && cell.state !== 'cancelled') ok.set(own, Number(cell.state === 'ok'));
    if (cell.ms.total !== undefined) duration.set(own, cell.ms.total / 1000);
    for (const [name, label] of steps) {
      const ms = cell.ms[name];
      if (ms !== undefined) step?.set({ ...own, step: label }, ms / 1000);
    }
  };
  const addTarget = ({ target: { id: target, group }, cells, ...judged }: TargetFigures) => {
    const labels = { target, group };
    for (const cell of cells) addCell(labels, cell);
    changes.inc(labels, figures.changes.get(target) ?? 0);
    if (judged.verdict) {
      const { verdict: name, mechanism = 'none', confidence } = judged.verdict;
      verdict.set({ ...labels, verdict: name, mechanism, confidence }, 1);
    }
    if (judged.collateral) {
      score.set(labels, judged.collateral.score);
      band.set({ ...labels, band: judged.collateral.band }, 1);
    }
  };
  for (const target of figures.targets.values()) addTarget(target);
}
