import type { Parsed } from '../../model/problem.ts';
import { findJsonError } from './find-json-error.ts';

export interface JsonEntry {
  /** Line on which the entry begins, from 1. */
  readonly line: number;
  readonly value: unknown;
}

/** A JSON list with the line each entry begins on. @param what names the entries in a problem: `targets`, `routes`. */
export function readJsonList(text: string, what: string): Parsed<readonly JsonEntry[]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const line = lineAt(text, findJsonError(text) ?? 0);
    return { ok: false, problems: [{ code: 'json-malformed', line }] };
  }
  if (!Array.isArray(value)) return { ok: false, problems: [{ code: 'json-not-a-list', params: { what } }] };
  const lines = entryLines(text);
  return { ok: true, value: value.map((entry, index) => ({ line: lines[index] ?? 1, value: entry })), notices: [] };
}

/** Line of an offset, from 1; of the last character of content where the text ended too early. */
function lineAt(text: string, position: number): number {
  const end = Math.min(position, text.trimEnd().length);
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < end; index = text.indexOf('\n', index + 1)) line += 1;
  return line;
}

/** Line of the first character of each element of the outermost list of a text that is known to be valid JSON. */
function entryLines(text: string): number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  let expectsEntry = false;
  for (const [token] of text.matchAll(/\n|[[\]{},]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s[\]{},"]+/g)) {
    if (token === '\n') {
      line += 1;
      continue;
    }
    if (expectsEntry && token !== ']') lines.push(line);
    expectsEntry = depth === (token === '[' ? 0 : 1) && (token === '[' || token === ',');
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
  }
  return lines;
}
