import { isIP } from 'node:net';
import type { Failure } from '../../model/failure.ts';
import type { Observation, Purpose } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import { isBogon, isFakeIp } from '../addresses.ts';
import { type FailedHop, findFailedHop } from '../failed-hop.ts';
import type { Gate } from '../gate/run-gate.ts';
import type { Release } from '../run/limiter.ts';
import type { StepContext } from '../step.ts';
import { httpStep } from '../steps/http.ts';
import { tlsStep } from '../steps/tls.ts';
import { dialWithPlace, isCrowded, placeKeys } from './reach.ts';
import type { FailedTry } from './run-job.ts';
import { createStepContext, type OpenRoute, type Session } from './session.ts';

/** A name no censor cares for, reserved by RFC 2606: only whether the server answers at all matters, not its certificate. */
const neutralName = 'example.com';

interface Look {
  readonly purpose: Purpose;
  readonly open: OpenRoute;
  readonly address: string;
  readonly port: number;
  /** TLS with this name; absent for a bare TCP connection. */
  readonly serverName?: string;
  /** The certificate must be valid for the name; without it, any answer will do. */
  readonly verify?: boolean;
  /** Fetched where the connection alone would prove too little: many proxies say yes before they have dialled anybody. */
  readonly url?: string;
}

/** What second looks saw, by the id of the route they were taken over. */
export type SecondLooks = ReadonlyMap<string, readonly Observation[]>;

/**
 * Looks again where the current connection failed, so that a failure can be told from its look-alikes: the same address
 * over a control, an innocent name on the same address, the addresses other resolvers gave, another port. A target that
 * works costs nothing here.
 *
 * @param controls results over the other routes, in their order
 */
