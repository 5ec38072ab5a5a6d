import reachability from '../data/reachability-addresses.json' with { type: 'json' };
import type { SiblingHosts } from '../engine/run/run-input.ts';
import type { Target } from '../model/target.ts';
import { builtInTargetIds, builtInTargets } from './settings/targets-for-run.ts';

/** Own targets that are offered; more would hardly find more neighbours. */
const mostOwn = 200;

/** Addresses that Amazon publishes, or did, for trying whether a range of EC2 can be reached. */
export const reachabilityAddresses: readonly string[] = Object.values(reachability.regions).flat();

/**
 * Whom a deep check may ask about a range, beside the targets it tests.
 * @param own the person's own targets, tested in this run or not
 * @param askReachability whether the person agreed that Amazon's published addresses are asked
 */
export function siblingHosts(
  tested: readonly Target[],
  own: readonly Target[],
  askReachability: boolean,
): SiblingHosts {
  const chosen = new Set(tested.map(({ id }) => id));
  const ownRest = own.filter(({ id }) => !chosen.has(id) && !builtInTargetIds.has(id)).slice(0, mostOwn);
  const builtInRest = builtInTargets.filter(({ id }) => !chosen.has(id));
  return {
    targets: [
      ...ownRest.map((target) => ({ target, source: 'own' as const })),
      ...builtInRest.map((target) => ({ target, source: 'built-in' as const })),
    ],
    addresses: askReachability ? reachabilityAddresses : [],
  };
}
