import { type RunReport, reportSchema } from '../../model/report.ts';
import type { Parsed } from '../input/problem.ts';

/** The report as the text of its file. Throws when it does not fit its own schema: then the program has a defect. */
export function writeReportJson(report: RunReport): string {
  return `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`;
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
