import type { Failure } from '../model/failure.ts';
import type { RunReport } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type {
  TelegramGroup,
  TelegramGroupKind,
  TelegramRouteSummary,
  TelegramSilence,
  TelegramState,
  TelegramSummary,
} from '../model/telegram-summary.ts';
import type { Verdict } from '../model/verdict.ts';

/** The share of endpoints that must answer for Telegram to count as working (telegram.md, "Verdict for Telegram"). */
const enough = 0.8;
const kinds: readonly TelegramGroupKind[] = ['chat', 'media', 'websocket', 'websocket-media'];

interface Member {
  readonly kind: TelegramGroupKind;
  readonly dc: number;
  readonly ok: number;
  readonly tried: number;
  readonly how: TelegramSilence;
  readonly result: Result;
  readonly verdict: Verdict | undefined;
}

/**
 * Telegram as one row: what works of it over each route, with counts. Pure, from a report alone; the verdicts of its
 * targets stay what they are. Undefined where nothing of Telegram's own protocol was tested.
 */
export function summariseTelegram(report: RunReport): TelegramSummary | undefined {
  if (report.targets.every(({ telegram }) => telegram === undefined)) return undefined;
  const routes = report.routes.map(({ id }, index) => summariseRoute(report, id, index === 0));
  const [current] = routes;
  if (!current) return undefined;
  return { routes, ...judgeRow(report, current) };
}

function summariseRoute(report: RunReport, routeId: string, isCurrent: boolean): TelegramRouteSummary {
  const members = readMembers(report, routeId);
  const groups = kinds.flatMap((kind) => {
    const own = members.filter((member) => member.kind === kind);
    return own.length === 0 ? [] : [summariseGroup(kind, own, isCurrent)];
  });
  const pingMs = medianPing(members);
  return {
    routeId,
    state: readState(groups, webHostWorks(report, routeId)),
    groups,
    ...(pingMs === undefined ? {} : { pingMs }),
    retried: members.filter(({ result }) => result.tries > 1).length,
  };
}

function readMembers(report: RunReport, routeId: string): readonly Member[] {
  const results = new Map(report.results.flatMap((item) => (item.routeId === routeId ? [[item.targetId, item]] : [])));
  const verdicts = new Map(report.verdicts.map((item) => [item.targetId, item]));
  return report.targets.flatMap(({ id, protocol, telegram }): Member[] => {
    const result = results.get(id);
    if (!telegram || !result || result.state === 'skipped' || result.state === 'cancelled') return [];
    const { dc, media } = telegram;
    const channel = protocol === 'websocket' ? (media ? 'websocket-media' : 'websocket') : media ? 'media' : 'chat';
    const passed = works(result) ? 1 : 0;
    const counts = protocol === 'mtproto' ? result.endpoints : undefined;
    const { ok, tried } = counts ?? { ok: passed, tried: 1 };
    return [{ kind: channel, dc, ok, tried, how: howItEnds(result.failure), result, verdict: verdicts.get(id) }];
  });
}

function works({ state, failure }: Result): boolean {
  return state === 'ok' || (state === 'impaired' && !failure);
}

function summariseGroup(kind: TelegramGroupKind, members: readonly Member[], isCurrent: boolean): TelegramGroup {
  const dead = members.filter(({ ok }) => ok === 0);
  const mechanism = isCurrent ? mostCommon(dead.map(({ verdict }) => verdict?.mechanism)) : undefined;
  return {
    kind,
    ok: members.reduce((sum, { ok }) => sum + ok, 0),
    tried: members.reduce((sum, { tried }) => sum + tried, 0),
    dead: dead.map(({ dc, how }) => ({ dc, how })),
    ...(mechanism === undefined ? {} : { mechanism }),
  };
}

const silentKinds = new Set<Failure['kind']>(['timeout', 'kernel-timeout', 'stall', 'too-slow', 'unreachable']);

