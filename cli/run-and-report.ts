import type { KeptRun } from '../app/host/ports.ts';
import { redactReport } from '../app/report/redact.ts';
import { run } from '../engine/run/run.ts';
import type { RunDependencies, RunInput } from '../engine/run/run-input.ts';
import { drawReport, plainWidth } from './draw-report.ts';
import type { ExitCode, Io } from './io.ts';
import { createProgress } from './progress.ts';
import { type Outputs, writeOutputs } from './report-outputs.ts';
import { sayProblems } from './say-problems.ts';

/** How a run is kept in the history, and what stands above its answer on stdout. */
export interface RunAbout extends Omit<KeptRun, 'report'> {
  readonly heading?: readonly string[];
}

/**
 * Runs the check, then shows and writes one and the same redacted report, and keeps it in the history. Exit: 0 it ran,
 * whatever it found; 2 a file could not be written after all; 3 interrupted, with the partial report written.
 */
export async function runAndReport(
  input: RunInput,
  dependencies: RunDependencies,
  outputs: Outputs,
  io: Io,
  { heading = [], ...about }: RunAbout,
): Promise<ExitCode> {
  const progress = createProgress(io.stderr, outputs.quiet, () => io.now().getTime());
  const interfaces = dependencies.network.interfaces().map(({ address }) => address);
  const options = { signal: io.signal, onEvent: progress.onEvent };
  // The unredacted report is held by nobody here, so that a long one is not in memory twice while it is written.
  const report = await redactReport(
    await run(input, dependencies, options).finally(progress.finish),
    outputs.redaction,
    interfaces,
  );
  // Files first: a terminal can be slow or gone, and an interrupt leaves little time.
  const problems = await writeOutputs(report, outputs, io, interfaces);
  if (!outputs.files.some(({ path }) => path === '-')) {
    const page = { width: io.stdout.isTty ? io.stdout.columns : plainWidth, color: io.stdout.color };
    io.stdout.write(`${[...heading, ...drawReport(report, page)].join('\n')}\n`);
  }
  sayProblems(io, problems);
  // Last, and loaded only now: a database that is slow or broken is in nobody's way.
  if (outputs.keep) await (await import('./open-history.ts')).keepRun(io, { ...about, report }, interfaces);
  if (report.partial) return 3;
  return problems.length > 0 ? 2 : 0;
}
