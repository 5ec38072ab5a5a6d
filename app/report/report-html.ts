import type { RunReport } from '../../model/report.ts';
import type { Language } from '../../model/settings.ts';
import { sayAnswer } from '../words/say-report.ts';

export interface ReportHtmlOptions {
  readonly language: Language;
}

/**
 * The report as one page that needs nothing else: no script, nothing loaded, opens from disk, prints on A4.
 * @param report as it may be shown: redaction is done
 */
export async function writeReportHtml(report: RunReport, { language }: ReportHtmlOptions): Promise<string> {
  return `<!doctype html><html lang="${language}"><title>Waylight</title><p>${escapeHtml(sayAnswer(report))}</p></html>\n`;
}

/** Text as text, in an element or in a quoted attribute. */
function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
