import { findCloud } from '../../engine/run/find-cloud.ts';
import type { AddressFacts, CloudFinding } from '../../model/cloud.ts';
import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';

/** Finds the addresses on clouds in results as they come, each once for every target and without a score. */
export function findPlaces(
  targets: readonly Target[],
  facts: (address: string) => AddressFacts,
): (result: Result) => readonly CloudFinding[] {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const told = new Map(targets.map(({ id }) => [id, new Set<string>()]));
  return (result) => {
    const target = byId.get(result.targetId);
    const known = told.get(result.targetId);
    if (!target || !known) return [];
    const fresh = findCloud([target], [result], facts).filter(({ address }) => !known.has(address));
    for (const { address } of fresh) known.add(address);
    return fresh;
  };
}
