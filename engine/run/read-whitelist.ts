import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';

/** How many foreign sites must die after ClientHello before a whole-country filter is worth naming. */
const foreignAtLeast = 3;

/**
 * Whether only what is at home answers: sites of one country work on the current connection while every foreign https site
 * connects and then dies in the handshake. No credit or a captive portal look different: they answer. Sites of two
 * countries that both work are no whitelist, whichever of them is home.
 */
export function readWhitelist(targets: readonly Target[], currentResults: readonly Result[]): boolean {
  const byId = new Map(currentResults.map((result) => [result.targetId, result]));
  const working = targets.filter((target) => byId.get(target.id)?.state === 'ok');
  const homes = new Set(working.map(({ home }) => home));
  const foreign = targets.filter(
    ({ id, home, protocol }) => home === undefined && protocol === 'https' && byId.has(id),
  );
  const allCut = foreign.every(({ id }) => isCut(byId.get(id)?.failure));
  return homes.size === 1 && !homes.has(undefined) && foreign.length >= foreignAtLeast && allCut;
}

function isCut(failure: Result['failure']): boolean {
  if (failure?.step !== 'tls' || failure.detail === 'before-hello') return false;
  return ['reset', 'eof', 'timeout', 'kernel-timeout'].includes(failure.kind);
}
