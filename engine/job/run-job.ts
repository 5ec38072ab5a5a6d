import type { Failure } from '../../model/failure.ts';
import type { Observation, ObservationOf } from '../../model/observation.ts';
import type { Result, ResultState } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import { DeadlineError, settled, withDeadline } from '../deadline.ts';
import type { Release } from '../run/limiter.ts';
import type { Attempt, StepContext } from '../step.ts';
import type { Outcome } from './outcome.ts';
import { createStepContext, type OpenRoute, type Session } from './session.ts';
import { type EndpointMemory, tryMtproto } from './try-mtproto.ts';
import { carries, type DcMemory, tryMtproxy } from './try-mtproxy.ts';
import { tryStream } from './try-stream.ts';

/** One target over one route. */
export interface Job {
  readonly target: Target;
  readonly open: OpenRoute;
  /** The gate's own question, whose observations no report holds: what is looked at once only is left to the others. */
  readonly forGate?: boolean;
}

/** Enough for a hiccup to pass and for a burst of retries to spread. */
const retryAfterMs = { least: 300, most: 500 };
/** Steps end within 100 ms of an abort. */
const settleMs = 200;

export interface JobOptions {
  /** A place in the queue that the caller already holds for the first try. */
  readonly place?: Release | undefined;
  /** Called when the first try failed and a second one is coming, with what was seen so far. */
  readonly onRetry?: (seen: FailedTry) => void;
}

export interface FailedTry {
  readonly failure: Failure;
  readonly observations: readonly Observation[];
}

/**
 * Runs a job: one try, and one more after some jitter when it failed. A success is never repeated, both tries are kept, and
 * the place in the queue is given back in between. Never rejects for a network cause.
 */
