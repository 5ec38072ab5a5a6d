import { describe, expect, it } from 'vitest';
import type { CloudFinding } from '../../../model/cloud.ts';
import type { RunTarget } from '../../../model/run-view.ts';
import type { Verdict, VerdictName } from '../../../model/verdict.ts';
import { hitBy2018, hostsOf2018, type Range2018 } from '../../../renderer/screens/aws/april-2018.ts';
import { arrangeHosts, firstArrangement } from '../../../renderer/screens/aws/arrange-hosts.ts';
import { anycast, gatherCloudHosts, isHit } from '../../../renderer/screens/aws/cloud-hosts.ts';
import { gridRegions } from '../../../renderer/screens/aws/region-grid.ts';

function finding(targetId: string, address: string, more: Partial<CloudFinding> = {}): CloudFinding {
  return { targetId, host: `${targetId}.example`, address, operator: 'aws', list2018: false, ...more };
}

function verdict(targetId: string, name: VerdictName): [string, Verdict] {
  return [
    targetId,
    { targetId, verdict: name, rule: 'a.b', confidence: 'high', workingRoutes: [], evidence: [], next: [] },
  ];
}

const targets: readonly RunTarget[] = ['bank', 'shop', 'school'].map((id) => ({
  id,
  name: `A ${id}`,
  group: 'stores',
  protocol: 'https',
}));

const cloud = [
  finding('bank', '192.0.2.1', { region: 'eu-central-1', prefix: '192.0.2.0/24', service: 'EC2', list2018: true }),
  finding('bank', '192.0.2.2', { region: 'eu-central-1', prefix: '192.0.2.0/24', service: 'EC2' }),
  finding('shop', '198.51.100.1', { region: 'eu-west-1', list2018: true }),
  finding('shop', '203.0.113.1', { operator: 'google' }),
  finding('school', '198.51.100.9'),
];
const verdicts = new Map([verdict('bank', 'blocked'), verdict('shop', 'reachable')]);
const hosts = gatherCloudHosts(cloud, targets, verdicts);
const amazon = hosts.filter(({ operator }) => operator === 'aws');

describe('hosts on clouds', () => {
  it('are one per target and operator, with what is known of all their addresses', () => {
    expect(hosts.map(({ targetId, operator }) => `${targetId} ${operator}`)).toEqual([
      'bank aws',
      'shop aws',
      'shop google',
      'school aws',
    ]);
    expect(hosts[0]).toMatchObject({
      name: 'A bank',
      regions: ['eu-central-1'],
      services: ['EC2'],
      prefixes: ['192.0.2.0/24'],
      list2018: true,
    });
  });

  it('claim no region for an address that answers in many places, which is not the same as not knowing', () => {
    const regionsOf = (more: Partial<CloudFinding>) =>
      gatherCloudHosts([finding('bank', '192.0.2.1', more)], targets, verdicts)[0]?.regions;
    expect(regionsOf({ prefix: '192.0.2.0/24', service: 'CLOUDFRONT' })).toEqual([anycast]);
    expect(regionsOf({})).toEqual([]);
  });

  it('get no score that the engine did not give, and the highest of those it gave', () => {
    expect(hosts.every((host) => !('collateral' in host))).toBe(true);
    const scored = (score: number) => ({ score, band: 'possible' as const, evidence: [], otherwise: 'down' });
    const [host] = gatherCloudHosts(
      [
        finding('bank', '192.0.2.1', { collateral: scored(0.4) }),
        finding('bank', '192.0.2.2', { collateral: scored(0.7) }),
      ],
      targets,
      verdicts,
    );
    expect(host?.collateral?.score).toBe(0.7);
  });

  it('are hit where the verdict says so, and nothing is said where it says nothing', () => {
    const judged = (name: VerdictName) => isHit({ verdict: verdict('x', name)[1] });
    expect(judged('blocked')).toBe(true);
    expect(judged('down')).toBe(true);
    expect(judged('reachable')).toBe(false);
    expect(judged('route-broken')).toBe(false);
    expect(judged('inconclusive')).toBeUndefined();
    expect(isHit({})).toBeUndefined();
  });
});

describe('the list of hosts', () => {
  const ids = (how: Partial<typeof firstArrangement>) =>
    arrangeHosts(amazon, { ...firstArrangement, ...how }, 'en').map(({ targetId }) => targetId);

  it('begins with the worst, and what was not judged comes last', () => {
    expect(ids({})).toEqual(['bank', 'shop', 'school']);
    expect(ids({ descending: true })).toEqual(['school', 'shop', 'bank']);
  });

  it('sorts by each column, the unknown last', () => {
    expect(ids({ sort: 'name' })).toEqual(['bank', 'school', 'shop']);
    expect(ids({ sort: 'region' })).toEqual(['bank', 'shop', 'school']);
    expect(ids({ sort: 'list2018' })).toEqual(['bank', 'shop', 'school']);
    expect(ids({ sort: 'score' })).toEqual(['bank', 'shop', 'school']);
  });

  it('shows only what is asked for', () => {
    expect(ids({ show: 'hit' })).toEqual(['bank']);
    expect(ids({ show: 'list2018' })).toEqual(['bank', 'shop']);
    expect(ids({ region: 'eu-west-1' })).toEqual(['shop']);
    expect(ids({ search: ' SCHOOL.example ' })).toEqual(['school']);
    expect(ids({ search: '192.0.2.2' })).toEqual(['bank']);
    expect(ids({ search: '.*' })).toEqual([]);
  });
});

