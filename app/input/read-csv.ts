import { CsvError, parse } from 'csv-parse/sync';
import type { Parsed } from '../../model/problem.ts';

export interface CsvRow {
  /** Line of the file on which the row ends, from 1. */
  readonly line: number;
  /** By lower-case column name; cells trimmed. */
  readonly cells: ReadonlyMap<string, string>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** RFC 4180 text with a header. Blank lines are skipped; a row may be shorter than the header but not longer. */
export function readCsv(text: string): Parsed<CsvTable> {
  try {
    const records = parse(text, {
      info: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count_less: true,
      max_record_size: 65_536,
      trim: true,
    }) as unknown as { info: { lines: number }; record: string[] }[];
    const columns = (records[0]?.record ?? []).map((name) => name.toLowerCase());
    const rows = records.slice(1).map(({ info, record }) => ({
      line: info.lines,
      cells: new Map(record.map((cell, index) => [columns[index] ?? '', cell])),
    }));
    return { ok: true, value: { columns, rows }, notices: [] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : undefined;
    const problem = { code: 'csv-malformed', params: { reason: reasons[error.code] ?? error.code } } as const;
    return { ok: false, problems: [line === undefined ? problem : { ...problem, line }] };
  }
}

// The library's own messages repeat cells, which may hold a proxy's password.
const reasons: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  INVALID_OPENING_QUOTE: 'a quote inside an unquoted cell',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'a row has more cells than the header',
  CSV_MAX_RECORD_SIZE: 'a row is longer than 64 KiB',
};
