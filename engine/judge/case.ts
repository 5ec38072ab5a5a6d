import type { AddressFacts } from '../../model/cloud.ts';
import type { Environment } from '../../model/environment.ts';
import type { Observation, ObservationOf, Purpose } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Target } from '../../model/target.ts';
import type { Mechanism, VerdictName } from '../../model/verdict.ts';
import type { BlockPageMarks } from '../block-pages.ts';
import { type FailedHop, findFailedHop } from '../failed-hop.ts';
import { isProven, visitedHosts } from './proof.ts';
import type { EvidenceKey, NextKey, RuleId } from './vocabulary.ts';

export type Direction = ObservationOf<'transfer'>['direction'];

/** Goodput here over goodput through the control for a neutral object, by direction; absent where none was timed. */
export type NeutralRatios = { readonly [D in Direction]?: number };

/** All that judging may look at. Nothing here can measure. */
export interface JudgeInput {
  readonly target: Target;
  /** One per route, in the order of the routes; the first is the current connection. */
  readonly results: readonly [Result, ...Result[]];
  readonly routes: readonly RouteSummary[];
  readonly environment: Environment;
  readonly offline: boolean;
  /** Domestic sites answer while every foreign one dies after ClientHello. */
  readonly whitelist: boolean;
  /** Issuers that vouch for the baselines to this machine alone, or to nobody: an antivirus or a company re-signs everything. */
  readonly interceptingIssuers: readonly string[];
  readonly neutralRatios?: NeutralRatios;
  readonly facts: (address: string) => AddressFacts;
  readonly marks: BlockPageMarks;
}

/** The input, sorted for the rules to read. */
export interface Case extends JudgeInput {
  readonly current: Result;
  readonly currentBaselineOk: boolean;
  /** Results over other routes whose own baseline is good and which can carry the target. */
  readonly healthy: readonly Result[];
  /** Those of them where the target works: the controls an accusation may rest on. */
  readonly good: readonly Result[];
  readonly bad: readonly Result[];
  /** Where it works too, but by way of other hosts than the one that failed here. */
  readonly otherPath: readonly Result[];
  /** Where a bare connection was made, on nothing but the proxy's word. */
  readonly unproven: readonly Result[];
  /** Other routes that carry nothing at all. */
  readonly deadRoutes: readonly string[];
  readonly hop: FailedHop;
}

export interface Decision {
  readonly verdict: VerdictName;
  readonly mechanism?: Mechanism;
  readonly rule: RuleId;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly evidence: readonly Says[];
  readonly next: readonly NextKey[];
}

export interface Says {
  readonly says: EvidenceKey;
  readonly observation?: string | undefined;
  readonly ratio?: number | undefined;
}

/** A rule decides, or leaves the case to the next one. */
export type Rule = (c: Case) => Decision | undefined;

export function openCase(input: JudgeInput): Case {
  const { target, results, routes } = input;
  const [current, ...others] = results;
  const baselineOk = (routeId: string) => routes.some(({ id, baseline }) => id === routeId && baseline.ok);
  const ran = others.filter(({ state }) => state !== 'skipped' && state !== 'cancelled');
  const healthy = ran.filter(({ routeId }) => baselineOk(routeId));
  const hop = findFailedHop(target, current.observations);
  const comparable = (result: Result) =>
    current.failure === undefined || visitedHosts(target, result.observations).has(hop.host);
  const working = healthy.filter((result) => works(input, result));
  return {
    ...input,
    current,
    currentBaselineOk: baselineOk(current.routeId),
    healthy,
    good: working.filter(comparable),
    bad: healthy.filter((result) => !isGood(target, result)),
    otherPath: working.filter((result) => !comparable(result)),
    unproven: healthy.filter((result) => isGood(target, result) && !isProven(input, result)),
    deadRoutes: ran.filter(({ routeId }) => !baselineOk(routeId)).map(({ routeId }) => routeId),
    hop,
  };
}

/** Works: at once, on the second try, or, for Telegram, from some of its endpoints. A refusal by the server is none of these. */
export function isGood(target: Target, result: Result): boolean {
  if (result.state === 'ok') return true;
  return result.state === 'impaired' && (!result.failure || target.protocol === 'mtproto');
}

/** Works, and what answered has shown that it is the target. */
export function works(input: JudgeInput, result: Result): boolean {
  return isGood(input.target, result) && isProven(input, result);
}

/** Second looks of one kind: the same address is looked at over the controls, everything else on the current connection. */
export function looks<S extends Observation['step']>(c: Case, purpose: Purpose, step: S): readonly ObservationOf<S>[] {
  return (purpose === 'pinned' ? c.results.slice(1) : [c.current])
    .flatMap(({ observations }) => observations)
    .filter((item): item is ObservationOf<S> => item.purpose === purpose && item.step === step);
}

/** The main observations of the failing leg of the last try. */
export function seen<S extends Observation['step']>(c: Case, step: S): readonly ObservationOf<S>[] {
  return c.hop.observations.filter((item): item is ObservationOf<S> => item.step === step);
}

/** The observation that carries the failure of the current connection. */
export function failedObservation(c: Case): Observation | undefined {
  const { failure } = c.current;
  return c.hop.observations.findLast(
    (item) => item.failure?.step === failure?.step && item.failure?.kind === failure?.kind,
  );
}