export async function takeSecondLook(
  session: Session,
  target: Target,
  failed: FailedTry,
  controls: readonly Result[],
  gate: Gate,
  signal: AbortSignal,
): Promise<SecondLooks> {
  const taken = new Map<string, Observation[]>();
  if (gate.baselines[0]?.baseline.ok !== true || target.protocol === 'mtproto') return taken;
  const noteOn = (routeId: string) => {
    const list = taken.get(routeId) ?? [];
    taken.set(routeId, list);
    return list;
  };
  const hop = findFailedHop(target, failed.observations);
  const control = goodControl(session, controls, gate);
  try {
    await askForName(session, target, hop, failed.observations, control, signal, noteOn);
    const seen = [...failed.observations, ...[...taken.values()].flat()];
    const looks = planLooks(session, target, failed.failure, hop, control, seen);
    const crowded = isCrowded(target);
    await Promise.all(looks.map((look) => takeLook(session, look, crowded, signal, noteOn(look.open.route.id))));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return taken;
}

/** The results with what second looks saw added to those of the route it was seen on. */
export function addLooks(results: readonly Result[], ...looks: readonly SecondLooks[]): readonly Result[] {
  return results.map((result) => {
    const more = looks.flatMap((seen) => seen.get(result.routeId) ?? []);
    return more.length === 0 ? result : { ...result, observations: [...result.observations, ...more] };
  });
}

function goodControl(session: Session, controls: readonly Result[], gate: Gate): OpenRoute | undefined {
  return session.routes.find(({ route }, index) => {
    if (index === 0 || route.kind === 'mtproxy' || gate.baselines[index]?.baseline.ok !== true) return false;
    return controls.some(({ routeId, state }) => routeId === route.id && state === 'ok');
  });
}

/**
 * Makes sure that one trustworthy resolver was asked for the name: DoH here, and where that is silent the control's own,
 * whose question travels through the proxy.
 */
async function askForName(
  session: Session,
  target: Target,
  hop: FailedHop,
  seen: readonly Observation[],
  control: OpenRoute | undefined,
  signal: AbortSignal,
  noteOn: (routeId: string) => Observation[],
): Promise<void> {
  const open = session.routes[0];
  if (isIP(hop.host) !== 0 || target.addresses || open.dialer.remoteDns) return;
  const asked = seen.filter((item) => item.step === 'resolve' && item.resolver === 'doh' && item.name === hop.host);
  if (asked.some((item) => !item.failure)) return;
  for (const via of [...(asked.length === 0 ? [open] : []), ...(control ? [control] : [])]) {
    const context = createStepContext(session, { purpose: 'true-address', try: 1 }, signal, noteOn(via.route.id));
    const answer = await via.doh.resolve(hop.host, context);
    if (answer.ok) return;
  }
}

function planLooks(
  session: Session,
  target: Target,
  failed: Failure,
  hop: FailedHop,
  control: OpenRoute | undefined,
  seen: readonly Observation[],
): readonly Look[] {
  const open = session.routes[0];
  const { port, secure } = hop;
  const asked = secure ? { serverName: hop.host, verify: true } : urlOf(target, hop);
  // What a tunnel on this machine made up (a fake IP) means nothing to anybody else.
  const isReal = (address: string) => !isBogon(address) && !isFakeIp(address);
  const dialled = open.dialer.remoteDns ? [] : cutFirst(hop).filter((address) => !isBogon(address));
  const first = dialled.slice(0, 1);
  const pinned = control
    ? dialled
        .filter(isReal)
        .slice(0, 2)
        .map((address): Look => ({ purpose: 'pinned', open: control, address, port, ...asked }))
    : [];
  const others = otherAnswers(seen, hop.host)
    .slice(0, 2)
    .map((address): Look => ({ purpose: 'true-address', open, address, port, ...asked }));
  const neutral = first.map(
    (address): Look => ({ purpose: 'neutral-sni', open, address, port, serverName: neutralName }),
  );
  const otherPort = first.map(
    (address): Look => ({ purpose: 'other-port', open, address, port: port === 80 ? 443 : 80 }),
  );
  switch (failed.step) {
    case 'resolve':
      return others;
    case 'connect':
      return [...pinned, ...others, ...otherPort];
    case 'tls':
      return [...pinned, ...others, ...neutral];
    default:
      return secure ? pinned : [...pinned, ...others];
  }
}

/** Addresses dialled, those whose handshake died first: an innocent name must be tried where the other one was cut. */
function cutFirst(hop: FailedHop): readonly string[] {
  const cut = hop.observations.flatMap((item) =>
    item.step === 'tls' && item.failure && item.address !== undefined ? [item.address] : [],
  );
  return [...new Set([...cut, ...hop.addresses])];
}

/** What to fetch in the clear from another address of the host that failed. */
function urlOf(target: Target, hop: FailedHop): { readonly url?: string } {
  if (target.url === undefined) return {};
  if (hop.host === target.host) return { url: target.url.replace(/^ws/i, 'http') };
  const host = isIP(hop.host) === 6 ? `[${hop.host}]` : hop.host;
  return { url: `http://${host}:${hop.port}/` };
}

/** IPv4 addresses that DoH, or failing that another resolver, gave and the system's resolver did not. */
function otherAnswers(seen: readonly Observation[], name: string): readonly string[] {
  const answersOf = (resolver: string) =>
    seen.flatMap((item) =>
      item.step === 'resolve' && item.resolver === resolver && item.name === name
        ? item.answers.map(({ address }) => address)
        : [],
    );
  const system = new Set(answersOf('system'));
  const doh = answersOf('doh');
  const candidates = doh.length > 0 ? doh : answersOf('udp');
  return [...new Set(candidates)].filter((address) => isIP(address) === 4 && !system.has(address) && !isBogon(address));
}

async function takeLook(
  session: Session,
  look: Look,
  crowded: boolean,
  signal: AbortSignal,
  into: Observation[],
): Promise<void> {
  const context = createStepContext(session, { purpose: look.purpose, try: 1 }, signal, into);
  const releaseLook = await session.limiter.acquire(['look'], signal);
  try {
    const keys = crowded ? [] : placeKeys(look.open.route.id, look.address);
    const releasePlace = await session.limiter.acquire(keys, signal);
    // A look at silence keeps no place in the queue either, which the second tries are waiting for.
    const release = () => {
      releasePlace();
      releaseLook();
    };
    await lookAt(session, look, context, release).finally(release);
  } finally {
    releaseLook();
  }
}

async function lookAt(session: Session, look: Look, context: StepContext, release: Release): Promise<void> {
  const to = { host: look.address, port: look.port };
  const dialled = await dialWithPlace(session, look.open, to, context, release);
  if (!dialled.ok) return;
  const { serverName, verify, url } = look;
  try {
    if (serverName !== undefined) {
      const options = { serverName, peer: 'target', ...(verify ? { verify: serverName } : {}) } as const;
      const secured = await tlsStep(dialled.value, options, context);
      if (secured.ok) secured.value.socket.destroy();
    } else if (url !== undefined) {
      await httpStep(dialled.value, { url, redirects: [], marks: session.dependencies.marks }, context);
    }
  } finally {
    dialled.value.socket.destroy();
  }
}
