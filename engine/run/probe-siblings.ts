import type { Failure } from '../../model/failure.ts';
import type { Observation } from '../../model/observation.ts';
import type { SiblingProbe } from '../../model/report.ts';
import { findThinRanges } from '../collateral/find-thin-ranges.ts';
import { settled } from '../deadline.ts';
import type { Gate } from '../gate/run-gate.ts';
import { dialWithPlace, placeKeys } from '../job/reach.ts';
import { createStepContext, type OpenRoute, type Session } from '../job/session.ts';
import { mapInTurns } from '../map-in-turns.ts';
import { httpStep } from '../steps/http.ts';
import { tlsStep } from '../steps/tls.ts';
import { findCloud } from './find-cloud.ts';
import { judgeRow } from './judge-rows.ts';
import { type Candidate, candidateAtAddress, howToAsk, listCandidates, pinnedAddresses } from './range-candidates.ts';
import type { Row } from './row.ts';

/** Ranges asked about in one run, names resolved for it, and of these at once. */
const most = { ranges: 16, names: 100, namesAtOnce: 4 };
/** Between the starts of two probes in one range, in milliseconds. */
const spacing = { least: 500, most: 1000 };

/**
 * The deep profile's look around: in the ranges of hosts that cannot be connected to, where too few neighbours were tested to
 * tell why, some more hosts are asked. Here it is one TCP connection each; one that fails is then asked for over the first
 * control that works. At most two in a range at once, spaced, and four in all. Never rejects for a network cause; what is
 * known when the signal aborts is returned.
 */
