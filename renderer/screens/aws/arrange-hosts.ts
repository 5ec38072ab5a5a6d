import type { VerdictName } from '../../../model/verdict.ts';
import { type CloudHost, isHit } from './cloud-hosts.ts';

export const hostColumns = ['name', 'region', 'verdict', 'list2018', 'score'] as const;
export type HostColumn = (typeof hostColumns)[number];

export interface Arrangement {
  readonly show: 'all' | 'hit' | 'list2018';
  /** Empty for all regions. */
  readonly region: string;
  readonly search: string;
  readonly sort: HostColumn;
  readonly descending: boolean;
}

export const firstArrangement: Arrangement = {
  show: 'all',
  region: '',
  search: '',
  sort: 'verdict',
  descending: false,
};

/** The worst first: that is what somebody comes for. */
const severity: readonly VerdictName[] = [
  'blocked',
  'likely-blocked',
  'impaired',
  'down',
  'geo-restricted',
  'inconclusive',
  'route-broken',
  'reachable',
];

/** The hosts that are to be seen, in the order wanted; those alike keep the order they came in. */
export function arrangeHosts(hosts: readonly CloudHost[], how: Arrangement, language: string): readonly CloudHost[] {
  const search = how.search.trim().toLocaleLowerCase(language);
  const wanted = hosts.filter(
    (host) =>
      (how.show !== 'hit' || isHit(host) === true) &&
      (how.show !== 'list2018' || host.list2018) &&
      (how.region === '' || host.regions.includes(how.region)) &&
      (search === '' || textOf(host).toLocaleLowerCase(language).includes(search)),
  );
  const compare = comparators(new Intl.Collator(language, { numeric: true }))[how.sort];
  return wanted.toSorted((a, b) => (how.descending ? -compare(a, b) : compare(a, b)));
}

function textOf({ name, host, findings }: CloudHost): string {
  return [
    name,
    host,
    ...findings.flatMap(({ address, prefix = '', region = '', service = '' }) => [address, prefix, region, service]),
  ].join(' ');
}

function comparators(collator: Intl.Collator): Record<HostColumn, (a: CloudHost, b: CloudHost) => number> {
  // What is not known comes last.
  const byText = (of: (host: CloudHost) => string | undefined) => (a: CloudHost, b: CloudHost) => {
    const [first, second] = [of(a), of(b)];
    if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined);
    return collator.compare(first, second);
  };
  const rank = ({ verdict }: CloudHost) => (verdict ? severity.indexOf(verdict.verdict) : severity.length);
  return {
    name: byText(({ name }) => name),
    region: byText(({ regions, services }) => regions[0] && `${regions[0]} ${services[0] ?? ''}`),
    verdict: (a, b) => rank(a) - rank(b),
    list2018: (a, b) => Number(b.list2018) - Number(a.list2018),
    score: (a, b) => (b.collateral?.score ?? -1) - (a.collateral?.score ?? -1),
  };
}
