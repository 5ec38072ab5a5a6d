import { sanitizeText } from '../../app/sanitize-text.ts';
import { sayFailureShortly, word } from '../../app/words/say.ts';
import type { RunComparison, StoredRun } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';
import { displayWidth, fitWidth } from '../display-width.ts';

/** A line per run, newest first: enough of its id to name it, when, what it was, and how it went over each route. */
export function drawRuns(runs: readonly StoredRun[], width: number): string[] {
  if (runs.length === 0) return ['No check has been kept yet.'];
  const length = idLength(runs);
  const rows = runs.map((run) => [
    sanitizeText(run.runId, 64).slice(0, length),
    sayWhen(run),
    sayKind(run),
    sayRoutes(run),
    sayVerdicts(run),
  ]);
  const table = [['Id', 'Started (UTC)', 'Check', 'Works', 'Verdicts'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.min(
      48,
      table.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), 0),
    ),
  );
  return table.map((row) =>
    fitWidth(
      row.map((text, column) => fitWidth(text, widths[column] ?? displayWidth(text))).join('  '),
      width,
    ).trimEnd(),
  );
}

/** As many characters as tell all ids apart, at least eight. */
function idLength(runs: readonly StoredRun[]): number {
  const longest = runs.reduce((sum, { runId }) => Math.max(sum, runId.length), 0);
  for (let length = 8; length < longest; length++) {
    if (new Set(runs.map(({ runId }) => runId.slice(0, length))).size === runs.length) return length;
  }
  return longest;
}

function sayWhen({ startedAt }: Pick<StoredRun, 'startedAt'>): string {
  return startedAt.slice(0, 16).replace('T', ' ');
}

function sayKind({ kind, scenario, profile, partial }: StoredRun): string {
  const name = kind === 'practice' ? `practice ${sanitizeText(scenario ?? '', 40)}`.trimEnd() : profile;
  return partial ? `${name}, stopped` : name;
}

function sayRoutes({ routes, targets }: StoredRun): string {
  return routes.map(({ label, ok }) => `${sanitizeText(label, 32)} ${ok}/${targets}`).join(', ');
}

function sayVerdicts({ verdicts }: StoredRun): string {
  const counts = Object.entries(verdicts).filter(([name]) => name !== 'reachable');
  return counts.map(([name, count]) => `${count} ${word('verdicts', name)}`).join(', ') || 'all reachable';
}

/** What is different in the second run, service by service. */
export function drawComparison({ a, b, changes }: RunComparison): string[] {
  const heading = `${describe(a)} → ${describe(b)}`;
  if (changes.length === 0) return [heading, 'Nothing that both tested has changed.'];
  return [
    heading,
    '',
    ...changes.flatMap(({ name, verdict, cells }) => [
      `${sanitizeText(name, 128)}${verdict === undefined ? '' : `: ${sayChange(verdict)}${saySince(verdict, b)}`}`,
      ...cells.map((cell) => {
        const { label, from, to } = cell;
        return `  ${sanitizeText(label, 64)}: ${sayCell(from)} → ${sayCell(to)}${saySince(cell, b)}`;
      }),
    ]),
  ];
}

function describe(run: StoredRun): string {
  return `${sayWhen(run)} UTC (${sayKind(run)}, ${sanitizeText(run.runId, 64)})`;
}

function sayChange({ from, to }: { readonly from: Verdict['verdict']; readonly to: Verdict['verdict'] }): string {
  return `${word('verdicts', from)} → ${word('verdicts', to)}`;
}

/** Nothing where it is new in the second run. */
function saySince({ since }: { readonly since: string }, b: StoredRun): string {
  return since === b.startedAt ? '' : ` (since ${sayWhen({ startedAt: since })} UTC)`;
}

type CellEnd = RunComparison['changes'][number]['cells'][number]['from'];

function sayCell({ state, failure }: CellEnd): string {
  return failure && state !== 'ok' ? sayFailureShortly(failure) : word('states', state);
}
