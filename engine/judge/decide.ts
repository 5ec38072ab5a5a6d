import type { Mechanism } from '../../model/verdict.ts';
import { type Case, type Decision, failedObservation, type Says } from './case.ts';
import { failsTheSameWay } from './same-failure.ts';
import type { NextKey, RuleId } from './vocabulary.ts';

interface Suspicion {
  /** Absent where it is blocked in a way that cannot be told. */
  readonly mechanism?: Mechanism;
  readonly rule: RuleId;
  readonly evidence: readonly Says[];
  /** The failure speaks for itself, even without a control. */
  readonly telling: boolean;
  /** A second look ruled the look-alikes out. */
  readonly confirmed: boolean;
  readonly next?: readonly NextKey[];
}

/**
 * A suspicion becomes `blocked` with a control that works, `likely-blocked` without one when the failure is telling, and
 * nothing otherwise: then the next rule has its say. Whatever a rule believes, nobody is accused on a connection that does
 * not itself work.
 */
export function suspect(c: Case, suspicion: Suspicion): Decision | undefined {
  const { mechanism, rule, telling, confirmed } = suspicion;
  if (!c.currentBaselineOk || c.offline || c.environment.captivePortal) return undefined;
  const good = c.good.length > 0;
  if (!good && !telling) return undefined;
  const control: Says = good ? controlOk(c) : { says: c.bad.length > 0 ? controlsFailed(c) : 'no-control' };
  return {
    verdict: good ? 'blocked' : 'likely-blocked',
    ...(mechanism ? { mechanism } : {}),
    rule,
    confidence: good ? (confirmed ? 'high' : 'medium') : c.bad.length > 0 ? 'low' : 'medium',
    evidence: [...failedHere(c), ...suspicion.evidence, control, { says: 'baseline-ok' }],
    next: [...(good ? (['use-working-route'] as const) : (['add-a-route'] as const)), ...(suspicion.next ?? [])],
  };
}

export function undecided(c: Case, rule: RuleId, evidence: readonly Says[], next: readonly NextKey[]): Decision {
  return { verdict: 'inconclusive', rule, confidence: 'low', evidence: [...failedHere(c), ...evidence], next };
}

function controlsFailed(c: Case): 'control-failed-same' | 'control-failed-differently' {
  const mine = c.current.failure;
  const same = c.bad.every(({ failure }) => mine && failure && failsTheSameWay(mine, failure));
  return same ? 'control-failed-same' : 'control-failed-differently';
}

function failedHere(c: Case): readonly Says[] {
  return c.current.failure ? [currentFailed(c)] : [];
}

export function currentFailed(c: Case): Says {
  const { tries } = c.current;
  const says = tries > 2 ? 'current-failed-thrice' : tries > 1 ? 'current-failed-twice' : 'current-failed';
  return { says, observation: failedObservation(c)?.id };
}

export function controlOk(c: Case): Says {
  const good = c.good[0];
  return {
    says: 'control-ok',
    observation: good?.observations.findLast((item) => item.purpose === 'main' && !item.failure)?.id,
  };
}
