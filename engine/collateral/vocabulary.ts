/**
 * Every word a score can say, beside its bands. Interfaces translate these keys (`collateral` in model/words); reports carry
 * them, so they are stable: new ones may be added, none may change its meaning.
 */

/** What else than the network it lives in may be why a host fails. */
export const otherExplanations = ['down', 'geo', 'hostname', 'address', 'local'] as const;
export type OtherExplanation = (typeof otherExplanations)[number];

export const collateralEvidence = [
  'connects-time-out',
  'connects-refused',
  'cut-after-hello',
  'stalls-early',
  'http-refusal',
  'cause-unclear',
  'control-answers',
  'control-fails',
  'baseline-answers',
  'baseline-fails',
  'sibling-fails',
  'siblings-fail',
  'sibling-fails-unconfirmed',
  'siblings-fail-unconfirmed',
  'sibling-answers',
  'siblings-answer',
  'other-name-answers',
  'other-name-fails',
] as const;
export type CollateralEvidence = (typeof collateralEvidence)[number];

/** Why a score or its band is lower than the evidence alone would make it. */
export const collateralCaps = [
  'no-control',
  'no-sibling',
  'no-repeat',
  'tunnel-up',
  'few-siblings',
  'mixed-range',
  'range-unknown',
  'rest-fails',
] as const;
export type CollateralCap = (typeof collateralCaps)[number];
