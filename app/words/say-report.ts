import type { RunReport } from '../../model/report.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Verdict, VerdictName } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { routeLabel, sayFailure } from './say.ts';
import { english, type Speaker } from './speaker.ts';

/** The column's name. With a tunnel up the current connection is not "direct", and is never called so. */
export function routeTitle(report: RunReport, route: RouteSummary, speaker: Speaker = english): string {
  const label = routeLabel(route, speaker);
  const { tunnel } = report.environment;
  if (route.kind !== 'direct' || !tunnel.up) return label;
  const name = tunnel.interface === undefined ? speaker.say('a-tunnel') : sanitizeText(tunnel.interface, 32);
  return speaker.say('via', { label, tunnel: name });
}

/** How many targets are ok over each route, in the order of the routes. */
export function countWorking(report: RunReport): number[] {
  return report.routes.map(
    ({ id }) => report.results.filter((item) => item.routeId === id && item.state === 'ok').length,
  );
}

/** Targets that the route cannot be asked for at all, which is nobody's failure. */
function countNotCarried(report: RunReport, route: RouteSummary | undefined): number {
  return report.results.filter((item) => item.routeId === route?.id && item.detail === 'not-carried').length;
}

/** What a reader should be told about: everything but what works and what the first route does not carry. */
export function problemVerdicts(report: RunReport): Verdict[] {
  return report.verdicts.filter(({ verdict, rule }) => verdict !== 'reachable' && rule !== 'route.not-carried');
}

