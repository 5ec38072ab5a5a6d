import type { PrunableStore } from '../../app/history/create-run-store.ts';
import { storeErrorCode } from '../../app/history/sqlite-problem.ts';
import type { PruneLimits, RunStore } from '../../app/host/ports.ts';
import { checkOutputPaths } from '../../app/input/check-output-paths.ts';
import { writeReportJson } from '../../app/report/report-json.ts';
import { writeFileAtomically } from '../../app/write-file-atomically.ts';
import type { Parsed } from '../../model/problem.ts';
import { drawReport, plainWidth } from '../draw-report.ts';
import type { ExitCode, Io } from '../io.ts';
import { openHistory } from '../open-history.ts';
import { readNumber } from '../read-options.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { drawComparison, drawRuns } from './write-history.ts';

/** What `waylight history` is asked for; ids as a person types them, cut short where that is enough. */
export type HistoryRequest =
  | { readonly action: 'list'; readonly json?: string }
  | { readonly action: 'show'; readonly id: string; readonly json?: string }
  | { readonly action: 'diff'; readonly a: string; readonly b: string; readonly json?: string }
  /** Once by these limits; what is not given is as it was chosen. */
  | { readonly action: 'prune'; readonly days?: string; readonly size?: string; readonly all?: boolean };

/** The forms an answer has: lines for a person, text for a file. */
interface Answered {
  readonly lines: (width: number) => readonly string[];
  readonly json: () => string | Promise<string>;
}

/** `waylight history`: what is kept of runs on this machine. 2 for an unknown id or a history that cannot be opened. */
export async function historyCommand(request: HistoryRequest, io: Io): Promise<ExitCode> {
  const json = 'json' in request ? request.json : undefined;
  const wrong = json === undefined ? [] : await checkOutputPaths([{ option: '--json', path: json }]);
  if (wrong.length > 0) return refuse(io, wrong);
  const opened = openHistory(io);
  if (!opened.ok) return refuse(io, opened.problems);
  sayProblems(io, opened.notices);
  const store = opened.value;
  try {
    if (request.action === 'prune') return prune(request, store, io);
    const answered = answer(request, store, io);
    if (!answered.ok) return refuse(io, answered.problems);
    return await write(answered.value, json, io);
  } catch (error) {
    return refuse(io, [{ code: 'history-unavailable', params: { code: storeErrorCode(error) } }]);
  } finally {
    store.close();
  }
}

function prune(request: HistoryRequest & { action: 'prune' }, store: PrunableStore, io: Io): ExitCode {
  const limits = readLimits(request, store.limits());
  if (!limits.ok) return refuse(io, limits.problems);
  const before = store.size().runs;
  if (request.all) store.removeAll();
  else store.prune(limits.value);
  const { runs, bytes } = store.size();
  io.stdout.write(`${before - runs} removed, ${runs} kept, ${(bytes / mebibyte).toFixed(1)} MiB on disk.\n`);
  return 0;
}

const mebibyte = 1024 * 1024;

function readLimits(
  { all, days, size }: HistoryRequest & { action: 'prune' },
  chosen: PruneLimits,
): Parsed<PruneLimits> {
  if (all && (days ?? size) !== undefined) {
    return { ok: false, problems: [{ option: '--all', code: 'option-alone' }] };
  }
  const age = readNumber(days, '--days', { min: 1, max: 3650, fallback: chosen.days });
  const fallback = chosen.bytes / mebibyte;
  const room = readNumber(size, '--size', { min: 1, max: 1_000_000, fallback });
  if (!age.ok || !room.ok)
    return { ok: false, problems: [age, room].flatMap((read) => (read.ok ? [] : read.problems)) };
  return pass({ days: age.value, bytes: room.value * mebibyte });
}

async function write({ lines, json }: Answered, file: string | undefined, io: Io): Promise<ExitCode> {
  const { stdout } = io;
  if (file !== '-') stdout.write(`${lines(stdout.isTty ? stdout.columns : plainWidth).join('\n')}\n`);
  if (file === undefined) return 0;
  const text = await json();
  if (file === '-') stdout.write(text);
  else await writeFileAtomically(file, text);
  return 0;
}

function answer(request: Exclude<HistoryRequest, { action: 'prune' }>, store: RunStore, io: Io): Parsed<Answered> {
  if (request.action === 'list') {
    const runs = store.list(Number.MAX_SAFE_INTEGER);
    return pass({
      lines: (width) => drawRuns(runs, width),
      json: () => toJson({ schema: 'waylight.history/1', runs }),
    });
  }
  if (request.action === 'diff') {
    const [a, b] = [findId(request.a, store), findId(request.b, store)];
    if (!a.ok || !b.ok) return { ok: false, problems: [a, b].flatMap((id) => (id.ok ? [] : id.problems)) };
    const comparison = store.compare(a.value, b.value);
    if (!comparison) return unknown(request.a);
    return pass({
      lines: () => drawComparison(comparison),
      json: () => toJson({ schema: 'waylight.diff/1', ...comparison }),
    });
  }
  const id = findId(request.id, store);
  if (!id.ok) return id;
  const run = store.read(id.value);
  if (!run) return unknown(request.id);
  return pass({
    lines: (width) => drawReport(run.report, { width, color: io.stdout.color }),
    json: () => writeReportJson(run.report),
  });
}

/** The one run whose id is, or begins with, what was typed. */
function findId(typed: string, store: RunStore): Parsed<string> {
  const ids = store.list(Number.MAX_SAFE_INTEGER).map(({ runId }) => runId);
  if (ids.includes(typed)) return pass(typed);
  const [found, ...others] = ids.filter((id) => typed !== '' && id.startsWith(typed));
  if (found === undefined) return unknown(typed);
  if (others.length === 0) return pass(found);
  return { ok: false, problems: [{ code: 'history-id-ambiguous', params: { id: typed } }] };
}

function unknown(id: string): Parsed<never> {
  return { ok: false, problems: [{ code: 'history-id-unknown', params: { id } }] };
}

function pass<T>(value: T): Parsed<T> {
  return { ok: true, value, notices: [] };
}

function toJson(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
