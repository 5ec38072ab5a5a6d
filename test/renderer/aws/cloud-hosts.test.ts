import { describe, expect, it } from 'vitest';
import type { AddressFacts, CloudFinding } from '../../../model/cloud.ts';
import type { RunTarget } from '../../../model/run-view.ts';
import type { Verdict, VerdictName } from '../../../model/verdict.ts';
import { daysOf2018, hitBy2018 } from '../../../renderer/screens/aws/april-2018.ts';
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
    expect(ids({ sort: 'service' })).toEqual(['bank', 'shop', 'school']);
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
});

describe('April 2018 once more', () => {
  const range = (prefix: string, firstSeen: string): AddressFacts => ({ range2018: { prefix, firstSeen } });
  const facts = new Map<string, AddressFacts>([
    ['192.0.2.1', range('192.0.2.0/24', '2018-04-17')],
    ['192.0.2.2', {}],
    ['198.51.100.1', range('198.51.100.0/24', '2018-04-16')],
  ]);

  it('has the days on which a range with one of these hosts appeared', () => {
    expect(daysOf2018(hosts, facts)).toEqual(['2018-04-16', '2018-04-17']);
    expect(daysOf2018(hosts, new Map())).toEqual([]);
  });

  it('hits hosts from the day their range was on the list, the wholly hit first', () => {
    const by = (day: string) => hitBy2018(hosts, facts, day).map(({ host, partly }) => [host.targetId, partly]);
    expect(by('2018-04-15')).toEqual([]);
    expect(by('2018-04-16')).toEqual([['shop', false]]);
    expect(by('2018-04-17')).toEqual([
      ['shop', false],
      ['bank', true],
    ]);
  });
});
