import type { ResultState } from '../../model/result.ts';
import type { VerdictName } from '../../model/verdict.ts';

/** The six looks of a status. Each has a shape of its own, so that colour is only ever the third thing that tells. */
export type Tone = 'ok' | 'part' | 'fail' | 'geo' | 'down' | 'unsure' | 'idle';

export const toneOfState: Readonly<Record<ResultState, Tone>> = {
  ok: 'ok',
  impaired: 'part',
  failed: 'fail',
  skipped: 'idle',
  cancelled: 'idle',
};

export const toneOfVerdict: Readonly<Record<VerdictName, Tone>> = {
  reachable: 'ok',
  blocked: 'fail',
  'likely-blocked': 'fail',
  impaired: 'part',
  'geo-restricted': 'geo',
  down: 'down',
  'route-broken': 'part',
  inconclusive: 'unsure',
};
