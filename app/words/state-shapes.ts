import type { ResultState } from '../../model/result.ts';

/** One character that says the state before any colour does, in a terminal and in a report; a word stands beside it. */
export const stateShapes: Readonly<Record<ResultState, string>> = {
  ok: '●',
  impaired: '◐',
  failed: '✕',
  skipped: '·',
  cancelled: '■',
};