/** The whole report in one or two sentences: the first thing anyone reads. */
export function sayAnswer(report: RunReport, speaker: Speaker = english): string {
  const sentences = [...sayState(report, speaker), sayBestRoute(report, speaker)];
  if (report.partial) sentences.unshift(speaker.say('answer-partial'));
  // Before anything else: a page that is passed on must not be taken for a real measurement.
  if (report.practice) {
    sentences.unshift(speaker.say('answer-practice', { scenario: sanitizeText(report.practice.scenario, 64) }));
  }
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function sayState(report: RunReport, speaker: Speaker): readonly string[] {
  const current = report.routes[0];
  const route = current === undefined ? speaker.say('answer-current') : routeTitle(report, current, speaker);
  if (report.environment.captivePortal) return [speaker.say('answer-portal')];
  if (current && !current.baseline.ok && current.baseline.tried > 0) {
    return [speaker.say(current.kind === 'mtproxy' ? 'answer-dead-mtproxy' : 'answer-dead', { route })];
  }
  const left = countNotCarried(report, current);
  const count = report.targets.length - left;
  const works = countWorking(report)[0] ?? 0;
  const rest = left === 0 ? [] : [speaker.say('answer-not-carried', { count: left })];
  if (works === count && count > 0) return [speaker.say('answer-all', { route, works, count }), ...rest];
  const counts = sayCounts(report, speaker);
  const params = { route, works, count, counts };
  return [speaker.say(counts === '' ? 'answer-some' : 'answer-some-counts', params), ...rest];
}

const counted = [
  'blocked',
  'likely-blocked',
  'impaired',
  'geo-restricted',
  'down',
  'inconclusive',
] as const satisfies readonly VerdictName[];

function sayCounts(report: RunReport, speaker: Speaker): string {
  const problems = problemVerdicts(report);
  const counts = counted.map((name) => ({ name, count: problems.filter(({ verdict }) => verdict === name).length }));
  return speaker.list(
    counts.filter(({ count }) => count > 0).map(({ name, count }) => speaker.say(`count-${name}`, { count })),
  );
}

function sayBestRoute(report: RunReport, speaker: Speaker): string | undefined {
  const working = countWorking(report);
  const best = working.indexOf(Math.max(...working));
  const route = report.routes[best];
  if (report.routes.length < 2) {
    const needed = problemVerdicts(report).some(({ next }) => next.includes('add-a-route'));
    return needed ? speaker.say('answer-add-route') : undefined;
  }
  const works = working[best] ?? 0;
  if (route === undefined || works === 0) return speaker.say('answer-no-route');
  if (best === 0) return speaker.say('answer-no-better');
  return speaker.say('answer-best', { route: routeTitle(report, route, speaker), works, count: report.targets.length });
}

/** The strictest MTProxies refuse a ClientHello that is 3 s ahead of their clock (telegram.md); half a second is our own doubt. */
const skewThatFakeTlsMinds = 3500;
/** More than two minutes off, certificate errors mean nothing (measurement.md). */
const skewThatMattersMs = 120_000;

/** What the gate found, one sentence a line; the routes first. */
export function sayGate(report: RunReport, speaker: Speaker = english): string[] {
  const { environment } = report;
  const proxy = sanitizeText(environment.systemProxy ?? '', 128);
  const tools = speaker.list(environment.bypassTools.map((name) => sanitizeText(name, 32)));
  const said = [
    ...report.routes.map((route) => sayRoute(report, route, speaker)),
    environment.captivePortal && speaker.say('gate-portal'),
    environment.connectsProveNothing && speaker.say('gate-connects'),
    environment.systemProxy !== null && speaker.say('gate-proxy', { proxy }),
    environment.ipv6 === 'broken' && speaker.say('gate-ipv6'),
    environment.httpsScanning && speaker.say('gate-scanning'),
    tools !== '' && speaker.say('gate-bypass', { tools }),
    ...sayClock(report, speaker),
  ];
  return said.filter((sentence) => typeof sentence === 'string');
}

function sayClock(report: RunReport, speaker: Speaker): readonly string[] {
  const skew = report.environment.clockSkewMs ?? 0;
  const duration = sayDuration(Math.abs(skew), speaker);
  const way = skew > 0 ? 'fast' : 'slow';
  const matters = Math.abs(skew) > skewThatMattersMs;
  const isMinded = Math.abs(skew) > skewThatFakeTlsMinds && usesFakeTls(report);
  return [
    ...(matters ? [speaker.say(`gate-clock-${way}`, { duration })] : []),
    ...(isMinded ? [speaker.say(`gate-clock-${way}-allowed`, { duration })] : []),
  ];
}

function usesFakeTls(report: RunReport): boolean {
  return report.results.some(({ observations }) =>
    observations.some((item) => item.step === 'mtproto' && item.helloProfile !== undefined),
  );
}

function sayRoute(report: RunReport, route: RouteSummary, speaker: Speaker): string {
  const { passed, tried, ok } = route.baseline;
  const whom = route.kind === 'mtproxy' ? 'gate-centres' : 'gate-sites';
  const counts = { passed, count: tried };
  const state = tried === 0 ? speaker.say('gate-untested') : speaker.say(ok ? whom : `${whom}-dead`, counts);
  const params = { route: routeTitle(report, route, speaker), state };
  return route.failure === undefined
    ? speaker.say('gate-route', params)
    : speaker.say('gate-route-failure', { ...params, failure: sayFailure(route.failure, speaker) });
}

function sayDuration(ms: number, speaker: Speaker): string {
  if (ms < 90_000) return speaker.say('seconds', { count: Math.round(ms / 1000) });
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return speaker.say('minutes', { count: minutes });
  return speaker.say('hours', { count: Math.round(minutes / 60) });
}

/** Where the address table came from and how old it is. */
export function sayRanges(report: RunReport, speaker: Speaker = english): string {
  const { source, createdAt, rows } = report.ranges;
  const params = { name: speaker.say(`ranges-${source}`), count: rows };
  return createdAt === null
    ? speaker.say('ranges', params)
    : speaker.say('ranges-of', { ...params, date: sanitizeText(createdAt.slice(0, 10), 10) });
}

const dayMs = 86_400_000;

/** The same with the age of the table when the check was made, as far as its date can be read. */
export function sayRangesAge(report: RunReport, speaker: Speaker = english): string {
  const list = sayRanges(report, speaker);
  const created = Date.parse(report.ranges.createdAt ?? '');
  const count = Math.floor((Date.parse(report.startedAt) - created) / dayMs);
  // A clock that is wrong makes no age.
  return Number.isFinite(count) && count >= 0 ? speaker.say('ranges-age', { list, count }) : list;
}
