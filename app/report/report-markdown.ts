import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { TelegramState } from '../../model/telegram-summary.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { summariseTelegram } from '../telegram-summary.ts';
import { sayCollateral, sayResult, sayVerdict, word, workingRouteLabels } from '../words/say.ts';
import { problemVerdicts, routeTitle, sayAnswer, sayGate, sayRanges } from '../words/say-report.ts';
import { sayTelegram, sayTelegramRow } from '../words/say-telegram.ts';

/** A help desk reads one screen: the document stays under 60 lines whatever was tested. */
const limits = { gate: 8, problems: 20, routes: 5, clouds: 8 };

/** What a person pastes into a help-desk chat: the answer, the gate, the problems, the AWS hosts. Under 60 lines. */
export function writeReportMarkdown(report: RunReport): string {
  const { software, startedAt, profile } = report;
  const lines = [
    '# Waylight report',
    '',
    `**${escapeMarkdown(sayAnswer(report))}**`,
    '',
    `${escapeMarkdown(`${startedAt.slice(0, 16).replace('T', ' ')} UTC, profile ${profile}, ${software.name} ${software.version}`)}`,
    '',
    ...bullets(sayGate(report), limits.gate),
    '',
    ...telegramLines(report),
    ...problemLines(report),
    ...cloudLines(report),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Text from outside as one line of Markdown that is only text: no link, image, HTML, mention or table border. */
export function escapeMarkdown(text: string): string {
  return (
    sanitizeText(text, 400)
      .replace(/[\\`*_[\]<>#|~!&$]/g, '\\$&')
      // Chats make links of bare addresses and mentions of names.
      .replace(/:\/\//g, ':&#47;&#47;')
      .replace(/@/g, '&#64;')
      .replace(/^(\s*)([-=]|\d+[.)])/, '$1\\$2')
  );
}

function bullets(texts: readonly string[], limit: number): string[] {
  const shown = texts.slice(0, limit).map((text) => `- ${escapeMarkdown(text)}`);
  return texts.length > limit ? [...shown, `- … and ${texts.length - limit} more`] : shown;
}

/** Telegram on the current connection, and the best way to it. */
function telegramLines(report: RunReport): string[] {
  const said = sayTelegram(report);
  const best = said.length > report.routes.length ? said.slice(-1) : [];
  return said.length === 0 ? [] : [...bullets([...said.slice(0, 1), ...best], 2), ''];
}

function problemLines(report: RunReport): string[] {
  const problems = problemVerdicts(report);
  if (problems.length === 0) return [];
  const routes = report.routes.slice(0, limits.routes);
  const header = ['Target', ...routes.map((route) => routeTitle(report, route)), 'Verdict', 'Works over'];
  const targets = new Map(report.targets.map((target) => [target.id, target]));
  // One row for all of Telegram's own protocol: its sixteen targets would leave no room for anything else.
  const others = problems.filter(({ targetId }) => targets.get(targetId)?.telegram === undefined);
  const telegram = others.length < problems.length ? telegramRow(report, routes.length) : [];
  const shown = others.slice(0, limits.problems - telegram.length);
  const rows = shown.map((verdict) => {
    const cells = routes.map((route) => sayResult(findResult(report, verdict.targetId, route.id)));
    const working = workingRouteLabels(report, verdict).join(', ') || 'none';
    return [targets.get(verdict.targetId)?.name ?? verdict.targetId, ...cells, sayVerdict(verdict), working];
  });
  const left = others.length - shown.length;
  return [
    tableRow(header.map(escapeMarkdown)),
    tableRow(header.map(() => '---')),
    ...[...telegram, ...rows].map((row) => tableRow(row.map(escapeMarkdown))),
    ...(left > 0 ? ['', `… and ${left} more targets with a problem.`] : []),
    '',
    ...nextLines(problems),
  ];
}

function telegramRow(report: RunReport, columns: number): string[][] {
  const summary = summariseTelegram(report);
  if (!summary) return [];
  const { cells, verdict } = sayTelegramRow(summary);
  const working = report.routes.filter((_, index) => worksOver(summary.routes[index]?.state));
  const labels = working.map((route) => routeTitle(report, route)).join(', ') || 'none';
  return [['Telegram', ...cells.slice(0, columns), verdict, labels]];
}

function worksOver(state: TelegramState | undefined): boolean {
  return state === 'works' || state === 'apps-only';
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function nextLines(problems: readonly Verdict[]): string[] {
  const keys = [...new Set(problems.flatMap(({ next }) => next))];
  return keys.length === 0
    ? []
    : [
        `Next: ${escapeMarkdown(
          keys
            .slice(0, 6)
            .map((key) => word('nextSteps', key))
            .join('; '),
        )}.`,
        '',
      ];
}

function findResult(report: RunReport, targetId: string, routeId: string): Result | undefined {
  return report.results.find((item) => item.targetId === targetId && item.routeId === routeId);
}

function cloudLines(report: RunReport): string[] {
  const aws = report.cloud.filter(({ operator }) => operator === 'aws');
  if (aws.length === 0) return [];
  const texts = aws.map((item) => {
    const place = [item.region, item.service, item.prefix].filter((part) => part !== undefined).join(' ');
    const tags = [item.list2018 ? 'on the list of April 2018' : '', sayCollateral(item)].filter((tag) => tag !== '');
    return `${item.host}: ${place || 'Amazon'}${tags.length === 0 ? '' : ` — ${tags.join(', ')}`}`;
  });
  return [`Hosts on AWS (${escapeMarkdown(sayRanges(report))}):`, '', ...bullets(texts, limits.clouds)];
}