export async function runJob(
  session: Session,
  job: Job,
  signal: AbortSignal,
  options: JobOptions = {},
): Promise<Result> {
  const observations: Observation[] = [];
  const memory: Memory = { endpoints: new Map(), dcs: new Map() };
  const stopped = (tries: number): Result => {
    const state = tries === 0 ? 'skipped' : 'cancelled';
    return { ...identify(job), state, ms: {}, tries, observations: [...observations] };
  };
  if (!carries(job.open, job.target)) {
    options.place?.();
    return { ...stopped(0), detail: 'not-carried' };
  }
  let startedAt: number | undefined;
  let tries = 0;
  try {
    for (;;) {
      const release = await takePlace(session, job, tries === 0 ? options.place : undefined, signal);
      if (signal.aborted) {
        release();
        return stopped(tries);
      }
      startedAt ??= session.dependencies.clock.now();
      tries += 1;
      const once = tryOnce(session, job, signal, observations, tries === 1 ? 1 : 2, memory, release);
      const outcome = await once.finally(release);
      if (signal.aborted) return stopped(tries);
      if (tries === 2 || !deservesRetry(outcome)) {
        const decidedAt = outcome.decidedAt ?? session.dependencies.clock.now();
        return assemble(job, outcome, tries, observations, decidedAt - startedAt);
      }
      if (outcome.failure) options.onRetry?.({ failure: outcome.failure, observations: [...observations] });
      await pauseBeforeRetry(session, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return stopped(tries);
  }
}

/**
 * Whether a deep check tries it a third time, some time after the second: not where the service itself gave an answer, nor
 * where the second try worked.
 */
export function deservesRepeat({ failure, tries }: Result): boolean {
  return failure !== undefined && tries === 2;
}

/**
 * The third try of a job that failed twice.
 *
 * @param failed its result so far, which is also what comes back when the signal aborts
 */
export async function repeatJob(session: Session, job: Job, failed: Result, signal: AbortSignal): Promise<Result> {
  const observations: Observation[] = [...failed.observations];
  const memory: Memory = { endpoints: new Map(), dcs: new Map() };
  try {
    const release = await takePlace(session, job, undefined, signal);
    const startedAt = session.dependencies.clock.now();
    const outcome = await tryOnce(session, job, signal, observations, 3, memory, release).finally(release);
    if (signal.aborted) return failed;
    const decidedAt = outcome.decidedAt ?? session.dependencies.clock.now();
    return assemble(job, outcome, 3, observations, decidedAt - startedAt);
  } catch (error) {
    if (!signal.aborted) throw error;
    return failed;
  }
}

/** What a first try learned; a second one repeats only what failed. */
interface Memory {
  readonly endpoints: EndpointMemory;
  readonly dcs: DcMemory;
}

/**
 * An MTProxy with fake TLS refuses whoever comes with a wrong time, so there the clock is measured first. No place is held
 * meanwhile: the sites that tell the time need some too.
 */
async function takePlace(
  session: Session,
  { open, forGate }: Job,
  held: Release | undefined,
  signal: AbortSignal,
): Promise<Release> {
  const waits = open.mtproxy?.secret.kind === 'fake-tls';
  if (held && !waits) return held;
  held?.();
  if (waits) await session.clockSkew.settled(signal);
  // The gate does not queue with the targets.
  if (held && forGate) return held;
  return session.limiter.acquire(['job'], signal);
}

function identify(job: Job): { targetId: string; routeId: string } {
  return { targetId: job.target.id, routeId: job.open.route.id };
}

async function pauseBeforeRetry(session: Session, signal: AbortSignal): Promise<void> {
  const { clock } = session.dependencies;
  const jitter = clock.random() * (retryAfterMs.most - retryAfterMs.least);
  await clock.sleep(retryAfterMs.least + jitter, signal);
}

/** An answer of the service itself, whatever it says, is not tried again. */
function deservesRetry(outcome: Outcome): boolean {
  return !outcome.ok && outcome.failure?.kind !== 'http-status';
}

async function tryOnce(
  session: Session,
  job: Job,
  signal: AbortSignal,
  observations: Observation[],
  attempt: Attempt['try'],
  memory: Memory,
  onDecided: () => void,
): Promise<Outcome> {
  const { clock } = session.dependencies;
  const cut = new AbortController();
  let working: Promise<Outcome> | undefined;
  const work = (inner: AbortSignal) => {
    const context: StepContext = createStepContext(
      session,
      { purpose: 'main', try: attempt },
      AbortSignal.any([inner, cut.signal]),
      observations,
    );
    const { open, target } = job;
    working = open.mtproxy
      ? tryMtproxy(session, job, open.mtproxy, context, observations, attempt, memory.dcs)
      : target.protocol === 'mtproto'
        ? tryMtproto(session, open, target, context, observations, attempt, memory.endpoints)
        : tryStream(session, open, target, context, attempt - 1, onDecided);
    return working;
  };
  try {
    return await withDeadline(clock, session.input.timeouts.job, signal, work);
  } catch (error) {
    if (!(error instanceof DeadlineError) || !working) throw error;
    return await lastWords(session, working, signal);
  } finally {
    cut.abort(new DeadlineError('the try is over'));
  }
}

/** The step that the deadline ended still says so itself, and only it knows at which step that was. */
async function lastWords(session: Session, working: Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
  const { clock } = session.dependencies;
  const noWords: Outcome = { ok: false, failure: { step: 'connect', kind: 'unknown', detail: 'job' }, path: [] };
  const done = new AbortController();
  const waited = clock.sleep(settleMs, AbortSignal.any([signal, done.signal])).then(() => noWords);
  try {
    return await Promise.race([working, waited]);
  } finally {
    done.abort(settled);
  }
}

function assemble(
  job: Job,
  outcome: Outcome,
  tries: number,
  observations: readonly Observation[],
  total: number,
): Result {
  const path = new Set(outcome.path);
  return {
    ...identify(job),
    state: stateOf(job, outcome, tries),
    ...(outcome.failure ? { failure: outcome.failure } : {}),
    ms: { ...pathTimes(observations.filter(({ id }) => path.has(id))), total: Math.round(total * 10) / 10 },
    ...(outcome.endpoints && outcome.endpoints.tried > 0 ? { endpoints: outcome.endpoints } : {}),
    tries,
    observations: [...observations],
  };
}

function stateOf(job: Job, outcome: Outcome, tries: number): ResultState {
  if (outcome.ok) return tries === 1 ? 'ok' : 'impaired';
  if (outcome.failure?.kind === 'http-status') return 'impaired';
  const someAnswered = job.target.protocol === 'mtproto' && (outcome.endpoints?.ok ?? 0) > 0;
  return someAnswered ? 'impaired' : 'failed';
}

function pathTimes(path: readonly Observation[]): Result['ms'] {
  const last = <S extends Observation['step']>(step: S) =>
    path.findLast((item): item is ObservationOf<S> => item.step === step);
  const http = last('http');
  const times = {
    resolve: last('resolve')?.ms,
    connect: last('connect')?.ms,
    proxy: last('proxy')?.ms,
    tls: last('tls')?.ms,
    firstByte: http?.firstByteMs ?? last('mtproto')?.pingMs,
  };
  return Object.fromEntries(Object.entries(times).filter(([, ms]) => ms !== undefined));
}
