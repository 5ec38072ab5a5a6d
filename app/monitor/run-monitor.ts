import type { Clock } from '../../engine/clock.ts';
import type { MonitorRunKind } from '../../model/monitor-line.ts';
import type { RunReport } from '../../model/report.ts';
import { type ChangeNews, createChangeWatch, recheckPauseMs } from '../watch-changes.ts';
import { startStopwatch, waitUntilDue } from './wait-until-due.ts';
import { watchGap } from './watch-gap.ts';

export interface MonitoredRun {
  readonly kind: MonitorRunKind;
  /** Not redacted. */
  readonly report: RunReport;
  readonly news: Pick<ChangeNews, 'confirmed' | 'routes'>;
}

export interface DiscardedRun {
  readonly kind: MonitorRunKind;
  readonly runId: string;
  /** How long the process stood still. */
  readonly gapMs: number;
}

export interface Monitor {
  readonly everyMs: number;
  readonly clock: Clock;
  /** Ends it all, within what a run needs to stop. */
  readonly signal: AbortSignal;
  /** Tests these targets, or all; resolves to the report, a partial one where the signal was aborted. */
  readonly check: (targetIds: readonly string[] | undefined, signal: AbortSignal) => Promise<RunReport>;
  /** Awaited before anything else is measured. */
  readonly onRun: (run: MonitoredRun) => Promise<void>;
  readonly onDiscarded: (run: DiscardedRun) => Promise<void>;
}

/**
 * Runs a check at once and then whenever the interval comes round, never two at a time: a run that takes longer than the
 * interval goes on to the next time that is due, and what was missed is not made up for. What looks different for the first
 * time is tested once more a minute later, unless the next run is due before. Resolves when the signal is aborted; the run
 * under way is then given up. Rejects for a defect.
 */
export async function runMonitor(monitor: Monitor): Promise<void> {
  const { everyMs, clock, signal, onRun, onDiscarded } = monitor;
  const changes = createChangeWatch();

  const runOnce = async (kind: MonitorRunKind, targetIds?: readonly string[]): Promise<readonly string[]> => {
    const { report, gapMs } = await checkAwake(monitor, targetIds);
    signal.throwIfAborted();
    if (gapMs > 0) {
      await onDiscarded({ kind, runId: report.id, gapMs });
      return [];
    }
    const { recheck, ...news } = changes.take(report);
    await onRun({ kind, report, news });
    return recheck;
  };

  try {
    for (;;) {
      signal.throwIfAborted();
      const sinceStart = startStopwatch(clock);
      const untilDue = () => everyMs - (sinceStart.passed() % everyMs);
      const different = await runOnce('full');
      if (different.length > 0 && untilDue() > recheckPauseMs) {
        await waitUntilDue(clock, recheckPauseMs, signal);
        await runOnce('recheck', different);
      }
      await waitUntilDue(clock, untilDue(), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** One run, stopped as soon as it is seen that the machine slept in the middle of it. */
async function checkAwake(
  { clock, signal, check }: Monitor,
  targetIds: readonly string[] | undefined,
): Promise<{ readonly report: RunReport; readonly gapMs: number }> {
  const run = new AbortController();
  const stop = () => run.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const gap = watchGap(clock, () => run.abort(new Error('the clock has a gap')));
  try {
    const report = await check(targetIds, run.signal);
    return { report, gapMs: gap.end() };
  } finally {
    gap.end();
    signal.removeEventListener('abort', stop);
  }
}