function howItEnds(failure: Failure | undefined): TelegramSilence {
  if (!failure) return 'failing';
  const { step, kind, detail } = failure;
  if (kind === 'http-status' || detail === 'transport-error') return 'declined';
  if (step === 'resolve') return 'unresolved';
  if (silentKinds.has(kind)) return 'silent';
  if (kind === 'refused') return 'refused';
  if (kind === 'reset' || kind === 'eof') return 'cut';
  return kind === 'not-this-service' || kind.startsWith('cert-') ? 'not-telegram' : 'failing';
}

/** Telegram Web's own page; undefined where it was not tested over this route. */
function webHostWorks(report: RunReport, routeId: string): boolean | undefined {
  const page = report.targets.find(({ url = '' }) => URL.parse(url)?.hostname === 'web.telegram.org');
  const result = report.results.find((item) => item.targetId === page?.id && item.routeId === routeId);
  return !result || result.state === 'skipped' || result.state === 'cancelled' ? undefined : works(result);
}

function readState(groups: readonly TelegramGroup[], webHost: boolean | undefined): TelegramState {
  const find = (kind: TelegramGroupKind) => groups.find((group) => group.kind === kind);
  const [chat, media, sockets, socketsMedia] = kinds.map(find);
  if (groups.length === 0) return 'untested';
  if (groups.every(({ ok }) => ok === 0)) return 'fails';
  const apps = chat ?? media;
  if (apps === undefined) {
    if (!isEnough(sockets ?? socketsMedia)) return 'partly';
    return isDead(socketsMedia) ? 'no-media' : 'works';
  }
  if (apps.ok === 0 && !media?.ok) return 'web-only';
  if (!isEnough(apps)) return 'partly';
  if (isDead(media) || (isDead(socketsMedia) && sockets && sockets.ok > 0)) return 'no-media';
  if (media && !isEnough(media)) return 'partly';
  return webHost === false || isDead(sockets) ? 'apps-only' : 'works';
}

function isEnough(group: TelegramGroup | undefined): boolean {
  return group !== undefined && group.ok >= enough * group.tried;
}

/** Nothing of it answered, and not because Telegram itself declined. */
function isDead(group: TelegramGroup | undefined): boolean {
  return group !== undefined && group.ok === 0 && group.dead.some(({ how }) => how !== 'declined');
}

/** What Telegram shows is the time to its data centres; a WebSocket's stands in where none was reached. */
function medianPing(members: readonly Member[]): number | undefined {
  const pingsOf = (kind: TelegramGroupKind) =>
    members
      .filter((member) => member.kind === kind)
      .flatMap(({ result }) => result.observations)
      .flatMap((item) => (item.step === 'mtproto' && item.purpose === 'main' && !item.failure ? [item.pingMs] : []))
      .filter((ms) => ms !== undefined)
      .sort((a, b) => a - b);
  const pings = kinds.map(pingsOf).find((found) => found.length > 0) ?? [];
  return pings[Math.floor(pings.length / 2)];
}

function judgeRow(report: RunReport, { state }: TelegramRouteSummary): Pick<TelegramSummary, 'verdict' | 'mechanism'> {
  if (state === 'works') return { verdict: 'reachable' };
  if (state === 'apps-only' || state === 'no-media' || state === 'partly') return { verdict: 'impaired' };
  const roles = new Map(report.targets.map(({ id, telegram, protocol }) => [id, telegram && protocol]));
  const own = report.verdicts.filter(({ targetId }) => roles.get(targetId) !== undefined);
  // Where only Telegram Web works, what is to be explained is that the apps do not.
  const apps = own.filter(({ targetId }) => roles.get(targetId) === 'mtproto');
  const failing = (apps.length > 0 ? apps : own).filter(({ verdict }) => verdict !== 'reachable');
  const verdict = mostCommon(failing.map((item) => item.verdict)) ?? 'inconclusive';
  const mechanism = mostCommon(failing.filter((item) => item.verdict === verdict).map((item) => item.mechanism));
  return { verdict, ...(mechanism === undefined ? {} : { mechanism }) };
}

/** The value most members share; undefined where that is to have none. */
function mostCommon<T extends string>(values: readonly (T | undefined)[]): T | undefined {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length] as const);
  return counts.sort((a, b) => b[1] - a[1])[0]?.[0];
}
