import type { Failure } from '../../model/failure.ts';
import type { HelloProfile, Observation } from '../../model/observation.ts';
import type { Target } from '../../model/target.ts';
import type { Attempt, StepContext } from '../step.ts';
import { mtproxyStep } from '../steps/mtproxy.ts';
import type { Outcome } from './outcome.ts';
import type { Job } from './run-job.ts';
import { createStepContext, type Mtproxy, type OpenRoute, type Session, tracePath } from './session.ts';
import { enoughEndpoints } from './try-mtproto.ts';

/**
 * Whether a route can be asked for a target at all. An MTProxy chooses the address of a data centre by itself, so it leads
 * to Telegram's data centres by their number; to somebody's own address, even where Telegram answers there, it does not.
 */
export function carries(open: OpenRoute, target: Target): boolean {
  return open.mtproxy === undefined || (target.protocol === 'mtproto' && target.telegram !== undefined);
}

interface DcOutcome {
  readonly ok: boolean;
  readonly failure?: Failure;
  readonly path: readonly string[];
}

/** What a first try learned, by data centre; a second try repeats only those that failed. */
export type DcMemory = Map<number, DcOutcome>;

/** One try of a Telegram target through an MTProxy: each of its data centres once, whatever addresses it has. */
export async function tryMtproxy(
  session: Session,
  { target, forGate = false }: Job,
  mtproxy: Mtproxy,
  context: StepContext,
  observations: Observation[],
  attempt: Attempt['try'],
  memory: DcMemory,
): Promise<Outcome> {
  const numbers = new Set(target.endpoints?.map(({ dc }) => dc) ?? (target.telegram ? [target.telegram.dc] : []));
  const due = [...numbers].filter((dc) => !memory.get(dc)?.ok);
  const older = createStepContext(session, { purpose: 'fallback', try: attempt }, context.signal, observations);
  const skew = session.clockSkew.current() ?? 0;
  const outcomes = await Promise.all(
    due.map((dc) => tryDataCentre(mtproxy, dc, skew, context, forGate ? undefined : older)),
  );
  for (const [index, dc] of due.entries()) {
    const outcome = outcomes[index];
    if (outcome) memory.set(dc, outcome);
  }
  return summarise([...memory.values()]);
}

async function tryDataCentre(
  mtproxy: Mtproxy,
  dc: number,
  clockSkewMs: number,
  context: StepContext,
  older: StepContext | undefined,
): Promise<DcOutcome> {
  const outcome = await exchange(mtproxy, dc, 'modern', clockSkewMs, context);
  const { failure } = outcome;
  if (!older || !failure || !mayBeItsShape(mtproxy, failure) || context.signal.aborted) return outcome;
  // A filter, or a proxy of long ago, may mind the shape of this hello: does the older one pass? Never asked where the first
  // one passed: the older shape is what filters look for, and could give a working proxy away.
  const passes = await mtproxy.olderHelloPasses(async () => {
    const compared = await exchange(mtproxy, dc, 'classic', clockSkewMs, older);
    return compared.ok;
  });
  return passes ? { ...outcome, failure: { ...failure, detail: 'hello-shape' } } : outcome;
}

async function exchange(
  mtproxy: Mtproxy,
  dc: number,
  profile: HelloProfile,
  clockSkewMs: number,
  context: StepContext,
): Promise<DcOutcome> {
  const path: string[] = [];
  const traced = tracePath(context, path);
  const connected = await mtproxy.connect(traced);
  if (!connected.ok) return { ok: false, failure: connected.failure, path };
  const answered = await mtproxyStep(connected.value, { secret: mtproxy.secret, dc, profile, clockSkewMs }, traced);
  return answered.ok ? { ok: true, path } : { ok: false, failure: answered.failure, path };
}

const cutKinds = new Set<Failure['kind']>(['timeout', 'kernel-timeout', 'stall', 'reset', 'eof']);

/** Proxies that read no more than 517 bytes take a longer hello for a stranger's, and show their mask. */
function mayBeItsShape({ secret }: Mtproxy, { step, kind, detail }: Failure): boolean {
  if (secret.kind !== 'fake-tls' || step === 'connect') return false;
  return cutKinds.has(kind) || detail === 'ordinary-site';
}

function summarise(outcomes: readonly DcOutcome[]): Outcome {
  const passed = outcomes.filter(({ ok }) => ok);
  const failed = outcomes.filter(({ ok }) => !ok);
  const endpoints = { tried: outcomes.length, ok: passed.length, failed: failed.length, skipped: 0 };
  const path = (passed[0] ?? failed[0])?.path ?? [];
  if (outcomes.length > 0 && passed.length >= enoughEndpoints * outcomes.length) return { ok: true, path, endpoints };
  const failure = failed[0]?.failure;
  return { ok: false, path, endpoints, ...(failure ? { failure } : {}) };
}
