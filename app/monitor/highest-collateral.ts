import type { CloudFinding } from '../../model/cloud.ts';

type Collateral = NonNullable<CloudFinding['collateral']>;

/** Of each target that has a score, that of the address with the highest one. */
export function highestCollateral(cloud: readonly CloudFinding[]): ReadonlyMap<string, Collateral> {
  const highest = new Map<string, Collateral>();
  for (const { targetId, collateral } of cloud) {
    if (collateral && collateral.score >= (highest.get(targetId)?.score ?? 0)) highest.set(targetId, collateral);
  }
  return highest;
}
