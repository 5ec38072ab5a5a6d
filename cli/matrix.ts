import { sanitizeText } from '../app/sanitize-text.ts';
import { sayResult } from '../app/words/say.ts';
import { routeTitle } from '../app/words/say-report.ts';
import { stateShapes } from '../app/words/state-shapes.ts';
import type { RunReport } from '../model/report.ts';
import type { Result, ResultState } from '../model/result.ts';
import { displayWidth, fitWidth } from './display-width.ts';

export interface Page {
  /** Cells in a line. */
  readonly width: number;
  readonly color: boolean;
}

/** SGR colours; the shape and the word say the same without them. */
const colors: Readonly<Record<ResultState, number>> = { ok: 32, impaired: 33, failed: 31, skipped: 2, cancelled: 2 };

const gap = '  ';
const indent = '  ';
/** Cells a target's name keeps however narrow the terminal. */
const minimumName = 16;

interface Cell {
  readonly text: string;
  readonly state: ResultState;
}

interface Row {
  readonly name: string;
  readonly group: string;
  readonly cells: readonly Cell[];
}

/**
 * Routes as columns, targets as rows under their groups; a cell is a shape, words and milliseconds. Where the columns do not
 * fit, each target gets a line per route instead.
 */
export function drawMatrix(report: RunReport, page: Page): string[] {
  const rows = readRows(report);
  const titles = report.routes.map((route) => routeTitle(report, route));
  const cells = titles.map((_, column) => maximum(rows.map((row) => displayWidth(row.cells[column]?.text ?? ''))));
  const longest = maximum(rows.map(({ name }) => displayWidth(name)));
  // Long titles give way before the columns do.
  for (const titleWidth of [24, 12]) {
    const widths = titles.map((title, column) =>
      Math.max(cells[column] ?? 0, Math.min(displayWidth(title), titleWidth)),
    );
    const columns = widths.reduce((sum, width) => sum + width + gap.length, 0);
    const nameWidth = Math.min(longest, Math.max(minimumName, page.width - indent.length - columns));
    const fits = indent.length + nameWidth + columns <= page.width;
    if (fits) return drawTable(rows, titles, widths, nameWidth, page);
  }
  return drawStack(rows, titles, page);
}

/** Math.max over a list of any length: a spread of ten thousand arguments is not safe. */
function maximum(numbers: readonly number[]): number {
  return numbers.reduce((largest, number) => Math.max(largest, number), 0);
}

function readRows(report: RunReport): Row[] {
  const results = new Map(report.results.map((item) => [`${item.targetId}\n${item.routeId}`, item]));
  return report.targets.map((target) => ({
    name: sanitizeText(target.name, 128),
    group: sanitizeText(target.group, 64),
    cells: report.routes.map((route) => toCell(results.get(`${target.id}\n${route.id}`))),
  }));
}

function toCell(result: Result | undefined): Cell {
  const state = result?.state ?? 'skipped';
  const total = result?.ms.total;
  const timed = (state === 'ok' || state === 'impaired') && total !== undefined;
  return { state, text: `${stateShapes[state]} ${sayResult(result)}${timed ? ` ${Math.round(total)} ms` : ''}` };
}

function drawTable(
  rows: readonly Row[],
  titles: readonly string[],
  widths: readonly number[],
  nameWidth: number,
  page: Page,
): string[] {
  const head = titles.map((title, column) => fitWidth(title, widths[column] ?? 0)).join(gap);
  const lines = [`${indent}${' '.repeat(nameWidth)}${gap}${head}`.trimEnd()];
  for (const [group, members] of Map.groupBy(rows, (row) => row.group)) {
    lines.push(paint(group, 1, page));
    for (const { name, cells } of members) {
      const painted = cells.map((cell, column) => {
        const last = column === cells.length - 1;
        return paint(last ? cell.text : fitWidth(cell.text, widths[column] ?? 0), colors[cell.state], page);
      });
      lines.push(`${indent}${fitWidth(name, nameWidth)}${gap}${painted.join(gap)}`);
    }
  }
  return lines;
}

function drawStack(rows: readonly Row[], titles: readonly string[], page: Page): string[] {
  const lines: string[] = [];
  for (const [group, members] of Map.groupBy(rows, (row) => row.group)) {
    lines.push(paint(group, 1, page));
    for (const { name, cells } of members) {
      lines.push(fitWidth(`${indent}${name}`, page.width).trimEnd());
      for (const [column, cell] of cells.entries()) {
        const room = Math.max(1, page.width - displayWidth(cell.text) - indent.length * 2 - gap.length);
        const title = fitWidth(titles[column] ?? '', Math.min(room, 24));
        lines.push(`${indent}${indent}${title}${gap}${paint(cell.text, colors[cell.state], page)}`);
      }
    }
  }
  return lines;
}

/** Wraps a text in one SGR attribute, or leaves it alone. */
export function paint(text: string, attribute: number, page: Page): string {
  return page.color ? `\u001b[${attribute}m${text}\u001b[0m` : text;
}
