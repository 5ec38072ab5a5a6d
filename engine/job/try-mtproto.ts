import { isIP } from 'node:net';
import type { Failure } from '../../model/failure.ts';
import type { Observation } from '../../model/observation.ts';
import type { MtprotoEndpoint, Target } from '../../model/target.ts';
import type { Attempt, StepContext } from '../step.ts';
import { mtprotoStep } from '../steps/mtproto.ts';
import type { EndpointCounts, Outcome } from './outcome.ts';
import { createStepContext, hasIpv6, type OpenRoute, type Session, tracePath } from './session.ts';

/** The share of endpoints that must answer for Telegram to count as working. */
export const enoughEndpoints = 0.8;

interface EndpointOutcome {
  readonly endpoint: MtprotoEndpoint;
  readonly ok: boolean;
  readonly failure?: Failure;
  readonly path: readonly string[];
}

/** What a first try learned of each endpoint; a second try repeats only those that failed. */
export type EndpointMemory = Map<string, EndpointOutcome>;

export function endpointsOf(target: Target): readonly MtprotoEndpoint[] {
  if (target.endpoints) return target.endpoints;
  const addresses = target.addresses ?? [target.host];
  return addresses.map((address) => ({ address, port: target.port, dc: 2 }));
}

/**
 * One try of a Telegram data centre: all of its endpoints at once. They are exempt from the limit per /24, because a data
 * centre is a dozen endpoints in one prefix, and two at a time would take a minute to find that all are silent.
 */
export async function tryMtproto(
  session: Session,
  open: OpenRoute,
  target: Target,
  context: StepContext,
  observations: Observation[],
  attempt: Attempt['try'],
  memory: EndpointMemory,
): Promise<Outcome> {
  const endpoints = endpointsOf(target);
  const usable = endpoints.filter((endpoint) => isUsable(session, open, endpoint, endpoints));
  const due = usable.filter((endpoint) => !memory.get(keyOf(endpoint))?.ok);
  const fallback = createStepContext(session, { purpose: 'fallback', try: attempt }, context.signal, observations);
  const outcomes = await Promise.all(due.map((endpoint) => tryEndpoint(open, endpoint, context, fallback)));
  for (const outcome of outcomes) memory.set(keyOf(outcome.endpoint), outcome);
  return summarise([...memory.values()], endpoints.length);
}

function keyOf(endpoint: MtprotoEndpoint): string {
  return `${endpoint.address} ${endpoint.port} ${endpoint.dc}`;
}

function isUsable(
  session: Session,
  open: OpenRoute,
  endpoint: MtprotoEndpoint,
  all: readonly MtprotoEndpoint[],
): boolean {
  if (isIP(endpoint.address) !== 6 || all.every(({ address }) => isIP(address) === 6)) return true;
  if (open.route.kind === 'socks4') return false;
  const leavesFromHere = open.route.kind === 'direct' || open.route.kind === 'interface';
  return !leavesFromHere || hasIpv6(session);
}

async function tryEndpoint(
  open: OpenRoute,
  endpoint: MtprotoEndpoint,
  context: StepContext,
  fallback: StepContext,
): Promise<EndpointOutcome> {
  const obfuscated = await exchange(open, endpoint, 'obfuscated-padded', context);
  if (obfuscated.ok || obfuscated.failure?.step !== 'mtproto' || context.signal.aborted) return obfuscated;
  // The address lives but this stream did not pass: does a plain one? The answer is evidence, not a success, because
  // Telegram's apps do not fall back to it.
  await exchange(open, endpoint, 'abridged', fallback);
  return obfuscated;
}

async function exchange(
  open: OpenRoute,
  endpoint: MtprotoEndpoint,
  transport: 'obfuscated-padded' | 'abridged',
  context: StepContext,
): Promise<EndpointOutcome> {
  const path: string[] = [];
  const traced = tracePath(context, path);
  const dialled = await open.dialer.dial({ host: endpoint.address, port: endpoint.port }, traced);
  if (!dialled.ok) return { endpoint, ok: false, failure: dialled.failure, path };
  try {
    const answered = await mtprotoStep(dialled.value, { dc: endpoint.dc, transport }, traced);
    return answered.ok ? { endpoint, ok: true, path } : { endpoint, ok: false, failure: answered.failure, path };
  } finally {
    dialled.value.socket.destroy();
  }
}

function summarise(outcomes: readonly EndpointOutcome[], total: number): Outcome {
  // IPv6 that fails is masked where there is IPv4: it is often just not there. IPv6 that answers counts as it is.
  const ipv4 = outcomes.filter(({ endpoint }) => isIP(endpoint.address) === 4);
  const counted = ipv4.length > 0 ? outcomes.filter((outcome) => outcome.ok || ipv4.includes(outcome)) : outcomes;
  const passed = counted.filter(({ ok }) => ok);
  const failed = counted.filter(({ ok }) => !ok);
  const endpoints: EndpointCounts = {
    tried: counted.length,
    ok: passed.length,
    failed: failed.length,
    skipped: total - counted.length,
  };
  const failure = mostCommonFailure(failed);
  const best = passed[0] ?? failed[0];
  const path = best?.path ?? [];
  if (counted.length > 0 && passed.length >= enoughEndpoints * counted.length) return { ok: true, path, endpoints };
  return { ok: false, path, endpoints, ...(failure ? { failure } : {}) };
}

/** The commonest end, with its code and detail where all of that kind have the same. */
function mostCommonFailure(failed: readonly EndpointOutcome[]): Failure | undefined {
  const failures = failed.flatMap(({ failure }) => (failure ? [failure] : []));
  const groups = [...Map.groupBy(failures, ({ step, kind }) => `${step} ${kind}`).values()];
  const [first, ...others] = groups.sort((a, b) => b.length - a.length)[0] ?? [];
  if (!first) return undefined;
  const { step, kind, code, detail } = first;
  return {
    step,
    kind,
    ...(code !== undefined && others.every((other) => other.code === code) ? { code } : {}),
    ...(detail !== undefined && others.every((other) => other.detail === detail) ? { detail } : {}),
  };
}