describe('the grid of regions', () => {
  it('counts each host by region and outcome, the worst region first, the unknown one named as such', () => {
    const { rows, states } = gridRegions(amazon);
    expect(rows.map(({ region, total }) => [region, total])).toEqual([
      ['eu-central-1', 1],
      ['', 1],
      ['eu-west-1', 1],
    ]);
    expect(rows[0]?.counts).toMatchObject({ blocked: 1, works: 0 });
    expect(rows[1]?.counts.open).toBe(1);
    expect(states).toEqual(['works', 'blocked', 'open']);
  });

  it('counts a host with addresses in two regions in both', () => {
    const [host] = gatherCloudHosts(
      [finding('bank', '192.0.2.1', { region: 'a' }), finding('bank', '192.0.2.2', { region: 'b' })],
      targets,
      verdicts,
    );
    expect(gridRegions(host ? [host] : []).rows.map(({ region, total }) => [region, total])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(gridRegions([])).toEqual({ rows: [], states: [] });
  });

  it('names the region that is hit hardest, where there are others and it is known', () => {
    expect(gridRegions(amazon).worst).toEqual({ region: 'eu-central-1', failing: 1, total: 1 });
    const alone = amazon.filter(({ targetId }) => targetId === 'bank');
    expect(gridRegions(alone).worst).toBeUndefined();
    const well = amazon.filter(({ targetId }) => targetId !== 'bank');
    expect(gridRegions(well).worst).toBeUndefined();
  });
});

describe('April 2018 once more', () => {
  const ranges = new Map<string, Range2018 | null>([
    ['192.0.2.1', { prefix: '192.0.2.0/24', firstSeen: '2018-04-17' }],
    ['192.0.2.2', null],
    ['198.51.100.1', { prefix: '198.51.100.0/24', firstSeen: '2018-04-16' }],
    ['203.0.113.1', { prefix: '203.0.113.0/24', firstSeen: '2018-04-18' }],
  ]);
  const listed = hostsOf2018(hosts, ranges);

  it('is of services, each once whatever clouds it lives on', () => {
    expect(listed.map(({ host, operators, addresses }) => [host.targetId, operators, addresses])).toEqual([
      ['bank', ['aws'], 2],
      ['shop', ['aws', 'google'], 2],
    ]);
    expect(hostsOf2018(hosts, new Map())).toEqual([]);
    expect(hostsOf2018([], ranges)).toEqual([]);
  });

  it('hits them from the day their range was on the list, wholly once all their addresses are, these first', () => {
    const by = (day: string) => hitBy2018(listed, day).map(({ host, partly }) => [host.targetId, partly]);
    expect(by('2018-04-15')).toEqual([]);
    expect(by('2018-04-16')).toEqual([['shop', true]]);
    expect(by('2018-04-17')).toEqual([
      ['bank', true],
      ['shop', true],
    ]);
    expect(by('2018-04-18')).toEqual([
      ['shop', false],
      ['bank', true],
    ]);
    expect(hitBy2018(listed, '2018-04-17').map(({ inside }) => inside.map(({ prefix }) => prefix))).toEqual([
      ['192.0.2.0/24'],
      ['198.51.100.0/24'],
    ]);
  });
});

describe('many hosts', () => {
  it('are gathered, arranged, counted by region and laid on the list in no time: 10,000 of them', () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      finding(`t${at}`, `10.${at >> 8}.${at & 255}.1`, {
        region: `region-${at % 40}`,
        prefix: `10.${at >> 8}.0.0/16`,
        list2018: at % 2 === 0,
      }),
    );
    const names = many.map(({ targetId }) => ({
      id: targetId,
      name: targetId,
      group: 'own',
      protocol: 'https' as const,
    }));
    const judged = new Map(many.map(({ targetId }) => verdict(targetId, 'blocked')));
    const ranges = new Map(many.map(({ address }) => [address, { prefix: '10.0.0.0/8', firstSeen: '2018-04-16' }]));
    const begun = performance.now();
    const gathered = gatherCloudHosts(many, names, judged);
    expect(arrangeHosts(gathered, firstArrangement, 'en')).toHaveLength(10_000);
    expect(gridRegions(gathered).rows).toHaveLength(40);
    expect(hitBy2018(hostsOf2018(gathered, ranges), '2018-04-16')).toHaveLength(5000);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
