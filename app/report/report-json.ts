import type { Parsed } from '../../model/problem.ts';
import { type RunReport, reportSchema } from '../../model/report.ts';
import { resultSchema } from '../../model/result.ts';
import { mapInTurns } from '../map-in-turns.ts';

/** The report as the text of its file. Rejects when it does not fit its own schema: then the program has a defect. */
export async function writeReportJson(report: RunReport): Promise<string> {
  const { results, ...rest } = report;
  const frame = JSON.stringify(reportSchema.parse({ ...rest, results: [] }), null, 2);
  const written = await mapInTurns(
    results,
    (result) => `    ${indent(JSON.stringify(resultSchema.parse(result), null, 2))}`,
  );
  const list = written.length === 0 ? '[]' : `[\n${written.join(',\n')}\n  ]`;
  // Inside a string the quotes would be escaped, so this is the one place where the list can stand.
  return `${frame.replace(/^ {2}"results": \[\]/m, () => `  "results": ${list}`)}\n`;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n    ');
}

/** A report from the text of a file, or why it is none. */
export function readReportJson(text: string, file: string): Parsed<RunReport> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: [{ file, code: 'json-malformed' }] };
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data, notices: [] };
  const field = parsed.error.issues[0]?.path.map(String).join('.');
  const problem = { file, code: 'report-malformed', params: { schema: 'waylight.report/1' } } as const;
  return { ok: false, problems: [field ? { ...problem, field } : problem] };
}
