import { isIP } from 'node:net';
import type { Target } from '../../model/target.ts';
import { placeOfUrl } from '../place-of-url.ts';
import type { StepContext } from '../step.ts';
import { httpStep } from '../steps/http.ts';
import { startComparators } from './comparators.ts';
import type { EndpointCounts, Outcome } from './outcome.ts';
import { isCrowded, type ReachAttempt, type Reached, type ReachRequest, reach } from './reach.ts';
import type { OpenRoute, Session } from './session.ts';
import { speakWebsocket } from './speak-websocket.ts';

const maxRedirects = 5;

interface Hop {
  readonly url: string;
  readonly status: number;
}

/** One try of a target reached by a byte stream: http, https, tcp, tls and websocket. */
export async function tryStream(
  session: Session,
  open: OpenRoute,
  target: Target,
  context: StepContext,
  rotation: number,
  onDecided: () => void,
): Promise<Outcome> {
  const comparators = target.addresses
    ? { settle: async () => {} }
    : startComparators(session, open, target.host, context);
  const begun: ReachAttempt[] = [];
  const outcome = await followToTheEnd(session, open, target, context, rotation, begun);
  const decidedAt = session.dependencies.clock.now();
  // What is still waited for is evidence only, and needs no place in the queue.
  if (outcome.ok) onDecided();
  const firstHop = begun[0];
  const [all] = await Promise.all([
    firstHop?.all ?? [],
    ...begun.map((attempt) => attempt.all),
    comparators.settle(outcome.ok),
  ]);
  return { ...outcome, decidedAt, endpoints: countEndpoints(all) };
}

async function followToTheEnd(
  session: Session,
  open: OpenRoute,
  target: Target,
  context: StepContext,
  rotation: number,
  begun: ReachAttempt[],
): Promise<Outcome> {
  const redirects: Hop[] = [];
  let url = target.url === undefined ? undefined : new URL(target.url);
  for (;;) {
    const attempt = await reach(session, open, requestFor(target, url, redirects.length, rotation), context);
    begun.push(attempt);
    const reached = await attempt.first;
    if (!reached.ok) return { ok: false, failure: reached.failure, path: reached.path };
    try {
      const step = await speak(session, target, url, redirects, reached, context);
      if (step.next === undefined) return step.outcome;
      redirects.push(step.hop);
      url = step.next;
    } finally {
      reached.close();
    }
  }
}

function requestFor(target: Target, url: URL | undefined, hops: number, rotation: number): ReachRequest {
  const crowded = isCrowded(target) ? { crowded: true } : {};
  const pinned =
    target.addresses && (hops === 0 || url?.hostname === target.host) ? { addresses: target.addresses } : {};
  if (url === undefined)
    return { host: target.host, port: target.port, secure: target.protocol === 'tls', rotation, ...crowded, ...pinned };
  return { ...placeOfUrl(url), rotation, ...crowded, ...pinned };
}

type Spoken = { readonly next: undefined; readonly outcome: Outcome } | { readonly next: URL; readonly hop: Hop };

async function speak(
  session: Session,
  target: Target,
  url: URL | undefined,
  redirects: readonly Hop[],
  reached: Reached,
  context: StepContext,
): Promise<Spoken> {
  if (url === undefined) return { next: undefined, outcome: { ok: true, path: reached.path } };
  if (target.protocol === 'websocket') {
    return { next: undefined, outcome: await speakWebsocket(target, url, reached, context) };
  }
  const expect = target.expect ? { expect: target.expect } : {};
  const answered = await httpStep(
    reached.connection,
    { url: url.href, redirects, marks: session.dependencies.marks, ...expect },
    context,
  );
  const path = [...reached.path, answered.observation];
  if (!answered.ok) return { next: undefined, outcome: { ok: false, failure: answered.failure, path } };
  const { status, location } = answered.value;
  const next = location === undefined || status < 300 || status > 399 ? undefined : followable(location);
  if (next === undefined || target.expect) return { next: undefined, outcome: { ok: true, path } };
  if (redirects.length === maxRedirects) {
    // The server does answer; a browser would stop here too.
    const failure = { step: 'http', kind: 'http-status', code: String(status), detail: 'too-many-redirects' } as const;
    return { next: undefined, outcome: { ok: false, failure, path } };
  }
  return { next, hop: { url: url.href, status } };
}

/** Nobody listens on port 0, and no report can name it. */
function followable(location: string): URL | undefined {
  const next = new URL(location);
  return next.port === '0' ? undefined : next;
}

/** Counts addresses of the family in use: where IPv4 was tried, a dead IPv6 address is not a failure. */
function countEndpoints(all: Awaited<ReachAttempt['all']>): EndpointCounts {
  const ipv4 = all.filter(({ address }) => isIP(address) === 4);
  const counted = ipv4.length > 0 ? ipv4 : all;
  const ok = counted.filter(({ outcome }) => outcome.ok).length;
  return { tried: counted.length, ok, failed: counted.length - ok, skipped: all.length - counted.length };
}
