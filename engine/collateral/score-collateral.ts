import type { CloudFinding } from '../../model/cloud.ts';
import {
  bandFrom,
  caps,
  type Hypothesis,
  hypotheses,
  priors,
  siblingWeights,
  type TableRow,
  table,
} from './hypotheses.ts';
import { type CollateralCap, type CollateralEvidence, type OtherExplanation, otherExplanations } from './vocabulary.ts';

export type Collateral = NonNullable<CloudFinding['collateral']>;
export type CollateralBand = Collateral['band'];
export type FailureRow = 'timeout' | 'refused' | 'hello' | 'freeze' | 'http';
type Outcome = 'ok' | 'failed';

/** Other hosts in the same range, by how they do; those that the control does not reach either are not counted. */
export interface SiblingCounts {
  /** They fail here and the control reaches them. */
  readonly failed: number;
  /** They fail here, and nothing tells whether they are alive. */
  readonly unverified: number;
  readonly ok: number;
}

/** What is known of one failed host at one address. What was not seen is absent. */
export interface CollateralFacts {
  /** How it failed at this address, every time; absent where that fits no row of the table. */
  readonly failure?: FailureRow;
  readonly control?: Outcome;
  /** Neutral sites on the connection that is judged. */
  readonly baseline?: Outcome;
  /** Another name on the same address. */
  readonly otherName?: Outcome;
  readonly siblings: SiblingCounts;
  /** Somebody in the whole range answers, even where it was split and the siblings are those of a part. */
  readonly rangeAnswers: boolean;
  /** The range is one of the operator's own list, and not all that belongs to it. */
  readonly rangeKnown: boolean;
  /** Hosts outside the range were tested, the control reaches them, and here all of them fail. */
  readonly restFails: boolean;
  readonly repeated: boolean;
  readonly tunnelUp: boolean;
  readonly bypassToolActive: boolean;
}

/** A row that was seen, or its opposite, with its weight in the sum of logarithms. */
interface Seen {
  readonly row: TableRow;
  readonly opposite?: boolean;
  readonly weight?: number;
}

/**
 * How well what was seen fits that the host fails because of the range it lives in. Pure. Nothing for a host whose packets a
 * tool on this machine alters: what its failures look like is then the tool's doing.
 */
export function scoreCollateral(facts: CollateralFacts): Collateral | undefined {
  if (facts.bypassToolActive) return undefined;
  const weights = weigh(readSeen(facts));
  const otherwise = strongestOther(weights);
  const held = capNames.filter((cap) => applies[cap](facts) && caps[cap] < weights.network);
  const score = Math.min(weights.network, ...held.map((cap) => caps[cap]));
  const band = bandOf(facts, score, weights[otherwise]);
  const isHeldUp = held.includes('tunnel-up') && weights.network >= bandFrom.possible;
  const capped: CollateralCap[] = [...held, ...(score >= bandFrom.likely ? bandLimits(facts) : [])];
  return {
    score: Math.round(score * 1000) / 1000,
    // Only the cap made it look unlikely.
    band: isHeldUp ? 'insufficient' : band,
    ...(capped.length > 0 ? { capped } : {}),
    evidence: [...sayEvidence(facts)],
    otherwise,
  };
}

const capNames = Object.keys(caps) as readonly (keyof typeof caps)[];
const applies: Readonly<Record<keyof typeof caps, (facts: CollateralFacts) => boolean>> = {
  'no-control': ({ control }) => control === undefined,
  'no-sibling': ({ siblings }) => countSiblings(siblings) === 0,
  'no-repeat': ({ repeated }) => !repeated,
  'tunnel-up': ({ tunnelUp }) => tunnelUp,
};

function countSiblings({ failed, unverified, ok }: SiblingCounts): number {
  return failed + unverified + ok;
}

function readSeen({ failure, control, baseline, otherName, siblings }: CollateralFacts): readonly Seen[] {
  const { verified, unverified } = siblingWeights;
  const outcomes = { control, baseline, otherName };
  return [
    ...(failure === undefined ? [] : [{ row: failure }]),
    ...(['control', 'baseline', 'otherName'] as const).flatMap((row) =>
      outcomes[row] === undefined ? [] : [{ row, opposite: outcomes[row] === 'failed' }],
    ),
    { row: 'sibling', weight: siblings.failed * verified + siblings.unverified * unverified },
    // A sibling that answers needs nobody to confirm that it is alive.
    { row: 'sibling', opposite: true, weight: siblings.ok * verified },
  ];
}

