import type { Answer } from '../../model/contract.ts';
import type { Redaction, RunReport } from '../../model/report.ts';
import type { Language } from '../../model/settings.ts';
import { describeRemovals } from '../report/describe-removals.ts';
import { writeLetter } from '../report/letter-file.ts';
import { redactReport } from '../report/redact.ts';
import { writeReportCsv } from '../report/report-csv.ts';
import { writeReportHtml } from '../report/report-html.ts';
import { writeReportJson } from '../report/report-json.ts';
import { writeReportMarkdown } from '../report/report-markdown.ts';
import { writeReportOoni } from '../report/report-ooni.ts';
import type { RememberedRun } from './measure.ts';
import type { History } from './open-history.ts';
import { fail, pass } from './pass.ts';
import type { QuestionInput, QuestionName, QuestionOutput } from './protocol.ts';
import { detailOf, viewOfReport } from './view-of-report.ts';
import type { WatchedRun } from './watch-run.ts';

/** What becomes of the questions with these names. */
export type Answers<N extends QuestionName> = {
  readonly [K in N]: (input: QuestionInput<K>) => Promise<Answer<QuestionOutput<K>>>;
};

type ReportQuestion = 'previewReport' | 'writeReport' | 'writeLetter' | 'readRun' | 'readTarget';

type Format = QuestionInput<'writeReport'>['format'];

const files: Readonly<Record<Format, { readonly ending: string; readonly mediaType: string }>> = {
  json: { ending: 'json', mediaType: 'application/json' },
  html: { ending: 'html', mediaType: 'text/html' },
  csv: { ending: 'csv', mediaType: 'text/csv' },
  ooni: { ending: 'jsonl', mediaType: 'application/x-ndjson' },
  markdown: { ending: 'md', mediaType: 'text/markdown' },
};

function writeAs(report: RunReport, format: Format, language: Language): string | Promise<string> {
  if (format === 'json') return writeReportJson(report);
  if (format === 'csv') return writeReportCsv(report);
  if (format === 'ooni') return writeReportOoni(report);
  return format === 'html' ? writeReportHtml(report, { language }) : writeReportMarkdown(report);
}

/** `waylight-2026-11-22-1531.html`, by the clock of the report: UTC. */
function nameOf({ startedAt }: RunReport, ending: string, about = 'waylight'): string {
  return `${about}-${startedAt.slice(0, 16).replace('T', '-').replace(':', '')}.${ending}`;
}

/** Answers about the last run, which is whole, and about kept ones, which hold no own address any more. */
export function answerReports(
  last: () => RememberedRun | undefined,
  underWay: (runId: string) => Pick<WatchedRun, 'detailOf'> | undefined,
  history: History,
): Answers<ReportQuestion> {
  const find = (runId: string): RememberedRun | undefined => {
    const remembered = last();
    if (remembered?.report.id === runId) return remembered;
    const kept = history.store()?.read(runId);
    return kept && { ...kept, ownAddresses: [] };
  };
  const redacted = async (runId: string, redaction: Redaction): Promise<Answer<RememberedRun>> => {
    const run = find(runId);
    if (!run) return fail('run-unknown');
    if (redaction === 'none' && run.report.redaction !== 'none') return fail('redaction-gone');
    return pass({ ...run, report: await redactReport(run.report, redaction, run.ownAddresses) });
  };
  return {
    previewReport: async ({ runId, redaction }) => {
      const run = find(runId);
      const shown = await redacted(runId, redaction);
      if (!run || !shown.ok) return shown.ok ? fail('run-unknown') : shown;
      return pass({
        levels: run.report.redaction === 'none' ? ['none', 'standard', 'strict'] : ['standard', 'strict'],
        removals: await describeRemovals(run.report, redaction, run.ownAddresses),
        text: writeReportMarkdown(shown.value.report),
      });
    },
    writeReport: async ({ runId, redaction, format, language }) => {
      const shown = await redacted(runId, redaction);
      if (!shown.ok) return shown;
      const { report } = shown.value;
      const { ending, mediaType } = files[format];
      return pass({ name: nameOf(report, ending), mediaType, text: await writeAs(report, format, language) });
    },
    writeLetter: async ({ runId, redaction, ...wish }) => {
      const shown = await redacted(runId, redaction);
      if (!shown.ok) return shown;
      const { report, ownAddresses } = shown.value;
      const text = await writeLetter(report, wish, ownAddresses);
      if (text === undefined) return fail('target-unknown');
      const { ending, mediaType } = files[wish.format];
      return pass({ name: nameOf(report, ending, 'waylight-letter'), mediaType, text });
    },
    readRun: async ({ runId }) => {
      const run = find(runId);
      return run ? pass(viewOfReport(run)) : fail('run-unknown');
    },
    readTarget: async ({ runId, targetId }) => {
      const watched = underWay(runId);
      const run = watched ? undefined : find(runId);
      if (!watched && !run) return fail('run-unknown');
      const detail = watched ? watched.detailOf(targetId) : run && detailOf(run.report, targetId);
      return detail ? pass(detail) : fail('target-unknown');
    },
  };
}
