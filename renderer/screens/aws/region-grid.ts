import type { VerdictName } from '../../../model/verdict.ts';
import type { CloudHost } from './cloud-hosts.ts';

/** What a verdict amounts to in the grid. */
export const gridStates = ['works', 'impaired', 'blocked', 'refuses', 'down', 'open'] as const;
export type GridState = (typeof gridStates)[number];

const stateOf: Readonly<Record<VerdictName, GridState>> = {
  reachable: 'works',
  'route-broken': 'works',
  impaired: 'impaired',
  blocked: 'blocked',
  'likely-blocked': 'blocked',
  'geo-restricted': 'refuses',
  down: 'down',
  inconclusive: 'open',
};

export interface RegionRow {
  /** Empty where the tables name none. */
  readonly region: string;
  readonly total: number;
  readonly counts: Readonly<Record<GridState, number>>;
}

export interface RegionGrid {
  /** Those with the most hosts that do not work first. */
  readonly rows: readonly RegionRow[];
  /** The states that occur at all. */
  readonly states: readonly GridState[];
  /** The region with the most hosts that do not work, where there is one and others to compare it with. */
  readonly worst?: { readonly region: string; readonly failing: number; readonly total: number };
}

/** Hosts by region and by how they do. A host with addresses in two regions counts in both. */
export function gridRegions(hosts: readonly CloudHost[]): RegionGrid {
  const placed = hosts.flatMap((host) =>
    (host.regions.length === 0 ? [''] : host.regions).map((region) => ({
      region,
      state: host.verdict ? stateOf[host.verdict.verdict] : 'open',
    })),
  );
  const rows = [...Map.groupBy(placed, ({ region }) => region)].map(([region, members]): RegionRow => {
    const count = (wanted: GridState) => members.filter(({ state }) => state === wanted).length;
    return {
      region,
      total: members.length,
      counts: {
        works: count('works'),
        impaired: count('impaired'),
        blocked: count('blocked'),
        refuses: count('refuses'),
        down: count('down'),
        open: count('open'),
      },
    };
  });
  const failing = ({ total, counts }: RegionRow) => total - counts.works - counts.open;
  const sorted = rows.toSorted(
    (a, b) => failing(b) - failing(a) || b.total - a.total || a.region.localeCompare(b.region),
  );
  const [first] = sorted;
  return {
    rows: sorted,
    ...(first && sorted.length > 1 && first.region !== '' && failing(first) > 0
      ? { worst: { region: first.region, failing: failing(first), total: first.total } }
      : {}),
    states: gridStates.filter((state) => rows.some(({ counts }) => counts[state] > 0)),
  };
}
