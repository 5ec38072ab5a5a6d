import type { Mechanism } from '../../model/verdict.ts';
import { type Case, type Decision, failedObservation, type Says } from './case.ts';
import type { NextKey, RuleId } from './vocabulary.ts';

interface Suspicion {
  readonly mechanism: Mechanism;
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
 * nothing otherwise: then the next rule has its say.
 */
export function suspect(c: Case, suspicion: Suspicion): Decision | undefined {
  const { mechanism, rule, telling, confirmed } = suspicion;
  const good = c.good[0];
  if (!good && !telling) return undefined;
  const control: Says = good ? controlOk(c) : { says: c.bad.length > 0 ? 'control-failed-differently' : 'no-control' };
  return {
    verdict: good ? 'blocked' : 'likely-blocked',
    mechanism,
    rule,
    confidence: good ? (confirmed ? 'high' : 'medium') : c.bad.length > 0 ? 'low' : 'medium',
    evidence: [currentFailed(c), ...suspicion.evidence, control, { says: 'baseline-ok' }],
    next: [...(good ? (['use-working-route'] as const) : (['add-a-route'] as const)), ...(suspicion.next ?? [])],
  };
}

export function undecided(c: Case, rule: RuleId, evidence: readonly Says[], next: readonly NextKey[]): Decision {
  const failed = c.current.failure ? [currentFailed(c)] : [];
  return { verdict: 'inconclusive', rule, confidence: 'low', evidence: [...failed, ...evidence], next };
}

export function currentFailed(c: Case): Says {
  const says = c.current.tries > 1 ? 'current-failed-twice' : 'current-failed';
  return { says, observation: failedObservation(c)?.id };
}

export function controlOk(c: Case): Says {
  const good = c.good[0];
  return {
    says: 'control-ok',
    observation: good?.observations.findLast((item) => item.purpose === 'main' && !item.failure)?.id,
  };
}
