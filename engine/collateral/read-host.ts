import { isIP } from 'node:net';
import type { Environment } from '../../model/environment.ts';
import type { Observation, ObservationOf } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Target } from '../../model/target.ts';
import type { Verdict } from '../../model/verdict.ts';
import { nat64Embedded } from '../addresses.ts';
import { findFailedHop } from '../failed-hop.ts';
import { freeze } from '../judge/compare-transfers.ts';
import { answered, isCut } from '../judge/read-cut.ts';
import type { CollateralFacts } from './score-collateral.ts';

/** One target as it was measured and judged. */
export interface JudgedHost {
  readonly target: Target;
  /** One per route, in the order of the routes; the first is the current connection. */
  readonly results: readonly Result[];
  readonly verdict: Verdict;
}

export interface Circumstances {
  readonly routes: readonly RouteSummary[];
  readonly environment: Environment;
}

/** What one host showed at one of its addresses on the current connection. */
export interface HostReading extends Pick<CollateralFacts, 'failure' | 'control' | 'otherName'> {
  /** It does not work, and this address is where it stopped, or was never reached. */
  readonly fails: boolean;
  /** The service answers, by way of this address. */
  readonly works: boolean;
  /** Packets pass to and from this address, whatever becomes of them. */
  readonly addressAnswers: boolean;
  readonly repeated: boolean;
}

/**
 * Rules after which a failure is a failure at an address: no sign-in page, no false answer, no trouble of this machine, no
 * single port.
 */
const judged = /^(ip|tls|http|geo|freeze|down|control)\./;
/** Rules that say the comparison is worth nothing, or that it compared something else. */
const doubtsControl = /^control\.(?!fails-differently$|none$)/;

export function readHost(host: JudgedHost, address: string, around: Circumstances): HostReading {
  const { target, results, verdict } = host;
  const [current] = results;
  const here = (current?.observations ?? []).filter((item) => addressOf(item) === address);
  const connects = here.filter((item) => item.step === 'connect' && item.peer === 'target');
  const isReached = connects.some(({ purpose, failure }) => purpose === 'main' && !failure);
  const failing = verdict.verdict !== 'reachable' && current?.failure !== undefined && current.state !== 'skipped';
  const proves = !around.environment.connectsProveNothing;
  const addressAnswers = (proves && connects.some((item) => !item.failure)) || here.some(isAnswered);
  if (!failing)
    return { fails: false, works: isReached && isWorking(current, verdict), addressAnswers, repeated: false };
  const stopped = !isReached || findFailedHop(target, current.observations).addresses.includes(address);
  const failure = isTelling(address, verdict, around) ? readFailure(current, here) : undefined;
  return {
    fails: stopped,
    works: false,
    addressAnswers,
    repeated: current.tries > 1,
    ...(failure === undefined ? {} : { failure }),
    ...withOutcome('control', readControl(host, address, around)),
    ...withOutcome('otherName', readOtherName(here)),
  };
}

type Outcome = 'ok' | 'failed' | undefined;

function withOutcome<K extends string>(key: K, outcome: Outcome) {
  return (outcome === undefined ? {} : { [key]: outcome }) as { readonly [N in K]?: 'ok' | 'failed' };
}

function addressOf(item: Observation): string | undefined {
  return 'address' in item ? item.address : undefined;
}

function isAnswered(item: Observation): boolean {
  return item.step === 'tls' && item.peer === 'target' && answered(item);
}

function isWorking(current: Result | undefined, verdict: Verdict): boolean {
  return verdict.verdict === 'reachable' && (current?.state === 'ok' || current?.state === 'impaired');
}

/** Without IPv6 that works, an IPv6 address says nothing but that; one that leads to IPv4 is as good as that (RFC 6052). */
function isTelling(address: string, { rule }: Verdict, { environment }: Circumstances): boolean {
  const ownIpv6 = isIP(address) === 6 && nat64Embedded(address) === null;
  return judged.test(rule) && !(ownIpv6 && environment.ipv6 !== 'works');
}

const silent = new Set(['timeout', 'kernel-timeout']);
const turnedAway = new Set(['refused', 'reset', 'eof', 'unreachable']);
const silences = new Set(['stall', ...silent]);

/** The row of the table that fits every try at this address. */
function readFailure(current: Result, here: readonly Observation[]): CollateralFacts['failure'] {
  const main = here.filter(({ purpose }) => purpose === 'main');
  const connects = main.filter((item) => item.step === 'connect' && item.peer === 'target');
  const kinds = connects.map(({ failure }) => failure?.kind ?? 'none');
  if (kinds.length === 0) return undefined;
  if (kinds.every((kind) => silent.has(kind))) return 'timeout';
  if (kinds.every((kind) => turnedAway.has(kind))) return 'refused';
  if (kinds.some((kind) => kind !== 'none')) return undefined;
  const hellos = main.filter((item): item is ObservationOf<'tls'> => item.step === 'tls' && item.peer === 'target');
  if (current.failure?.step === 'tls') return hellos.length > 0 && hellos.every(isCut) ? 'hello' : undefined;
  return current.failure?.step === 'http' ? readPage(current, main) : undefined;
}

function readPage({ failure, tries }: Result, main: readonly Observation[]): 'http' | 'freeze' | undefined {
  if (failure?.kind === 'http-status' || failure?.kind === 'block-page') return 'http';
  const frozen = main.filter((item) => item.step === 'http' && isFrozen(item));
  return frozen.length > 0 && frozen.length >= tries ? 'freeze' : undefined;
}

function isFrozen({ failure, receivedBytes, bodyBytes }: ObservationOf<'http'>): boolean {
  const received = receivedBytes ?? bodyBytes;
  return silences.has(failure?.kind ?? '') && received >= freeze.from && received <= freeze.to;
}

function readOtherName(here: readonly Observation[]): Outcome {
  const looks = here.filter(
    (item): item is ObservationOf<'tls'> => item.step === 'tls' && item.purpose === 'neutral-sni',
  );
  if (looks.some(answered)) return 'ok';
  return looks.some(isCut) ? 'failed' : undefined;
}

/**
 * Whether it works over another route that works by itself. Where this very address was dialled there too, that counts: a
 * control that resolves names itself may have been led to another one.
 */
function readControl({ results, verdict }: JudgedHost, address: string, { routes }: Circumstances): Outcome {
  const healthy = results.slice(1).filter(({ routeId, state }) => {
    const ran = state !== 'skipped' && state !== 'cancelled';
    return ran && routes.some(({ id, baseline }) => id === routeId && baseline.ok);
  });
  const works = healthy.some(({ routeId }) => verdict.workingRoutes.includes(routeId));
  const pinned = healthy
    .flatMap(({ observations }) => observations)
    .filter((item) => item.purpose === 'pinned' && dialled(item) === address);
  const answers = pinned.some((item) => item.step !== 'connect' && item.step !== 'proxy' && !item.failure);
  if (works) return pinned.length === 0 || answers || !pinned.some(({ failure }) => failure) ? 'ok' : 'failed';
  const allFail = healthy.length > 0 && healthy.every(({ failure }) => failure !== undefined);
  return allFail && !doubtsControl.test(verdict.rule) ? 'failed' : undefined;
}

function dialled(item: Observation): string | undefined {
  return item.step === 'proxy' ? item.requested : addressOf(item);
}
