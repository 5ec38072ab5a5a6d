import type { CloudFinding } from '../../../model/cloud.ts';
import { isRunning, type RunState } from '../../store/run-state.ts';
import { type CloudHost, isHit } from './cloud-hosts.ts';

type Collateral = NonNullable<CloudFinding['collateral']>;

/** From here on a score alone would call it likely (aws.md). */
const likelyFrom = 0.85;

/** What a host would need to be surer of; keys of the interface's texts under `aws.needs`. */
export const needs = [
  'no-control',
  'no-sibling',
  'no-repeat',
  'tunnel-up',
  'few-siblings',
  'mixed-range',
  'range-unknown',
  'rest-fails',
  'packets-pass',
  'control-fails',
  'no-cause',
  'no-baseline',
] as const;
export type Need = (typeof needs)[number];

/**
 * Why a band is no surer than it is: what held the score down or would be needed, so that a high score beside a low band never
 * stands unexplained. Empty for a host that is likely hit, and for one of which the score itself says enough.
 */
export function whyNoSurer({ band, score, capped = [], evidence }: Collateral): readonly Need[] {
  if (band === 'likely') return [];
  const seen = new Set(evidence);
  if (band === 'insufficient' && seen.has('cause-unclear')) return ['no-cause'];
  if (band === 'insufficient' && !seen.has('baseline-answers')) return ['no-baseline'];
  if (band === 'insufficient' && seen.has('control-fails')) return ['control-fails'];
  const known = needs.filter((need) => capped.includes(need));
  if (known.length > 0) return known;
  const passes = seen.has('other-name-answers') || seen.has('http-refusal');
  if (band === 'possible' && score >= likelyFrom && passes) return ['packets-pass'];
  // What was never compared leaves a band open even where no cap was reached.
  const missing: readonly (Need | false)[] = [
    !seen.has('control-answers') && !seen.has('control-fails') && 'no-control',
    ![...seen].some((item) => item.startsWith('sibling')) && 'no-sibling',
  ];
  return band === 'unlikely' ? [] : missing.filter((item) => item !== false);
}

/** Why a host has no score; keys of the interface's texts under `aws.noScore`. */
export type NoScore = 'reachable' | 'running' | 'bypass' | 'not-judged';

export function whyNoScore(
  host: Pick<CloudHost, 'verdict'>,
  { outcome, lost, environment }: Pick<RunState, 'outcome' | 'lost' | 'environment'>,
): NoScore {
  if (isHit(host) === false) return 'reachable';
  if (outcome === null && !lost) return 'running';
  if (isHit(host) === true && (environment?.bypassTools.length ?? 0) > 0) return 'bypass';
  return 'not-judged';
}

/** What stands above the hosts: that scores are still to come, or why there are none, or why none can be high. */
export type ScoreNote =
  | { readonly says: 'scoreLater' | 'lostHint' | 'baselineDead' | 'oneRoute' }
  | { readonly says: 'bypassActive'; readonly tools: readonly string[] }
  /** Without a name where the tunnel was seen by its answers only. */
  | { readonly says: 'tunnelUp'; readonly name?: string };

export function noteScores(run: RunState): readonly ScoreNote[] {
  const { environment, routes, outcome, lost } = run;
  if (isRunning(run)) return [{ says: 'scoreLater' }];
  if (lost) return [{ says: 'lostHint' }];
  if (!environment || !outcome) return [];
  const { bypassTools, tunnel } = environment;
  // With a tool that alters packets there is no score at all, so nothing else is worth saying of it.
  if (bypassTools.length > 0) return [{ says: 'bypassActive', tools: bypassTools }];
  const own = routes[0]?.baseline;
  const notes: readonly (ScoreNote | false)[] = [
    tunnel.up && { says: 'tunnelUp', ...(tunnel.interface !== undefined && { name: tunnel.interface }) },
    own !== undefined && own.tried > 0 && !own.ok && { says: 'baselineDead' },
    routes.length < 2 && { says: 'oneRoute' },
  ];
  return notes.filter((note) => note !== false);
}
