import type { RunReport } from '../../model/report.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { TelegramGroup, TelegramRouteSummary, TelegramSummary } from '../../model/telegram-summary.ts';
import { chooseTelegramRoute } from '../choose-telegram-route.ts';
import { exportTelegramLinks } from '../export-route.ts';
import { parseHost, parsePort, splitHostPort } from '../input/parse-host.ts';
import { summariseTelegram } from '../telegram-summary.ts';
import { mechanisms, telegramGroups, telegramReasons, telegramSilences, telegramStates, verdicts } from './en.ts';
import { routeTitle } from './say-report.ts';

/** Telegram in sentences: one per route, then the best way to it. Empty where nothing of Telegram was tested. */
export function sayTelegram(report: RunReport): string[] {
  const summary = summariseTelegram(report);
  if (!summary) return [];
  const lines = report.routes.map((route, index) => {
    const row = summary.routes[index];
    return row === undefined ? '' : `${routeTitle(report, route)}: ${sayTelegramRoute(row, route)}.`;
  });
  const best = sayBestForTelegram(report, summary);
  return [...lines, ...(best === undefined ? [] : [best])];
}

/** `chat works, pictures do not: resPQ from 24 of 27 endpoints, media silent; WebSockets 10 of 10; ping 43 ms`. */
function sayTelegramRoute({ state, groups, pingMs }: TelegramRouteSummary, { baseline }: RouteSummary): string {
  // Nothing is to be said of Telegram where the route carries nothing at all.
  if (state === 'fails' && !baseline.ok) return `${telegramStates.fails}, nor does anything else over this route`;
  const facts = [
    countEndpoints(groups),
    countWebsockets(groups),
    pingMs === undefined ? '' : `ping ${Math.round(pingMs)} ms`,
    ...sayMechanisms(groups),
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? telegramStates[state] : `${telegramStates[state]}: ${facts.join('; ')}`;
}

function countEndpoints(groups: readonly TelegramGroup[]): string {
  const own = groups.filter(({ kind }) => kind === 'chat' || kind === 'media');
  if (own.length === 0) return '';
  return [`resPQ from ${count(own)} endpoints`, ...own.flatMap(sayDead)].join(', ');
}

function countWebsockets(groups: readonly TelegramGroup[]): string {
  const own = groups.filter(({ kind }) => kind === 'websocket' || kind === 'websocket-media');
  if (own.length === 0) return '';
  return [`WebSockets ${count(own)}`, ...own.flatMap(sayDead)].join(', ');
}

function count(groups: readonly TelegramGroup[]): string {
  const sum = (of: 'ok' | 'tried') => groups.reduce((total, group) => total + group[of], 0);
  return `${sum('ok')} of ${sum('tried')}`;
}

/** `DC 2, 4 silent`; of a whole group its own name is enough. */
function sayDead({ kind, ok, dead }: TelegramGroup): string[] {
  return [...Map.groupBy(dead, ({ how }) => how)].map(([how, members]) => {
    const numbers = members.map(({ dc }) => dc).join(', ');
    const isWhole = ok === 0 && members.length === dead.length;
    const name = { chat: 'DC', media: 'media DC', websocket: 'WebSocket', 'websocket-media': 'WebSocket media' }[kind];
    const who = isWhole ? (kind === 'chat' ? 'all DCs' : telegramGroups[kind]) : `${name} ${numbers}`;
    return `${who} ${telegramSilences[how]}`;
  });
}

/** What each group that is filtered is consistent with; said once where all agree. */
function sayMechanisms(groups: readonly TelegramGroup[]): string[] {
  const named = groups.filter(({ mechanism }) => mechanism !== undefined);
  return [...Map.groupBy(named, ({ mechanism }) => mechanism)].flatMap(([mechanism, own]) => {
    if (mechanism === undefined) return [];
    const who = own.length === groups.length ? '' : `${own.map(({ kind }) => telegramGroups[kind]).join(', ')}: `;
    return [`${who}consistent with ${mechanisms[mechanism]}`];
  });
}

/** One line, where another route than the current connection is the best way to Telegram; never with a password. */
function sayBestForTelegram(report: RunReport, summary: TelegramSummary): string | undefined {
  const best = chooseTelegramRoute(summary);
  const route = report.routes.find(({ id }) => id === best?.routeId);
  if (!best || !route || route === report.routes[0]) return undefined;
  const ping = best.pingMs === undefined ? '' : ` (ping ${Math.round(best.pingMs)} ms)`;
  const link = linkOf(route);
  const open = link === undefined ? '' : ` In Telegram: ${link} (a password or secret it may have is left out).`;
  return `Best for Telegram: “${routeTitle(report, route)}”${ping}, because ${telegramReasons[best.reason]}.${open}`;
}

/** Read strictly, because a report can come from anybody's file. */
function linkOf({ kind, endpoint }: RouteSummary): string | undefined {
  const place = splitHostPort(endpoint ?? '');
  const host = parseHost(place?.host ?? '');
  const port = parsePort(place?.port ?? '');
  return host === undefined || port === undefined
    ? undefined
    : exportTelegramLinks({ kind, host, port }, { credentials: false })?.tg;
}

/** The row as cells of a table: `works 27/27 + 10/10` for each route, and the verdict in words. */
export function sayTelegramRow(summary: TelegramSummary): {
  readonly cells: readonly string[];
  readonly verdict: string;
} {
  const cells = summary.routes.map(({ state, groups }) => {
    const counts = [groups.filter(isApps), groups.filter((group) => !isApps(group))]
      .filter((own) => own.length > 0)
      .map((own) => count(own).replace(' of ', '/'));
    return [telegramStates[state], ...(counts.length === 0 ? [] : [`(${counts.join(' + ')})`])].join(' ');
  });
  const how = summary.mechanism === undefined ? '' : `, consistent with ${mechanisms[summary.mechanism]}`;
  return { cells, verdict: `${verdicts[summary.verdict]}${how}` };
}

function isApps({ kind }: TelegramGroup): boolean {
  return kind === 'chat' || kind === 'media';
}
