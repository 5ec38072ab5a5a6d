import { isIP } from 'node:net';
import type { Failure } from '../../model/failure.ts';
import { stepNames } from '../../model/failure.ts';
import type { Target } from '../../model/target.ts';
import { prefixKey } from '../addresses.ts';
import { DeadlineError, settled } from '../deadline.ts';
import type { Release } from '../run/limiter.ts';
import type { Connection, Destination, StepContext, StepResult } from '../step.ts';
import { resolveSystem } from '../steps/resolve-system.ts';
import { tlsStep } from '../steps/tls.ts';
import { hasIpv6, type OpenRoute, type Session, tracePath } from './session.ts';

/** What to reach: a TCP stream to `host:port`, and a TLS session on it when `secure`. */
export interface ReachRequest {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Dialled instead of what a resolver says. */
  readonly addresses?: readonly string[];
  /** Which of several addresses goes first; a second try begins with another one. */
  readonly rotation: number;
  /** See {@link isCrowded}. */
  readonly crowded?: boolean;
}

/**
 * Telegram's web hosts, a dozen and a half, live on two or three addresses. Like its data centres they wait for no place
 * there: two at a time would take half a minute to find that all are silent.
 */
export function isCrowded({ group }: Target): boolean {
  return group === 'telegram';
}

export interface Reached {
  readonly ok: true;
  readonly connection: Connection;
  /** Ids of the observations that led here. */
  readonly path: readonly string[];
  /** Closes the connection and frees its place at the address. */
  close(): void;
}

export interface NotReached {
  readonly ok: false;
  readonly failure: Failure;
  readonly path: readonly string[];
}

export type ReachOutcome = Reached | NotReached;

export interface ReachAttempt {
  /** Settles with the first address that answers, or with the most telling failure once all have failed. */
  readonly first: Promise<ReachOutcome>;
  /** Settles when every address has been tried to its end: the others are evidence too. */
  readonly all: Promise<readonly { readonly address: string; readonly outcome: ReachOutcome }[]>;
}

const ipv4PerHost = 2;
const ipv6PerHost = 1;
/** How long an IPv6 address may still take once IPv4 has answered: dead IPv6 is common and harms nobody. */
const ipv6GraceMs = 1500;
/** How long an unanswered dial keeps its place at the address. */
const silentPlaceMs = 1000;

/** Tries every address of a host separately, in parallel: no happy eyeballs, so that each one's own fate is known. */
export async function reach(
  session: Session,
  open: OpenRoute,
  request: ReachRequest,
  context: StepContext,
): Promise<ReachAttempt> {
  const found = await findAddresses(session, open, request, context);
  if (!found.ok) {
    return { first: Promise.resolve(found.outcome), all: Promise.resolve([]) };
  }
  const ipv6Abort = new AbortController();
  const attempts = found.addresses.map((address) => {
    const ids = [...found.path];
    const signal = isIP(address) === 6 ? AbortSignal.any([context.signal, ipv6Abort.signal]) : context.signal;
    const outcome = reachOne(session, open, request, address, tracePath({ ...context, signal }, ids), ids);
    return { address, outcome };
  });
  const first = firstAnswer(attempts);
  const all = Promise.all(attempts.map(async ({ address, outcome }) => ({ address, outcome: await outcome })));
  giveUpOnIpv6(session, attempts, first, ipv6Abort);
  return { first, all };
}

type Found =
  | { readonly ok: true; readonly addresses: readonly string[]; readonly path: readonly string[] }
  | { readonly ok: false; readonly outcome: NotReached };

