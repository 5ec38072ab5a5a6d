import { asnAttribution } from '../app/load-ranges.ts';
import { sanitizeText } from '../app/sanitize-text.ts';
import { sayCollateral, sayVerdict, word, workingRouteLabels } from '../app/words/say.ts';
import { problemVerdicts, sayAnswer, sayGate, sayRanges } from '../app/words/say-report.ts';
import { sayTelegram } from '../app/words/say-telegram.ts';
import type { CloudFinding } from '../model/cloud.ts';
import type { RunReport } from '../model/report.ts';
import type { Verdict } from '../model/verdict.ts';
import { describeAge } from './describe-age.ts';
import { displayWidth, fitWidth, wrap } from './display-width.ts';
import { drawMatrix, type Page, paint } from './matrix.ts';

/** Where nobody's window limits it, a table may be as wide as a wide window. */
export const plainWidth = 160;

/** The report as lines for a terminal: the answer, the gate, the matrix, Telegram, a sentence per problem, the hosts on AWS. */
export function drawReport(report: RunReport, page: Page): string[] {
  const problems = problemVerdicts(report);
  const names = new Map(report.targets.map(({ id, name }) => [id, name]));
  return [
    ...wrap(sayAnswer(report), page.width).map((line) => paint(line, 1, page)),
    '',
    ...sayGate(report).flatMap((sentence) => item(sentence, page)),
    '',
    ...drawMatrix(report, page),
    ...section(
      'Telegram',
      sayTelegram(report).flatMap((sentence) => item(sentence, page)),
      page,
    ),
    ...section(
      'Problems',
      groupProblems(report, problems, names).flatMap((sentence) => item(sentence, page)),
      page,
    ),
    ...section(`Hosts on AWS (${sayRanges(report)}${sayAge(report)})`, drawAws(report, page), page),
    // The licence of the table that says which network an address is in (CC BY 4.0) wants this wherever it is used.
    ...(report.cloud.length === 0 ? [] : ['', ...wrap(asnAttribution, page.width).map((line) => paint(line, 2, page))]),
  ];
}

/** How old the list was on the day of the check. */
function sayAge({ ranges, startedAt }: RunReport): string {
  return describeAge(ranges.createdAt, new Date(startedAt));
}

function section(title: string, lines: readonly string[], page: Page): string[] {
  return lines.length === 0 ? [] : ['', ...wrap(title, page.width).map((line) => paint(line, 1, page)), ...lines];
}

function item(sentence: string, page: Page): string[] {
  return wrap(sentence, page.width - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

/** One sentence for all the targets of which the same is to be said. */
function groupProblems(
  report: RunReport,
  problems: readonly Verdict[],
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const groups = Map.groupBy(problems, (verdict) => sayProblem(report, verdict));
  return [...groups].map(([said, verdicts]) => {
    const who = verdicts.map(({ targetId }) => sanitizeText(names.get(targetId) ?? targetId, 128));
    return `${who.join(', ')}: ${said}`;
  });
}

function sayProblem(report: RunReport, verdict: Verdict): string {
  const working = workingRouteLabels(report, verdict).map((label) => `“${label}”`);
  const next = verdict.next.map((key) => word('nextSteps', key)).join('; ');
  const sentences = [
    `${sayVerdict(verdict)}.`,
    working.length === 0 ? '' : `Works over ${working.join(', ')}.`,
    next === '' ? '' : `Next: ${next}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

const headings = ['Host', 'Region', 'Service', 'Prefix or address', 'April 2018', 'Collateral damage'] as const;

function drawAws(report: RunReport, page: Page): string[] {
  const findings = report.cloud.filter(({ operator }) => operator === 'aws');
  if (findings.length === 0) return [];
  const reachable = new Set(report.verdicts.flatMap((item) => (item.verdict === 'reachable' ? [item.targetId] : [])));
  const works = ({ targetId }: CloudFinding) => reachable.has(targetId);
  // Two targets on one host are one line here.
  const rows = [
    ...new Map(
      findings.map((finding) => [`${finding.host} ${finding.address}`, awsCells(finding, works(finding))]),
    ).values(),
  ];
  const shown = headings.map((_, column) => rows.some((row) => row[column] !== ''));
  const table = [headings as readonly string[], ...rows].map((row) => row.filter((_, column) => shown[column]));
  const widths = (table[0] ?? []).map((_, column) =>
    Math.min(
      40,
      table.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), 0),
    ),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  if (total <= page.width) {
    return table.map((row) =>
      `  ${row.map((text, column) => fitWidth(text, widths[column] ?? 0)).join('  ')}`.trimEnd(),
    );
  }
  return rows.flatMap(([host = '', ...rest]) =>
    item(`${host}: ${rest.filter((text) => text !== '').join(', ')}`, page),
  );
}

function awsCells(finding: CloudFinding, works: boolean): string[] {
  const { host, region, service, prefix, list2018 } = finding;
  const texts = [host, region ?? '', service ?? '', prefix ?? finding.address, list2018 ? 'blocked then' : ''];
  const said = works ? word('verdicts', 'reachable') : sayCollateral(finding);
  return [...texts.map((text) => sanitizeText(text, 96)), said];
}
