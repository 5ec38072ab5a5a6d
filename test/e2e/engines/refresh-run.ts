import type { FromEngine, Questions, ToEngine } from '../../../app/engine-process/protocol.ts';
import type { Answer, RangesInfo } from '../../../model/contract.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Route } from '../../../model/route.ts';

/**
 * Stands in for the engine's process where Amazon's list is asked for: the current connection leads to a list that is too
 * short, any other route to nobody the first time and to the newest list from then on. Nothing is sent anywhere.
 */
const packaged: RangesInfo = {
  source: { source: 'packaged', createdAt: '2026-03-01T09:00:00.000Z', rows: 16_100 },
  checkedAt: null,
  attribution: 'Address to AS data: somebody; CC BY 4.0.',
  problems: [],
};
const newest = (): RangesInfo => ({
  ...packaged,
  source: { source: 'official', createdAt: '2026-08-22T21:17:05.000Z', rows: 16_826 },
  checkedAt: new Date().toISOString(),
});
/** Long enough that a person sees that something is being done. */
const thinkingMs = 400;

let info = packaged;
let asked = 0;

function refresh({ id }: Route): Answer<ReturnType<Questions['refreshRanges']>> {
  const refuse = (problem: Problem) => ({ ok: false, problems: [problem] }) as const;
  if (id === 'direct') return refuse({ code: 'ranges-row-count', params: { rows: 5000, current: 16_100 } });
  asked += 1;
  if (asked === 1) return refuse({ code: 'fetch-unreachable', params: { reason: 'timeout' } });
  info = newest();
  return { ok: true, value: { updated: true, info } };
}

const say = (message: FromEngine) => process.send?.(message);
process.on('message', (message: ToEngine) => {
  if (message.type !== 'ask') return;
  const { id, name, input } = message;
  if (name === 'readRanges') say({ type: 'answer', id, answer: { ok: true, value: info } });
  else if (name === 'refreshRanges') {
    const answer = refresh((input as { readonly route: Route }).route);
    setTimeout(() => say({ type: 'answer', id, answer }), thinkingMs);
  } else say({ type: 'answer', id, answer: { ok: false, problems: [{ code: 'run-unknown' }] } });
});
process.on('disconnect', () => process.exit(0));
