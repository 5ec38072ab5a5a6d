import type { RunReport } from '../../model/report.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Verdict, VerdictName } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { sayFailure } from './say.ts';

/** The column's name. With a tunnel up the current connection is not "direct", and is never called so. */
export function routeTitle(report: RunReport, route: RouteSummary): string {
  const label = sanitizeText(route.label, 64) || sanitizeText(route.id, 64);
  const { tunnel } = report.environment;
  if (route.kind !== 'direct' || !tunnel.up) return label;
  return `${label} (via ${tunnel.interface === undefined ? 'a tunnel' : sanitizeText(tunnel.interface, 32)})`;
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
export function sayAnswer(report: RunReport): string {
  const sentences = [sayState(report), sayBestRoute(report)];
  if (report.partial) sentences.unshift('The check was stopped early, so this is only a part.');
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function sayState(report: RunReport): string {
  const current = report.routes[0];
  const title = current === undefined ? 'The current connection' : routeTitle(report, current);
  const left = countNotCarried(report, current);
  const total = report.targets.length - left;
  if (report.environment.captivePortal) {
    return 'A sign-in page answers in place of neutral sites: sign in to this network first. Nothing here may be called blocked.';
  }
  if (current && !current.baseline.ok && current.baseline.tried > 0) {
    const whom =
      current.kind === 'mtproxy' ? 'no data centre of Telegram answered through it' : 'no neutral site answered on it';
    return `“${title}” does not work: ${whom}, so nothing on it may be called blocked.`;
  }
  const works = countWorking(report)[0] ?? 0;
  const rest = left === 0 ? '' : ` It leads to Telegram only and does not carry the other ${left}.`;
  if (works === total && total > 0) return `Everything tested works on “${title}” (${works} of ${total}).${rest}`;
  const counted = sayCounts(report);
  return `${works} of ${total} targets work on “${title}”${counted === '' ? '' : `; ${counted}`}.${rest}`;
}

const counted: readonly (readonly [VerdictName, string])[] = [
  ['blocked', 'blocked'],
  ['likely-blocked', 'likely blocked'],
  ['impaired', 'impaired'],
  ['geo-restricted', 'refusing visitors from here'],
  ['down', 'down everywhere'],
  ['inconclusive', 'not to be judged'],
];

function sayCounts(report: RunReport): string {
  return counted
    .map(([name, text]) => [problemVerdicts(report).filter(({ verdict }) => verdict === name).length, text] as const)
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${count} ${text}`)
    .join(', ');
}

function sayBestRoute(report: RunReport): string | undefined {
  const working = countWorking(report);
  const best = working.indexOf(Math.max(...working));
  const route = report.routes[best];
  if (report.routes.length < 2) {
    const needed = problemVerdicts(report).some(({ next }) => next.includes('add-a-route'));
    return needed ? 'Add another route (--route) to tell blocked from down.' : undefined;
  }
  if (route === undefined || working[best] === 0) return 'No route works.';
  if (best === 0) return 'No other route carries more.';
  return `The best way out is “${routeTitle(report, route)}”: ${working[best]} of ${report.targets.length} work over it.`;
}

/** The strictest MTProxies refuse a ClientHello that is 3 s ahead of their clock (telegram.md); half a second is our own doubt. */
const skewThatFakeTlsMinds = 3500;
/** More than two minutes off, certificate errors mean nothing (measurement.md). */
const skewThatMattersMs = 120_000;

/** What the gate found, one sentence a line; the routes first. */
export function sayGate(report: RunReport): string[] {
  const { environment } = report;
  const lines = report.routes.map((route) => sayRoute(report, route));
  const add = (when: boolean, text: string) => {
    if (when) lines.push(text);
  };
  add(environment.captivePortal, 'A sign-in page or another stranger answers in place of neutral sites.');
  add(environment.connectsProveNothing, 'Even an unused address accepts connections: here, connecting proves nothing.');
  add(
    environment.systemProxy !== null,
    `The system names a proxy: ${sanitizeText(environment.systemProxy ?? '', 128)}.`,
  );
  add(environment.ipv6 === 'broken', 'IPv6 is there but does not work; its failures are not counted.');
  add(environment.httpsScanning, 'A program or company device on this connection opens encrypted traffic.');
  const tools = environment.bypassTools.map((name) => sanitizeText(name, 32)).join(', ');
  add(tools !== '', `A bypass tool is active (${tools}): what is blocked may look open.`);
  const skew = environment.clockSkewMs;
  if (skew !== null && Math.abs(skew) > skewThatMattersMs) {
    lines.push(
      `This machine’s clock is ${sayDuration(Math.abs(skew))} ${skew > 0 ? 'fast' : 'slow'}: certificate errors mean nothing.`,
    );
  }
  if (skew !== null && Math.abs(skew) > skewThatFakeTlsMinds && usesFakeTls(report)) {
    lines.push(
      `This machine’s clock is ${sayDuration(Math.abs(skew))} ${skew > 0 ? 'fast' : 'slow'}, which was allowed for here: MTProxies with fake TLS may refuse Telegram’s own apps until it is set right.`,
    );
  }
  return lines;
}

function usesFakeTls(report: RunReport): boolean {
  return report.results.some(({ observations }) =>
    observations.some((item) => item.step === 'mtproto' && item.helloProfile !== undefined),
  );
}

function sayRoute(report: RunReport, route: RouteSummary): string {
  const { passed, tried, ok } = route.baseline;
  const failure = route.failure === undefined ? '' : ` — ${sayFailure(route.failure)}`;
  const whom = route.kind === 'mtproxy' ? 'data centres of Telegram answer through it' : 'neutral sites answer';
  const state = tried === 0 ? 'not tested' : `${passed} of ${tried} ${whom}${ok ? '' : ': it does not work'}`;
  return `${routeTitle(report, route)}: ${state}${failure}.`;
}

function sayDuration(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} seconds`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

/** Where the address table came from and how old it is. */
export function sayRanges(report: RunReport): string {
  const { source, createdAt, rows } = report.ranges;
  const name = {
    official: 'Amazon’s own list',
    packaged: 'a packaged copy of Amazon’s list',
    operator: 'networks by operator, without regions',
    file: 'the file given with --ranges',
  }[source];
  return `${name}${createdAt === null ? '' : ` of ${sanitizeText(createdAt.slice(0, 10), 10)}`}, ${rows} rows`;
}
