import { setTimeout as wait } from 'node:timers/promises';
import { addDiscarded, addRun, type Figures, noFigures } from '../../app/metrics/monitor-figures.ts';
import { planSeries } from '../../app/metrics/plan-series.ts';
import { linesOfRun, redactNews } from '../../app/monitor/lines-of-run.ts';
import { runMonitor } from '../../app/monitor/run-monitor.ts';
import { redactReport } from '../../app/report/redact.ts';
import type { Clock } from '../../engine/clock.ts';
import type { Network } from '../../engine/network.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import { run } from '../../engine/run/run.ts';
import type { Endpoint } from '../../model/address.ts';
import { monitorSchemaName } from '../../model/monitor-line.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import type { ExitCode, Io } from '../io.ts';
import { readInterval, readListen } from '../monitor/read-monitor-options.ts';
import { sayDiscarded, sayRun } from '../monitor/say-run.ts';
import type { MetricsServer } from '../monitor/serve-metrics.ts';
import { createLineWriter } from '../monitor/write-lines.ts';
import { keepRun } from '../open-history.ts';
import type { rangesFiles } from '../open-ranges.ts';
import { readOutputs } from '../report-outputs.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { software } from '../software.ts';
import { type OpenedCheck, openCheck, warnOfProbing } from './open-check.ts';
import type { CheckOptions } from './prepare-check.ts';

export interface MonitorOptions extends CheckOptions {
  readonly every: string;
  readonly metrics?: string;
}

export interface MonitorDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
  /** The real network of this machine, unless a test stands in for it. */
  readonly network?: Network;
  /** Of the schedule; a run has its own. */
  readonly clock?: Clock;
}

/**
 * `waylight monitor`: the check again and again, JSON lines on stdout, metrics where they are asked for. Ends when it is told
 * to, or when nobody reads the lines any more: exit 0, for that is how a monitor ends. 2 for any wrong word or file, and for an
 * address that cannot be had, all before anything is measured.
 */
export async function monitorCommand(
  options: MonitorOptions,
  { io, files, network = nodeNetwork({ eager: true }), clock = nodeClock() }: MonitorDependencies,
): Promise<ExitCode> {
  const every = readInterval(options.every);
  const listen = readListen(options.metrics);
  const [outputs, opened] = await Promise.all([readOutputs(options), openCheck(options, { io, files, network })]);
  const problems = [every, listen, outputs, opened].flatMap(problemsOf);
  if (problems.length > 0 && io.signal.aborted) return 0;
  if (!every.ok || !listen.ok || !outputs.ok || !opened.ok) return refuse(io, problems);
  const { prepared } = opened.value;
  const metrics = await openMetrics(listen.value, prepared.targets.length, prepared.routes.length);
  if (!metrics.ok) return refuse(io, metrics.problems);
  sayProblems(io, [...listen.notices, ...opened.notices, ...metrics.notices]);
  warnOfProbing(io, prepared, outputs.value.quiet);
  const { redaction, quiet, keep } = outputs.value;

  const end = new AbortController();
  const stop = () => end.abort(new Error('stopped'));
  if (io.signal.aborted) stop();
  io.signal.addEventListener('abort', stop, { once: true });
  const lines = createLineWriter(io.stdout, end.signal, stop);
  const base = () => ({ schema: monitorSchemaName, at: io.now().toISOString() }) as const;
  const ownAddresses = () => network.interfaces().map(({ address }) => address);
  try {
    await metrics.value.update((figures) => figures);
    const everySeconds = every.value / 1000;
    const { profile, targets, routes } = prepared;
    const counts = { targets: targets.length, routes: routes.length };
    await lines.write([{ ...base(), event: 'start', software, everySeconds, profile, redaction, ...counts }]);
    await runMonitor({
      everyMs: every.value,
      clock,
      signal: end.signal,
      check: (targetIds, signal) => checkOnce(opened.value, targetIds, signal),
      onRun: async (found) => {
        const own = ownAddresses();
        const report = await redactReport(found.report, redaction, own);
        const shown = { ...found, report, news: redactNews(found.news, found.report, report) };
        await metrics.value.update((figures) => addRun(figures, shown));
        // What was tested once more is no check of everything, and would stand among such in the history.
        if (keep && found.kind === 'full') await keepRun(io, { kind: 'check', report }, own);
        if (!quiet) sayRun(io, shown);
        await lines.write(linesOfRun(shown, base().at));
      },
      onDiscarded: async (lost) => {
        await metrics.value.update((figures) => addDiscarded(figures, lost));
        if (!quiet) sayDiscarded(io, lost);
        const { kind, runId } = lost;
        const gapSeconds = Math.round(lost.gapMs / 1000);
        await lines.write([{ ...base(), event: 'discarded', runId, kind, reason: 'clock-gap', gapSeconds }]);
      },
    });
    io.stdout.write(`${JSON.stringify({ ...base(), event: 'stop' })}\n`);
    return 0;
  } finally {
    io.signal.removeEventListener('abort', stop);
    await Promise.race([metrics.value.close(), wait(closeMs)]);
  }
}

/** The end must be over before anybody loses patience, whatever a connection does. */
const closeMs = 50;

function problemsOf(parsed: Parsed<unknown>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems;
}

async function checkOnce(check: OpenedCheck, targetIds: readonly string[] | undefined, signal: AbortSignal) {
  const { input, dependencies } = await check.begin(signal);
  const wanted = new Set(targetIds);
  const targets = targetIds === undefined ? input.targets : input.targets.filter(({ id }) => wanted.has(id));
  return run({ ...input, targets }, dependencies, { signal, onEvent: () => {} });
}

interface Metrics {
  /** Works out the figures anew and serves them. */
  update(change: (figures: Figures) => Figures): Promise<void>;
  close(): Promise<void>;
}

/** Takes the address before anything is measured. Without one there is nothing to serve, and nothing is loaded for it. */
async function openMetrics(at: Endpoint | undefined, targets: number, routes: number): Promise<Parsed<Metrics>> {
  if (at === undefined) {
    return { ok: true, value: { update: async () => {}, close: async () => {} }, notices: [] };
  }
  const planned = planSeries(targets, routes);
  const [{ serveMetrics }, { renderMetrics }, { formatHostPort }] = await Promise.all([
    import('../monitor/serve-metrics.ts'),
    import('../../app/metrics/render-metrics.ts'),
    import('../../app/input/parse-host.ts'),
  ]);
  const name = (problem: Problem): Problem => ({ option: '--metrics', ...problem });
  if (!planned.ok) return { ok: false, problems: planned.problems.map(name) };
  let server: MetricsServer;
  try {
    server = await serveMetrics(at);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const address = formatHostPort(at.address, at.port);
    const problem: Problem =
      code === 'EADDRINUSE'
        ? { code: 'listen-taken', params: { address } }
        : { code: 'listen-refused', params: { address, code } };
    return { ok: false, problems: [name(problem)] };
  }
  let figures = noFigures;
  const options = { version: software.version, withSteps: planned.value.withSteps };
  const update = async (change: (figures: Figures) => Figures) => {
    figures = change(figures);
    await server.publish(await renderMetrics(figures, options));
  };
  return { ok: true, value: { update, close: server.close }, notices: planned.notices.map(name) };
}
