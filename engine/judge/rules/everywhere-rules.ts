import type { Rule, Says } from '../case.ts';
import { currentFailed, undecided } from '../decide.ts';
import { endingOf, failsTheSameWay } from '../same-failure.ts';

/** Fails here and on every healthy route, in the same way: then nobody need be blocking it. */
export const downEverywhere: Rule = (c) => {
  const mine = c.current.failure;
  if (!mine || c.bad.length === 0 || c.good.length > 0) return undefined;
  const same = c.bad.filter((result) => result.failure && failsTheSameWay(mine, result.failure));
  const evidence = same.map(
    (result): Says => ({
      says: 'control-failed-same',
      observation: result.observations.findLast(({ failure }) => failure)?.id,
    }),
  );
  if (same.length < c.bad.length) return undefined;
  if (c.target.home !== undefined) {
    return undecided(
      c,
      'control.may-refuse-foreign',
      [...evidence, { says: 'may-refuse-foreign' }],
      ['wait-for-service', 'ask-site-owner'],
    );
  }
  return {
    verdict: 'down',
    rule: endingOf(mine) === 'certificate' ? 'down.certificate' : 'down.everywhere',
    confidence: c.bad.length > 1 ? 'high' : 'medium',
    evidence: [currentFailed(c), ...evidence, { says: 'baseline-ok' }],
    next: ['wait-for-service', 'ask-site-owner'],
  };
};

/** What is left: it fails, and nothing says why. */
export const nothingToCompare: Rule = (c) => {
  if (c.good.length > 0)
    return undecided(c, 'unknown.failure', [{ says: 'control-ok' }], ['use-working-route', 'run-again']);
  if (c.bad.length > 0) {
    const rule = c.target.home === undefined ? 'control.fails-differently' : 'control.may-refuse-foreign';
    return undecided(c, rule, [{ says: 'control-failed-differently' }], ['add-a-route', 'run-again']);
  }
  return undecided(c, 'control.none', [{ says: 'no-control' }], ['add-a-route', 'run-again']);
};
