import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';

/** How many foreign sites must die after ClientHello before a whole-country filter is worth naming. */
const foreignAtLeast = 3;

/**
 * Whether only what is at home answers: at least one domestic site works on the current connection while every foreign
 * https site connects and then dies in the handshake. No credit or a captive portal look different: they answer.
 */
export function readWhitelist(targets: readonly Target[], currentResults: readonly Result[]): boolean {
  const byId = new Map(currentResults.map((result) => [result.targetId, result]));
  const stateOf = (target: Target) => byId.get(target.id);
  const domesticOk = targets.some((target) => target.home !== undefined && stateOf(target)?.state === 'ok');
  const foreign = targets.filter(
    (target) => target.home === undefined && target.protocol === 'https' && stateOf(target),
  );
  const cut = foreign.filter((target) => {
    const failure = stateOf(target)?.failure;
    return failure?.step === 'tls' && ['reset', 'eof', 'timeout', 'kernel-timeout'].includes(failure.kind);
  });
  return domesticOk && foreign.length >= foreignAtLeast && cut.length === foreign.length;
}