export async function probeSiblings(
  session: Session,
  gate: Gate,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<readonly SiblingProbe[]> {
  const probes: SiblingProbe[] = [];
  try {
    const candidates = await findCandidates(session, gate, rows, signal);
    const control = findControl(session, gate);
    await Promise.all(
      candidates.map((range) => probeRange(session, range, control, signal, (probe) => probes.push(probe))),
    );
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return probes.sort((a, b) => a.prefix.localeCompare(b.prefix) || a.address.localeCompare(b.address));
}

function findControl({ routes }: Session, gate: Gate): OpenRoute | undefined {
  return routes.find(({ mtproxy }, index) => index > 0 && !mtproxy && gate.baselines[index]?.baseline.ok === true);
}

async function findCandidates(
  session: Session,
  gate: Gate,
  rows: readonly Row[],
  signal: AbortSignal,
): Promise<readonly (readonly Candidate[])[]> {
  const { siblings, profile } = session.input;
  const { kind } = session.routes[0].route;
  const leavesFromHere = kind === 'direct' || kind === 'interface';
  if (profile !== 'deep' || !siblings || !leavesFromHere || signal.aborted) return [];
  const { facts } = session.dependencies;
  const findings = (await mapInTurns(rows, ({ target, results }) => findCloud([target], results, facts))).flat();
  const hosts = await mapInTurns(rows, (row) => ({
    ...row,
    verdict: judgeRow(session, gate, row, { whitelist: false }),
  }));
  const thin = await findThinRanges(findings, hosts, { routes: gate.routes, environment: gate.environment });
  const lacking = new Map([...thin].slice(0, most.ranges));
  if (lacking.size === 0) return [];
  const list = listCandidates(lacking, findings, facts);
  const askable = siblings.targets.flatMap((other) => {
    const how = howToAsk(other);
    return how ? [{ ...how, target: other.target, host: other.target.host }] : [];
  });
  for (const { target, ...how } of askable) {
    for (const address of pinnedAddresses(target)) list.offer({ ...how, address });
  }
  const named = askable.filter(({ target }) => target.addresses === undefined);
  const hostsToResolve = [...new Map(named.map(({ target: _, ...how }) => [how.host, how])).values()];
  const resolve = createResolver(session, findControl(session, gate), signal);
  for (let from = 0; from < Math.min(most.names, hostsToResolve.length) && !list.isFull(); from += most.namesAtOnce) {
    const some = hostsToResolve.slice(from, Math.min(most.names, from + most.namesAtOnce));
    const answers = await Promise.all(some.map(async (how) => ({ how, addresses: await resolve(how.host) })));
    for (const { how, addresses } of answers) {
      for (const address of addresses) list.offer({ ...how, address });
    }
  }
  for (const address of siblings.addresses) {
    const found = candidateAtAddress(address);
    if (found) list.offer(found);
  }
  return [...list.byPrefix.values()];
}

/**
 * Nobody asked for these hosts, so their names are shown to no resolver in the clear: DoH here, or, where that is silent, DoH
 * over the control.
 */
function createResolver(session: Session, control: OpenRoute | undefined, signal: AbortSignal) {
  let via: readonly OpenRoute[] = [session.routes[0], ...(control ? [control] : [])];
  return async (host: string): Promise<readonly string[]> => {
    for (const open of via) {
      signal.throwIfAborted();
      const context = createStepContext(session, { purpose: 'main', try: 1 }, signal, []);
      const answer = await open.doh.resolve(host, context);
      if (answer.ok) return answer.value.map(({ address }) => address);
      const { kind } = answer.failure;
      if (kind === 'nxdomain' || kind === 'no-answer') return [];
      // Silent for one name, silent for the next.
      via = via.filter((other) => other !== open);
    }
    return [];
  };
}

async function probeRange(
  session: Session,
  candidates: readonly Candidate[],
  control: OpenRoute | undefined,
  signal: AbortSignal,
  say: (probe: SiblingProbe) => void,
): Promise<void> {
  const { clock } = session.dependencies;
  const underWay: Promise<void>[] = [];
  for (const [at, candidate] of candidates.entries()) {
    if (at > 0) await clock.sleep(spacing.least + clock.random() * (spacing.most - spacing.least), signal);
    const release = await session.limiter.acquire([`range ${candidate.prefix}`], signal);
    const probe = probeOne(session, candidate, control, signal).then((found) => found && say(found));
    const ended = probe.then(() => {}).finally(release);
    ended.catch(() => {});
    underWay.push(ended);
  }
  await Promise.all(underWay);
}

/** Ends of a connection attempt that say something of the address. */
const telling = new Set<Failure['kind']>(['timeout', 'kernel-timeout', 'refused', 'reset', 'eof', 'unreachable']);

/** Nothing where the attempt says nothing of the address: it was stopped, or this machine itself was in the way. */
async function probeOne(
  session: Session,
  candidate: Candidate,
  control: OpenRoute | undefined,
  signal: AbortSignal,
): Promise<SiblingProbe | undefined> {
  const { address, prefix, source, host } = candidate;
  const { clock } = session.dependencies;
  const about = { address, ...(host === undefined ? {} : { host }), prefix, source };
  const startedAt = clock.now();
  const here = await dial(session, session.routes[0], candidate, signal, async () => 'ok' as const);
  if (here === 'ok') return { ...about, here, control: 'none', ms: Math.round((clock.now() - startedAt) * 10) / 10 };
  if (signal.aborted || !telling.has(here.kind)) return undefined;
  if (!control) return { ...about, here: 'failed', control: 'none' };
  const there = await dial(session, control, candidate, signal, (connection, context, seen) =>
    isAlive(session, candidate, connection, context, seen),
  );
  return signal.aborted ? undefined : { ...about, here: 'failed', control: there === 'ok' ? 'ok' : 'failed' };
}

type Connected = Extract<Awaited<ReturnType<OpenRoute['dialer']['dial']>>, { ok: true }>['value'];

/** Connects, and goes on with `speak` where that succeeds; otherwise how it failed. */
async function dial(
  session: Session,
  open: OpenRoute,
  { address, port }: Candidate,
  signal: AbortSignal,
  speak: (
    connection: Connected,
    context: ReturnType<typeof createStepContext>,
    seen: readonly Observation[],
  ) => Promise<'ok' | Failure>,
): Promise<'ok' | Failure> {
  const seen: Observation[] = [];
  const done = new AbortController();
  const context = createStepContext(session, { purpose: 'main', try: 1 }, AbortSignal.any([signal, done.signal]), seen);
  const release = await session.limiter.acquire(placeKeys(open.route.id, address), signal);
  try {
    const dialled = await dialWithPlace(session, open, { host: address, port }, context, release);
    if (!dialled.ok) return dialled.failure;
    return await speak(dialled.value, context, seen).finally(() => dialled.value.socket.destroy());
  } finally {
    release();
    done.abort(settled);
  }
}

/** Many proxies say yes before they have dialled anybody: only what the host itself says counts. */
async function isAlive(
  session: Session,
  { proof }: Candidate,
  connection: Connected,
  context: ReturnType<typeof createStepContext>,
  seen: readonly Observation[],
): Promise<'ok' | Failure> {
  if ('serverName' in proof) {
    const { serverName } = proof;
    const secured = await tlsStep(connection, { serverName, verify: serverName, peer: 'target' }, context);
    if (secured.ok) secured.value.socket.destroy();
    return secured.ok ? 'ok' : secured.failure;
  }
  const answered = await httpStep(
    connection,
    { url: proof.url, redirects: [], marks: session.dependencies.marks },
    context,
  );
  const spoke = seen.some((item) => item.step === 'http' && item.status !== undefined);
  return answered.ok || spoke ? 'ok' : answered.failure;
}
