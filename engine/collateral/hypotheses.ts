import type { OtherExplanation } from './vocabulary.ts';

/** Why a host may fail; `network` is what is asked for: because of the range it lives in. */
export const hypotheses = ['down', 'geo', 'hostname', 'address', 'network', 'local'] as const;
export type Hypothesis = OtherExplanation | 'network';

type Row = Readonly<Record<Hypothesis, number>>;

/** Judgements, not measurements: that is why the outcome is called a score and never a probability. */
export const priors: Row = { down: 0.25, geo: 0.1, hostname: 0.3, address: 0.1, network: 0.2, local: 0.05 };

/** How often each would look like this; the complement of a row is its opposite. */
export const table = {
  timeout: { down: 0.6, geo: 0.1, hostname: 0.02, address: 0.6, network: 0.6, local: 0.3 },
  refused: { down: 0.2, geo: 0.05, hostname: 0.02, address: 0.25, network: 0.2, local: 0.1 },
  hello: { down: 0.05, geo: 0.1, hostname: 0.85, address: 0.05, network: 0.05, local: 0.3 },
  freeze: { down: 0.01, geo: 0.01, hostname: 0.03, address: 0.02, network: 0.15, local: 0.1 },
  http: { down: 0.14, geo: 0.74, hostname: 0.08, address: 0.08, network: 0.01, local: 0.2 },
  control: { down: 0.02, geo: 0.8, hostname: 0.97, address: 0.97, network: 0.97, local: 0.9 },
  sibling: { down: 0.03, geo: 0.1, hostname: 0.03, address: 0.05, network: 0.9, local: 0.5 },
  baseline: { down: 0.97, geo: 0.97, hostname: 0.97, address: 0.97, network: 0.9, local: 0.2 },
  otherName: { down: 0.05, geo: 0.1, hostname: 0.9, address: 0.03, network: 0.05, local: 0.3 },
} as const satisfies Readonly<Record<string, Row>>;
export type TableRow = keyof typeof table;

/** Neighbours share more than a network, so each counts for less than an independent look would. */
export const siblingWeights = { verified: 0.7, unverified: 0.35 };

/** What the score cannot exceed while something that would confirm it is missing. */
export const caps = { 'no-control': 0.75, 'no-sibling': 0.6, 'no-repeat': 0.7, 'tunnel-up': 0.3 } as const;

/** A score from which on the band is `likely`, or else `possible`. */
export const bandFrom = { likely: 0.85, possible: 0.5 };
