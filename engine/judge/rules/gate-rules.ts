import { type Case, type Decision, isGood, type Rule, type Says, works } from '../case.ts';
import { controlOk, currentFailed, undecided } from '../decide.ts';
import { isCut } from '../read-cut.ts';

/** Clocks further off than this make certificate errors meaningless, in milliseconds. */
const tolerableSkewMs = 120_000;

export const notRun: Rule = (c) => {
  if (c.current.state === 'cancelled') return undecided(c, 'run.cancelled', [], ['run-again']);
  if (c.current.state === 'skipped') return undecided(c, 'run.skipped', [], ['run-again']);
  return undefined;
};

/** Two tries that disagree prove only that something is unsteady. */
export const triesDisagree: Rule = (c) => {
  if (c.current.state !== 'impaired' || c.current.failure) return undefined;
  const says = c.current.tries > 2 ? 'later-try-ok' : 'second-try-ok';
  return undecided(c, 'tries.disagree', [{ says }], ['run-again']);
};

export const gateNotPassed: Rule = (c) => {
  if (works(c, c.current)) return undefined;
  if (c.environment.captivePortal) {
    return undecided(c, 'gate.captive-portal', [{ says: 'captive-portal' }], ['sign-in-to-network']);
  }
  if (c.offline) return undecided(c, 'gate.offline', [{ says: 'baseline-dead' }], ['check-connection']);
  if (c.currentBaselineOk) return undefined;
  if (c.whitelist && c.target.home === undefined && isCut(c.current)) return whitelisted(c);
  const next =
    c.good.length > 0 ? (['use-working-route', 'check-connection'] as const) : (['check-connection'] as const);
  return undecided(c, 'gate.baseline-dead', [{ says: 'baseline-dead' }, ...controlEvidence(c)], next);
};

function whitelisted(c: Case): Decision {
  const good = c.good.length > 0;
  return {
    verdict: good ? 'blocked' : 'likely-blocked',
    mechanism: 'whitelist',
    rule: 'whitelist.foreign-after-hello',
    confidence: good ? 'medium' : 'low',
    evidence: [currentFailed(c), { says: 'domestic-ok' }, { says: 'foreign-cut-after-hello' }, ...controlEvidence(c)],
    next: good ? ['use-working-route'] : ['add-a-route'],
  };
}

function controlEvidence(c: Case): readonly Says[] {
  return c.good.length > 0 ? [controlOk(c)] : [];
}

/** A bare connection that anybody may have accepted. */
export const connectProvesNothing: Rule = (c) => {
  if (!isGood(c.target, c.current) || works(c, c.current)) return undefined;
  const says = c.environment.connectsProveNothing ? 'connects-prove-nothing' : 'only-proxys-word';
  return undecided(c, 'gate.connect-proves-nothing', [{ says }], ['run-again']);
};

const ownKinds = new Set(['local-limit', 'network-down', 'aborted']);

/** This machine itself could not go on, which says nothing of anybody else. */
export const ownTrouble: Rule = (c) => {
  if (!c.current.failure || !ownKinds.has(c.current.failure.kind)) return undefined;
  return undecided(c, 'gate.local-failure', [{ says: 'local-failure' }], ['check-connection', 'run-again']);
};

/** With a wrong clock every certificate looks expired or not yet valid. */
export const clockSkewed: Rule = (c) => {
  const skew = c.environment.clockSkewMs;
  const certificate = c.current.failure?.kind.startsWith('cert-') === true;
  if (!certificate || skew === null || Math.abs(skew) <= tolerableSkewMs) return undefined;
  return undecided(c, 'gate.clock-skew', [{ says: 'clock-skewed' }], ['check-clock', 'run-again']);
};
