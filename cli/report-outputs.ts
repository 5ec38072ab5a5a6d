import { checkOutputPaths, type OutputPath } from '../app/input/check-output-paths.ts';
import { writeLetter } from '../app/report/letter-file.ts';
import { writeReportCsv } from '../app/report/report-csv.ts';
import { writeReportHtml } from '../app/report/report-html.ts';
import { writeReportJson } from '../app/report/report-json.ts';
import { writeReportMarkdown } from '../app/report/report-markdown.ts';
import { writeReportOoni } from '../app/report/report-ooni.ts';
import { writeFileAtomically } from '../app/write-file-atomically.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import { type Redaction, type RunReport, redactionSchema } from '../model/report.ts';
import type { Io } from './io.ts';
import { type LetterOptions, type LetterWords, readLetterOptions } from './letter-options.ts';
import { readChoice } from './read-options.ts';

/** The options every command that makes a report has. */
export interface OutputOptions extends LetterWords {
  readonly redact: string;
  readonly json?: string;
  readonly csv?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly ooni?: string;
  readonly quiet?: boolean;
  /** Commander's form of `--no-history`: false where it was given. */
  readonly history?: boolean;
}

export interface Outputs {
  readonly redaction: Redaction;
  readonly quiet: boolean;
  /** Whether the run is kept in the history. */
  readonly keep: boolean;
  readonly files: readonly OutputFile[];
  /** The target a letter is about. Whether there is such a one is known when the targets are: {@link checkLetter}. */
  readonly letterAbout?: string;
}

interface OutputFile extends OutputPath {
  /** @param ownAddresses this machine’s, which are in no letter at any level */
  readonly write: (report: RunReport, ownAddresses: readonly string[]) => string | Promise<string>;
}

const writers = {
  json: writeReportJson,
  csv: writeReportCsv,
  markdown: writeReportMarkdown,
  html: (report: RunReport) => writeReportHtml(report, { language: 'en' }),
  ooni: writeReportOoni,
} as const;

/** Checks the output options, before anything is measured. */
export async function readOutputs(options: OutputOptions): Promise<Parsed<Outputs>> {
  const problems: Problem[] = [];
  const redaction = readChoice(options.redact, '--redact', redactionSchema.options);
  if (!redaction.ok) problems.push(...redaction.problems);
  const files: OutputFile[] = (['json', 'csv', 'markdown', 'html', 'ooni'] as const).flatMap((name) => {
    const path = options[name];
    return path === undefined ? [] : [{ option: `--${name}`, path, write: writers[name] }];
  });
  const letter = readLetterOptions(options);
  if (!letter.ok) problems.push(...letter.problems);
  else if (letter.value) files.push(letterFile(letter.value));
  problems.push(...(await checkOutputPaths(files)));
  if (problems.length > 0 || !redaction.ok || !letter.ok) return { ok: false, problems };
  const { quiet = false, history: keep = true } = options;
  const about = letter.value && { letterAbout: letter.value.targetId };
  return { ok: true, value: { redaction: redaction.value, quiet, keep, files, ...about }, notices: [] };
}

function letterFile({ path, ...wish }: LetterOptions): OutputFile {
  return {
    option: '--letter',
    path,
    write: async (report, ownAddresses) => {
      const text = await writeLetter(report, wish, ownAddresses);
      if (text === undefined) throw new Error('a report names every target of its run, and this one was looked for');
      return text;
    },
  };
}

/**
 * Writes every file. A disk that is full or a folder that has gone is a problem of that file; the others are still
 * written.
 * @param report as it may be shown: redaction is done
 */
export async function writeOutputs(
  report: RunReport,
  outputs: Outputs,
  io: Io,
  ownAddresses: readonly string[] = [],
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { option, path, write } of outputs.files) {
    const text = await write(report, ownAddresses);
    if (path === '-') io.stdout.write(text);
    else {
      const failed = await writeFileAtomically(path, text).catch((error: unknown) => error);
      if (failed !== undefined) {
        const code = failed instanceof Error && 'code' in failed ? String(failed.code) : 'unknown';
        problems.push({ option, file: path, code: 'output-not-writable', params: { code } });
      }
    }
  }
  return problems;
}
