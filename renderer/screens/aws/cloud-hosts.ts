import type { CloudFinding } from '../../../model/cloud.ts';
import type { RunTarget } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';

/** In a region's place where a prefix is known and has none: one address answers in many places, so no region may be claimed. */
export const anycast = 'GLOBAL';

/** A tested host that lives on a cloud, with every address of it that does. */
export interface CloudHost {
  readonly targetId: string;
  readonly name: string;
  readonly host: string;
  readonly operator: string;
  readonly findings: readonly CloudFinding[];
  /** Distinct, in the order of the addresses; empty where the tables do not tell. One of them may be {@link anycast}. */
  readonly regions: readonly string[];
  readonly services: readonly string[];
  readonly prefixes: readonly string[];
  /** Whether any of its addresses lies in a range of April 2018. */
  readonly list2018: boolean;
  readonly verdict?: Verdict;
  /** The highest score of its addresses, where the engine gave one. */
  readonly collateral?: NonNullable<CloudFinding['collateral']>;
}

/** One host per target and operator, in the order of the targets. */
export function gatherCloudHosts(
  cloud: readonly CloudFinding[],
  targets: readonly RunTarget[],
  verdicts: ReadonlyMap<string, Verdict>,
): readonly CloudHost[] {
  const names = new Map(targets.map(({ id, name }) => [id, name]));
  return [...Map.groupBy(cloud, ({ targetId, operator }) => `${operator} ${targetId}`).values()].flatMap((findings) => {
    const [first] = findings;
    if (!first) return [];
    const { targetId, host, operator } = first;
    const verdict = verdicts.get(targetId);
    const scores = findings.flatMap(({ collateral }) => (collateral ? [collateral] : []));
    const collateral = scores.toSorted((a, b) => b.score - a.score)[0];
    return [
      {
        targetId,
        name: names.get(targetId) ?? targetId,
        host,
        operator,
        findings,
        regions: distinct(findings.map(({ prefix, region }) => region ?? (prefix === undefined ? undefined : anycast))),
        services: distinct(findings.map(({ service }) => service)),
        prefixes: distinct(findings.map(({ prefix }) => prefix)),
        list2018: findings.some((finding) => finding.list2018),
        ...(verdict && { verdict }),
        ...(collateral && { collateral }),
      },
    ];
  });
}

function distinct(words: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(words.filter((word) => word !== undefined))];
}

/** Whether a host fails on the current connection; undefined where that cannot be said. */
export function isHit({ verdict }: Pick<CloudHost, 'verdict'>): boolean | undefined {
  switch (verdict?.verdict) {
    case 'blocked':
    case 'likely-blocked':
    case 'impaired':
    case 'geo-restricted':
    case 'down':
      return true;
    case 'reachable':
    case 'route-broken':
      return false;
    default:
      return undefined;
  }
}
