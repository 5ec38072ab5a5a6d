import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { TelegramState } from '../../model/telegram-summary.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { summariseTelegram } from '../telegram-summary.ts';
import { sayCollateral, sayResult, sayVerdict, word, workingRouteLabels } from '../words/say.ts';
import { problemVerdicts, routeTitle, sayAnswer, sayGate, sayRangesAge } from '../words/say-report.ts';
import { sayTelegram, sayTelegramRow } from '../words/say-telegram.ts';
import { english } from '../words/speaker.ts';
import { type CloudHost, cloudStates, distinct, gatherCloudHosts, operatorName } from './cloud-hosts.ts';

/** A help desk reads one screen: the document stays under 60 lines whatever was tested. */
const limits = { gate: 8, problems: 20, routes: 5, clouds: 8, operators: 8 };

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
      .replace(/^(\s*)([-=+])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
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

/** Those that fail with what is said of them; those that work, and those on other clouds, in a line each. */
function cloudLines(report: RunReport): string[] {
  const hosts = gatherCloudHosts(report);
  const [aws, others] = [
    hosts.filter(({ operator }) => operator === 'aws'),
    hosts.filter(({ operator }) => operator !== 'aws'),
  ];
  const failing = [...aws, ...others].filter(({ state, scored }) => state !== 'works' || scored !== undefined);
  const lines = [
    ...(aws.length > 0 ? [`Hosts on AWS (${escapeMarkdown(sayRangesAge(report))}): ${countStates(aws)}.`] : []),
    ...(others.length > 0 ? [`Hosts on other clouds (${countOperators(others)}): ${countStates(others)}.`] : []),
  ];
  if (lines.length === 0) return [];
  const told = bullets(failing.map(sayCloudHost), limits.clouds);
  return [...lines.flatMap((line) => [line, '']), ...told];
}

function sayCloudHost({ target, host, operator, findings, state, verdict, scored }: CloudHost): string {
  const first = scored ?? findings[0];
  const place = distinct([operatorName(operator), first.region, first.service, first.prefix ?? first.address]).join(
    ' ',
  );
  const tags = [
    findings.some(({ list2018 }) => list2018) ? 'on the list of April 2018' : '',
    verdict === undefined ? english.say(`grid-${state}`) : word('verdicts', verdict),
    scored ? sayCollateral(scored) : '',
  ];
  const other = scored ? english.say('otherwise', { what: word('collateral', scored.collateral.otherwise) }) : '';
  const name = target?.name === undefined || target.name === host ? host : `${target.name} (${host})`;
  return `${name}: ${place} — ${tags.filter((tag) => tag !== '').join(', ')}. ${other}`.trim();
}

/** `3 work, 1 blocked`. */
function countStates(hosts: readonly CloudHost[]): string {
  const counts = cloudStates.map((state) => ({ state, count: hosts.filter((host) => host.state === state).length }));
  return counts
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${english.say(`grid-${state}`)}`)
    .join(', ');
}

/** `2 Google, 1 Hetzner`. */
function countOperators(hosts: readonly CloudHost[]): string {
  const operators = [...Map.groupBy(hosts, ({ operator }) => operator)].slice(0, limits.operators);
  return operators.map(([id, own]) => `${own.length} ${escapeMarkdown(operatorName(id))}`).join(', ');
}
