import type { RunReport } from '../../model/report.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { TelegramGroup, TelegramRouteSummary, TelegramSummary } from '../../model/telegram-summary.ts';
import { chooseTelegramRoute } from '../choose-telegram-route.ts';
import { exportTelegramLinks } from '../export-route.ts';
import { parseHost, parsePort, splitHostPort } from '../input/parse-host.ts';
import { summariseTelegram } from '../telegram-summary.ts';
import { mechanisms, telegramStates, verdicts } from './en.ts';
import { routeTitle } from './say-report.ts';
import { english, type PageKey, type Speaker } from './speaker.ts';

/** Telegram in sentences: one per route, then the best way to it. Empty where nothing of Telegram was tested. */
export function sayTelegram(report: RunReport, speaker: Speaker = english): string[] {
  const summary = summariseTelegram(report);
  if (!summary) return [];
  const lines = report.routes.map((route, index) => {
    const row = summary.routes[index];
    if (row === undefined) return '';
    const said = sayTelegramRoute(row, route, speaker);
    return speaker.say('telegram-route', { route: routeTitle(report, route, speaker), said });
  });
  const best = sayBestForTelegram(report, summary, speaker);
  return [...lines, ...(best === undefined ? [] : [best])];
}

/** `chat works, pictures do not: resPQ from 24 of 27 endpoints, media silent; WebSockets 10 of 10; ping 43 ms`. */
function sayTelegramRoute(row: TelegramRouteSummary, { baseline }: RouteSummary, speaker: Speaker): string {
  const { groups, pingMs } = row;
  const state = speaker.word('telegramStates', row.state);
  // Nothing is to be said of Telegram where the route carries nothing at all.
  if (row.state === 'fails' && !baseline.ok) return speaker.say('telegram-route-dead', { state });
  const facts = [
    sayCount(groups.filter(isApps), 'telegram-endpoints', speaker),
    sayCount(
      groups.filter((group) => !isApps(group)),
      'telegram-websockets',
      speaker,
    ),
    pingMs === undefined ? '' : speaker.say('telegram-ping', { ms: Math.round(pingMs) }),
    ...sayMechanisms(groups, speaker),
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? state : speaker.say('telegram-facts', { state, facts: facts.join('; ') });
}

function sayCount(groups: readonly TelegramGroup[], key: PageKey, speaker: Speaker): string {
  if (groups.length === 0) return '';
  const { ok, tried } = sum(groups);
  return speaker.list([speaker.say(key, { ok, count: tried }), ...groups.flatMap((group) => sayDead(group, speaker))]);
}

function sum(groups: readonly TelegramGroup[]): { readonly ok: number; readonly tried: number } {
  const add = (of: 'ok' | 'tried') => groups.reduce((total, group) => total + group[of], 0);
  return { ok: add('ok'), tried: add('tried') };
}

/** `DC 2, 4 silent`; of a whole group its own name is enough. */
function sayDead({ kind, ok, dead }: TelegramGroup, speaker: Speaker): string[] {
  return [...Map.groupBy(dead, ({ how }) => how)].map(([how, members]) => {
    const isWhole = ok === 0 && members.length === dead.length;
    const numbers = speaker.list(members.map(({ dc }) => speaker.number(dc)));
    const whole = kind === 'chat' ? speaker.say('telegram-all') : speaker.word('telegramGroups', kind);
    const who = isWhole ? whole : speaker.say(`telegram-${kind}`, { numbers });
    return speaker.say('telegram-dead', { who, how: speaker.word('telegramSilences', how) });
  });
}

/** What each group that is filtered is consistent with; said once where all agree. */
function sayMechanisms(groups: readonly TelegramGroup[], speaker: Speaker): string[] {
  const named = groups.filter(({ mechanism }) => mechanism !== undefined);
  return [...Map.groupBy(named, ({ mechanism }) => mechanism)].flatMap(([name, own]) => {
    if (name === undefined) return [];
    const mechanism = speaker.word('mechanisms', name);
    if (own.length === groups.length) return [speaker.say('telegram-consistent', { mechanism })];
    const who = speaker.list(own.map(({ kind }) => speaker.word('telegramGroups', kind)));
    return [speaker.say('telegram-consistent-group', { who, mechanism })];
  });
}

/** One line, where another route than the current connection is the best way to Telegram; never with a password. */
function sayBestForTelegram(report: RunReport, summary: TelegramSummary, speaker: Speaker): string | undefined {
  const best = chooseTelegramRoute(summary);
  const route = report.routes.find(({ id }) => id === best?.routeId);
  if (!best || !route || route === report.routes[0]) return undefined;
  const params = {
    route: routeTitle(report, route, speaker),
    reason: speaker.word('telegramReasons', best.reason),
    ms: Math.round(best.pingMs ?? 0),
  };
  const link = linkOf(route);
  const said = speaker.say(best.pingMs === undefined ? 'telegram-best' : 'telegram-best-ping', params);
  return link === undefined ? said : `${said} ${speaker.say('telegram-open', { link })}`;
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
      .map(sum)
      .map(({ ok, tried }) => `${ok}/${tried}`);
    return [telegramStates[state], ...(counts.length === 0 ? [] : [`(${counts.join(' + ')})`])].join(' ');
  });
  const how = summary.mechanism === undefined ? '' : `, consistent with ${mechanisms[summary.mechanism]}`;
  return { cells, verdict: `${verdicts[summary.verdict]}${how}` };
}

function isApps({ kind }: TelegramGroup): boolean {
  return kind === 'chat' || kind === 'media';
}