async function findAddresses(
  session: Session,
  open: OpenRoute,
  request: ReachRequest,
  context: StepContext,
): Promise<Found> {
  if (request.addresses) return { ok: true, addresses: request.addresses, path: [] };
  if (isIP(request.host) !== 0 || open.dialer.remoteDns) return { ok: true, addresses: [request.host], path: [] };
  const resolved = await resolveSystem(request.host, context);
  if (!resolved.ok) {
    return { ok: false, outcome: { ok: false, failure: resolved.failure, path: [resolved.observation] } };
  }
  const all = resolved.value.map((answer) => answer.address);
  const ipv4 = rotate(
    all.filter((address) => isIP(address) === 4),
    request.rotation,
  ).slice(0, ipv4PerHost);
  const ipv6 = all.filter((address) => isIP(address) === 6).slice(0, ipv6PerHost);
  // Without IPv6 on this machine an AAAA proves nothing; it is dialled only when there is nothing else to show.
  const addresses = ipv4.length > 0 && !hasIpv6(session) ? ipv4 : [...ipv4, ...ipv6];
  return { ok: true, addresses, path: [resolved.observation] };
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

async function reachOne(
  session: Session,
  open: OpenRoute,
  request: ReachRequest,
  address: string,
  context: StepContext,
  path: readonly string[],
): Promise<ReachOutcome> {
  let release: Release;
  try {
    const keys = request.crowded === true ? [] : placeKeys(open.route.id, address);
    release = await session.limiter.acquire(keys, context.signal);
  } catch {
    return { ok: false, failure: abortFailure(context.signal), path };
  }
  const dialled = await dialWithPlace(session, open, { host: address, port: request.port }, context, release);
  if (!dialled.ok) {
    release();
    return { ok: false, failure: dialled.failure, path };
  }
  const close = () => {
    dialled.value.socket.destroy();
    release();
  };
  if (!request.secure) return { ok: true, connection: dialled.value, path, close };
  const named = isIP(request.host) === 0 ? { serverName: request.host } : {};
  const secured = await tlsStep(dialled.value, { ...named, verify: request.host, peer: 'target' }, context);
  if (!secured.ok) {
    close();
    return { ok: false, failure: secured.failure, path };
  }
  return {
    ok: true,
    connection: secured.value,
    path,
    close: () => {
      secured.value.socket.destroy();
      close();
    },
  };
}

/**
 * Places at an address are for connections that talk. A dial that nobody has answered for a second burdens nobody, so it
 * hands its place on: otherwise a dropped /24 with ten hosts would be found out two hosts at a time.
 */
export async function dialWithPlace(
  session: Session,
  open: OpenRoute,
  to: Destination,
  context: StepContext,
  release: Release,
): Promise<StepResult<Connection>> {
  const answered = new AbortController();
  session.dependencies.clock.sleep(silentPlaceMs, answered.signal).then(release, () => {});
  try {
    return await open.dialer.dial(to, context);
  } finally {
    answered.abort(settled);
  }
}

/** Two connections per address and two per /24 (or /48) of one route at a time, so that nobody is flooded. */
export function placeKeys(routeId: string, address: string): readonly string[] {
  const keys = [`address ${routeId} ${address}`];
  return isIP(address) === 0 ? keys : [...keys, `prefix ${routeId} ${prefixKey(address)}`];
}

export function abortFailure(signal: AbortSignal): Failure {
  return { step: 'connect', kind: signal.reason instanceof DeadlineError ? 'timeout' : 'aborted' };
}

interface RunningAttempt {
  readonly address: string;
  readonly outcome: Promise<ReachOutcome>;
}

/** IPv4 is preferred: an answer over IPv6 counts first only when every IPv4 address failed. */
async function firstAnswer(attempts: readonly RunningAttempt[]): Promise<ReachOutcome> {
  const ipv6 = attempts.filter(({ address }) => isIP(address) === 6);
  const others = attempts.filter(({ address }) => isIP(address) !== 6);
  const failures: NotReached[] = [];
  for (const group of [others, ipv6]) {
    const winner = await firstOk(group, failures);
    if (winner) {
      closeTheOthers(attempts, winner);
      return winner;
    }
  }
  const telling = failures.filter((_, index) => index < others.length);
  return mostTelling(telling.length > 0 ? telling : failures);
}

function firstOk(group: readonly RunningAttempt[], failures: NotReached[]): Promise<Reached | undefined> {
  return new Promise((resolve, reject) => {
    let open = group.length;
    if (open === 0) resolve(undefined);
    for (const { outcome } of group) {
      outcome.then((settled) => {
        if (settled.ok) return resolve(settled);
        failures.push(settled);
        open -= 1;
        if (open === 0) resolve(undefined);
      }, reject);
    }
  });
}

function closeTheOthers(attempts: readonly RunningAttempt[], winner: Reached): void {
  for (const { outcome } of attempts) {
    outcome.then(
      (settled) => settled.ok && settled !== winner && settled.close(),
      () => {},
    );
  }
}

/** The failure that got furthest says most: a reset after ClientHello tells more than a second address that is silent. */
function mostTelling(failures: readonly NotReached[]): NotReached {
  const depth = (item: NotReached) => stepNames.indexOf(item.failure.step);
  const best = failures.reduce((a, b) => (depth(b) > depth(a) ? b : a));
  return best;
}

function giveUpOnIpv6(
  session: Session,
  attempts: readonly RunningAttempt[],
  first: Promise<ReachOutcome>,
  ipv6Abort: AbortController,
): void {
  const ipv6 = attempts.filter(({ address }) => isIP(address) === 6);
  if (ipv6.length === 0 || ipv6.length === attempts.length) return;
  const { clock } = session.dependencies;
  const done = new AbortController();
  const startedAt = clock.now();
  Promise.allSettled(ipv6.map(({ outcome }) => outcome)).then(() => done.abort(settled));
  first.then(
    (outcome) => {
      if (!outcome.ok || done.signal.aborted) return;
      const left = Math.max(0, ipv6GraceMs - (clock.now() - startedAt));
      clock.sleep(left, done.signal).then(
        () => ipv6Abort.abort(new DeadlineError('given up: IPv4 had answered')),
        () => {},
      );
    },
    () => {},
  );
}
