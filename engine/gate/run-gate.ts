import { isIP } from 'node:net';
import type { Environment } from '../../model/environment.ts';
import type { Observation } from '../../model/observation.ts';
import type { RouteSummary } from '../../model/route.ts';
import { type Route, resolvesRemotely } from '../../model/route.ts';
import { withDeadline } from '../deadline.ts';
import { createStepContext, hasIpv6, type Session } from '../job/session.ts';
import { type BaselineReading, readBaseline } from './baseline.ts';
import { findSourceInterface, readTunnel } from './tunnel.ts';

/** What must be known before anything is judged. */
export interface Gate {
  readonly environment: Environment;
  readonly routes: readonly RouteSummary[];
  readonly baselines: readonly BaselineReading[];
  /** True when the machine has no way out at all: every baseline failed before a packet could leave. */
  readonly offline: boolean;
}

/** TEST-NET-1 (RFC 5737): nobody lives there, so a connection that succeeds was answered by something in between. */
const unassigned = { address: '192.0.2.1', port: 443 };
/** Whatever answers for everyone is near; waiting longer would only slow every run down. */
const unassignedWaitMs = 1000;

export async function runGate(session: Session, signal: AbortSignal): Promise<Gate> {
  const own = readOwnBaseline(session, signal);
  const [current, baselines, connectsProveNothing, sources] = await Promise.all([
    own,
    Promise.all(session.routes.map((open) => (open === session.own ? own : readBaseline(session, open, signal)))),
    connectsToNobody(session, signal),
    Promise.all(
      probeAddresses(session).map((address) => findSourceInterface(session.dependencies.network, address, signal)),
    ),
  ]);
  const observations = current.results.flatMap((result) => result.observations);
  const { host } = session.input;
  const environment: Environment = {
    platform: host.platform,
    tunnel: readTunnel(sources, session.dependencies.network.interfaces(), host.defaultRouteInterfaces),
    systemProxy: host.systemProxy,
    captivePortal: isCaptive(current),
    connectsProveNothing,
    ipv6: readIpv6(session, observations),
    clockSkewMs: readClockSkew(session, observations),
    bypassTools: [...host.bypassTools],
    httpsScanning: observations.some((item) => item.step === 'tls' && item.trust === 'system'),
  };
  return {
    environment,
    baselines,
    routes: session.routes.map(({ route }, index) => summariseRoute(route, baselines[index])),
    offline: isOffline(current),
  };
}

/** The clock is told as soon as the first site has, for somebody may be waiting for it. */
async function readOwnBaseline(session: Session, signal: AbortSignal): Promise<BaselineReading> {
  const { clockSkew } = session;
  try {
    const reading = await readBaseline(session, session.own, signal, ({ observations }) => {
      const ms = readClockSkew(session, observations);
      if (ms !== null) clockSkew.tell(ms);
    });
    clockSkew.tell(
      readClockSkew(
        session,
        reading.results.flatMap(({ observations }) => observations),
      ),
    );
    return reading;
  } finally {
    clockSkew.tell(null);
  }
}

/** Only where connections leave from this machine itself: through a proxy, it is the proxy's word that counts for nothing. */
async function connectsToNobody(session: Session, signal: AbortSignal): Promise<boolean> {
  const { route, dialer } = session.own;
  if (route.kind !== 'direct' && route.kind !== 'interface') return false;
  const { clock } = session.dependencies;
  const wait = Math.min(unassignedWaitMs, session.input.timeouts.connect);
  const to = { host: unassigned.address, port: unassigned.port };
  try {
    const dialled = await withDeadline(clock, wait, signal, (inner) =>
      dialer.dial(to, createStepContext(session, { purpose: 'main', try: 1 }, inner, [])),
    );
    if (dialled.ok) dialled.value.socket.destroy();
    return dialled.ok;
  } catch {
    return false;
  }
}

function probeAddresses(session: Session): readonly string[] {
  return [unassigned.address, session.input.dns.address, ...session.input.doh.addresses].filter(
    (address) => isIP(address) === 4,
  );
}

/** Somebody answered every neutral question with something else: the page of a hotel, a café, an empty account. */
function isCaptive(reading: BaselineReading): boolean {
  const answeredWrongly = reading.results.some(
    ({ failure }) =>
      failure?.kind === 'not-this-service' || failure?.kind === 'block-page' || failure?.kind === 'http-status',
  );
  return !reading.baseline.ok && answeredWrongly;
}

function isOffline(reading: BaselineReading): boolean {
  const localKinds = new Set(['network-down', 'unreachable', 'servfail', 'no-answer', 'nxdomain', 'timeout']);
  const neverLeft = (item: Observation) =>
    item.failure?.kind === 'network-down' || item.failure?.kind === 'unreachable';
  const failures = reading.results.flatMap(({ failure }) => (failure ? [failure] : []));
  const observations = reading.results.flatMap((result) => result.observations);
  return (
    !reading.baseline.ok &&
    failures.length > 0 &&
    failures.every((failure) => localKinds.has(failure.kind)) &&
    observations.some(neverLeft) &&
    observations.every((item) => item.failure !== undefined)
  );
}

function readIpv6(session: Session, observations: readonly Observation[]): Environment['ipv6'] {
  if (!hasIpv6(session)) return 'absent';
  const tried = observations.filter(
    (item) =>
      item.step === 'connect' && item.peer === 'target' && item.address !== undefined && isIP(item.address) === 6,
  );
  if (tried.length === 0) return 'unknown';
  return tried.some((item) => !item.failure) ? 'works' : 'broken';
}

/** Our clock minus the servers', from their Date headers (RFC 9110 6.6.1, whole seconds): the median of all that told. */
function readClockSkew(session: Session, observations: readonly Observation[]): number | null {
  const { clock } = session.dependencies;
  const wallAtStart = clock.wall() - (clock.now() - session.startedAt);
  const skews = observations.flatMap((item) => {
    const date = item.step === 'http' ? Date.parse(item.headers.date ?? '') : Number.NaN;
    if (Number.isNaN(date)) return [];
    // The header is cut to the second: half a second is the middle of what it can mean.
    return [Math.round(wallAtStart + item.startMs + item.ms - (date + 500))];
  });
  if (skews.length === 0) return null;
  return skews.sort((a, b) => a - b)[Math.floor(skews.length / 2)] ?? null;
}

export function summariseRoute(route: Route, reading: BaselineReading | undefined): RouteSummary {
  return {
    id: route.id,
    kind: route.kind,
    label: route.label,
    endpoint: endpointOf(route),
    remoteDns: resolvesRemotely(route.kind),
    baseline: reading?.baseline ?? { ok: false, passed: 0, tried: 0 },
    ...(reading?.failure ? { failure: reading.failure } : {}),
  };
}

function endpointOf(route: Route): string | null {
  if (route.kind === 'direct') return null;
  if (route.kind === 'interface') return route.interface;
  return isIP(route.host) === 6 ? `[${route.host}]:${route.port}` : `${route.host}:${route.port}`;
}