const priorLogs = hypotheses.map((name) => Math.log(priors[name]));
const logsOf = (row: TableRow) => ({
  seen: hypotheses.map((name) => Math.log(table[row][name])),
  opposite: hypotheses.map((name) => Math.log(1 - table[row][name])),
});
const tableLogs = Object.fromEntries((Object.keys(table) as TableRow[]).map((row) => [row, logsOf(row)])) as Readonly<
  Record<TableRow, ReturnType<typeof logsOf>>
>;

/** The share of each hypothesis. In logarithms, because a range may hold thousands of siblings. */
function weigh(seen: readonly Seen[]): Readonly<Record<Hypothesis, number>> {
  const logs = [...priorLogs];
  for (const { row, opposite = false, weight = 1 } of seen) {
    const added = tableLogs[row][opposite ? 'opposite' : 'seen'];
    for (let at = 0; at < logs.length; at++) logs[at] = (logs[at] ?? 0) + weight * (added[at] ?? 0);
  }
  const highest = Math.max(...logs);
  const shares = logs.map((log) => Math.exp(log - highest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const share = (name: Hypothesis) => (shares[hypotheses.indexOf(name)] ?? 0) / total;
  return {
    down: share('down'),
    geo: share('geo'),
    hostname: share('hostname'),
    address: share('address'),
    network: share('network'),
    local: share('local'),
  };
}

function strongestOther(weights: Readonly<Record<Hypothesis, number>>): OtherExplanation {
  return otherExplanations.reduce((best, name) => (weights[name] > weights[best] ? name : best));
}

/**
 * `likely` needs more than a score: the control ok, two siblings that fail and are alive, none in the range that answers, and a
 * range: hosts of one operator that are blocked one by one, all over its AS, would look the same. And
 * a baseline, for nobody is accused on a connection that does not itself work; a failure the table knows, other than an answer,
 * which shows that packets pass; and no other name that passes at this very address.
 */
function bandOf(facts: CollateralFacts, score: number, strongestOtherShare: number): CollateralBand {
  const { failure, control, baseline, siblings, otherName } = facts;
  if (failure === undefined || baseline !== 'ok') return 'insufficient';
  // Nothing was compared, and nothing else stands out either.
  const isThin = control === undefined && countSiblings(siblings) === 0;
  if (isThin && strongestOtherShare < bandFrom.likely) return 'insufficient';
  if (score < bandFrom.possible) return 'unlikely';
  // It does not answer where its neighbours do: whatever became of the range, that is not why.
  if (control === 'failed') return 'insufficient';
  const passes = failure === 'http' || otherName === 'ok';
  const confirmed = control === 'ok' && !passes && bandLimits(facts).length === 0;
  return score >= bandFrom.likely && confirmed ? 'likely' : 'possible';
}

function bandLimits({ siblings, rangeAnswers, rangeKnown, restFails }: CollateralFacts): readonly CollateralCap[] {
  return [
    ...(siblings.failed < 2 ? (['few-siblings'] as const) : []),
    ...(siblings.ok > 0 || rangeAnswers ? (['mixed-range'] as const) : []),
    ...(rangeKnown ? [] : (['range-unknown'] as const)),
    ...(restFails ? (['rest-fails'] as const) : []),
  ];
}

const failureEvidence: Readonly<Record<FailureRow, CollateralEvidence>> = {
  timeout: 'connects-time-out',
  refused: 'connects-refused',
  hello: 'cut-after-hello',
  freeze: 'stalls-early',
  http: 'http-refusal',
};

function sayEvidence({ failure, control, baseline, otherName, siblings }: CollateralFacts): CollateralEvidence[] {
  const said: readonly (CollateralEvidence | false)[] = [
    failure === undefined ? 'cause-unclear' : failureEvidence[failure],
    control !== undefined && (control === 'ok' ? 'control-answers' : 'control-fails'),
    siblings.failed > 0 && (siblings.failed === 1 ? 'sibling-fails' : 'siblings-fail'),
    siblings.unverified > 0 && (siblings.unverified === 1 ? 'sibling-fails-unconfirmed' : 'siblings-fail-unconfirmed'),
    siblings.ok > 0 && (siblings.ok === 1 ? 'sibling-answers' : 'siblings-answer'),
    baseline !== undefined && (baseline === 'ok' ? 'baseline-answers' : 'baseline-fails'),
    otherName !== undefined && (otherName === 'ok' ? 'other-name-answers' : 'other-name-fails'),
  ];
  return said.filter((item) => item !== false);
}
