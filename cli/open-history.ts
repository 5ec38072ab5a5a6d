import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { dataFolder } from '../app/data-folder.ts';
import { historyFileName, openRunStore } from '../app/history/open-run-store.ts';
import { packReportInTurns } from '../app/history/pack-report.ts';
import { storeErrorCode } from '../app/history/sqlite-problem.ts';
import type { KeptRun } from '../app/host/ports.ts';
import { redactReport } from '../app/report/redact.ts';
import type { Parsed } from '../model/problem.ts';
import type { Io } from './io.ts';
import { sayProblems } from './say-problems.ts';

type Store = Extract<ReturnType<typeof openRunStore>, { ok: true }>['store'];

/** The history of this person's data folder; what was set aside on the way is said on stderr. */
export function openHistory(io: Io): Parsed<Store> {
  const opened = openRunStore(join(dataFolder(io.env), historyFileName), {
    now: () => io.now(),
    onSetAside: ({ problem }) => sayProblems(io, [problem]),
  });
  if (!opened.ok) return opened;
  return { ok: true, value: opened.store, notices: opened.setAside === undefined ? [] : [opened.setAside.problem] };
}

/**
 * Keeps a run that is over, redacted at `standard` or as much as it is already. Never rejects and is never in the way: what
 * goes wrong is a notice on stderr, and the command ends as it would have.
 */
export async function keepRun(io: Io, run: KeptRun, ownAddresses: readonly string[]): Promise<void> {
  try {
    // What is redacted already need not be looked through, and held in memory, once more.
    const { redaction } = run.report;
    const report = redaction === 'none' ? await redactReport(run.report, 'standard', ownAddresses) : run.report;
    const packed = await packReportInTurns(report);
    await nextTurn();
    const opened = openHistory(io);
    await nextTurn();
    sayProblems(io, opened.ok ? opened.notices : opened.problems);
    if (!opened.ok) return;
    try {
      opened.value.add({ ...run, report }, packed);
    } finally {
      opened.value.close();
    }
  } catch (error) {
    sayProblems(io, [{ code: 'history-not-kept', params: { code: storeErrorCode(error) } }]);
  }
}
