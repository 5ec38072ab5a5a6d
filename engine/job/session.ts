import type { Observation } from '../../model/observation.ts';
import type { Route } from '../../model/route.ts';
import type { MtproxySecret } from '../mtproxy/parse-secret.ts';
import type { createProxyConnector } from '../route/reach-proxy.ts';
import type { Limiter } from '../run/limiter.ts';
import type { RunDependencies, RunInput } from '../run/run-input.ts';
import type { Attempt, Dialer, StepContext } from '../step.ts';
import type { createDohClient } from '../steps/resolve-doh.ts';
import type { ClockSkew } from './clock-skew.ts';

export type DohClient = ReturnType<typeof createDohClient>;

/** One route of this run, with the things that live as long as the run does. */
export interface OpenRoute {
  readonly route: Route;
  readonly dialer: Dialer;
  /** DoH over this very route: what it says is what the far end of this route says. */
  readonly doh: DohClient;
  /** Present for an MTProxy. It carries no byte streams: its dialer throws, and nothing but Telegram is asked over it. */
  readonly mtproxy?: Mtproxy;
}

export interface Mtproxy {
  readonly secret: MtproxySecret;
  readonly connect: ReturnType<typeof createProxyConnector>;
  /** Whether an older ClientHello passes: `ask` is called for the first who wants to know, and its answer kept for all. */
  olderHelloPasses(ask: () => Promise<boolean>): Promise<boolean>;
}

/** What all jobs of one run share. */
export interface Session {
  readonly input: RunInput;
  readonly dependencies: RunDependencies;
  readonly routes: readonly [OpenRoute, ...OpenRoute[]];
  /**
   * What tells of this machine and its own connection: the first route, or the plain connection where that is an MTProxy
   * (then it may be none of the routes, and nothing but the gate uses it).
   */
  readonly own: OpenRoute;
  readonly clockSkew: ClockSkew;
  readonly limiter: Limiter;
  /** clock.now() at the start of the run. */
  readonly startedAt: number;
  nextObservationId(): string;
}

/** Builds the context of one try: its steps write into `into`. */
export function createStepContext(
  session: Session,
  attempt: Attempt,
  signal: AbortSignal,
  into: Observation[],
): StepContext {
  const { clock, network, trust, facts } = session.dependencies;
  return {
    network,
    clock,
    trust,
    facts,
    signal,
    timeouts: session.input.timeouts,
    record(startedAt, draft) {
      const id = session.nextObservationId();
      const times = {
        startMs: roundToTenth(startedAt - session.startedAt),
        ms: roundToTenth(clock.now() - startedAt),
      };
      into.push({ ...draft, id, purpose: attempt.purpose, try: attempt.try, ...times } as Observation);
      return id;
    },
  };
}

function roundToTenth(ms: number): number {
  return Math.max(0, Math.round(ms * 10) / 10);
}

/** The same context, with the ids of what it records also written to `ids`: one path among several tried in parallel. */
export function tracePath(context: StepContext, ids: string[]): StepContext {
  return {
    ...context,
    record(startedAt, draft) {
      const id = context.record(startedAt, draft);
      ids.push(id);
      return id;
    },
  };
}

/** Whether this machine has an IPv6 address that could reach beyond the link. */
export function hasIpv6(session: Session): boolean {
  return session.dependencies.network
    .interfaces()
    .some((item) => item.family === 6 && !item.internal && !item.address.toLowerCase().startsWith('fe80'));
}
