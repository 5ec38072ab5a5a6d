import { describe, expect, it } from 'vitest';
import { addCollateral } from '../../../engine/collateral/add-collateral.ts';
import { findThinRanges } from '../../../engine/collateral/find-thin-ranges.ts';
import type { Circumstances, JudgedHost } from '../../../engine/collateral/read-host.ts';
import { judgeTarget } from '../../../engine/judge/judge-target.ts';
import type { CloudFinding } from '../../../model/cloud.ts';
import type { SiblingProbe } from '../../../model/report.ts';
import { aCase, aRoute, aTarget, calmEnvironment, failure, type Ran } from '../../support/a-case.ts';
import { answering, cutByName, dropped, mine, neighbours, refused } from '../../support/a-cloud-case.ts';

const prefix = '52.58.0.0/15';

function judge(at: number, current: Ran, controls?: readonly { failure: ReturnType<typeof failure> }[]): JudgedHost {
  const id = `host-${at}`;
  const input = aCase({ current, ...(controls ? { controls } : {}) });
  const target = { ...aTarget(), id, host: `www.site-${at}.example`, url: `https://www.site-${at}.example/` };
  return { target, results: input.results, verdict: { ...judgeTarget(input), targetId: id } };
}

function findingOf(at: number, address: string, change: Partial<CloudFinding> = {}): CloudFinding {
  return {
    targetId: `host-${at}`,
    host: `www.site-${at}.example`,
    address,
    operator: 'aws',
    prefix,
    list2018: false,
    ...change,
  };
}

const routes = [aRoute('direct', 'direct'), aRoute('abroad', 'socks5h')];
const around: Circumstances = { routes, environment: calmEnvironment };
const thin = async (hosts: readonly JudgedHost[], addresses: readonly string[], where = around) =>
  Object.fromEntries(
    await findThinRanges(
      addresses.map((address, at) => findingOf(at, address)),
      hosts,
      where,
    ),
  );

describe('ranges that lack neighbours', () => {
  it('are those of hosts that cannot be connected to, by as many as are missing to four', async () => {
    expect(await thin([judge(0, dropped(mine))], [mine])).toEqual({ [prefix]: 4 });
    const some = [mine, ...neighbours.slice(0, 2)];
    expect(
      await thin(
        some.map((address, at) => judge(at, dropped(address))),
        some,
      ),
    ).toEqual({ [prefix]: 2 });
    const five = [mine, ...neighbours, '52.58.4.1'];
    expect(
      await thin(
        five.map((address, at) => judge(at, dropped(address))),
        five,
      ),
    ).toEqual({});
  });

  it('are not those of hosts that work, are refused, are cut by name, or fail for the control too', async () => {
    for (const ran of [answering(mine), refused(mine), cutByName(mine, 'passes')]) {
      expect(await thin([judge(0, ran)], [mine])).toEqual({});
    }
    const down = judge(0, dropped(mine), [{ failure: failure('proxy', 'timeout') }]);
    expect(await thin([down], [mine])).toEqual({});
  });

  it('are none where only the AS is known', async () => {
    const { prefix: _, ...finding } = findingOf(0, mine);
    expect((await findThinRanges([finding], [judge(0, dropped(mine))], around)).size).toBe(0);
  });

  it.each<[string, Partial<Circumstances>]>([
    ['a tunnel', { environment: { ...calmEnvironment, tunnel: { up: true } } }],
    [
      'a tunnel chosen as the route',
      { routes: [{ ...aRoute('direct', 'interface'), endpoint: 'wg0' }, aRoute('abroad', 'socks5h')] },
    ],
    ['a tool that alters packets', { environment: { ...calmEnvironment, bypassTools: ['zapret'] } }],
    ['a sign-in page', { environment: { ...calmEnvironment, captivePortal: true } }],
    ['a box that accepts every connection', { environment: { ...calmEnvironment, connectsProveNothing: true } }],
    ['neutral sites that do not answer', { routes: [aRoute('direct', 'direct', false), aRoute('abroad', 'socks5h')] }],
  ])('are none behind %s', async (_, change) => {
    expect(await thin([judge(0, dropped(mine))], [mine], { ...around, ...change })).toEqual({});
  });
});

describe('hosts that were asked besides', () => {
  const probe = (address: string, change: Partial<SiblingProbe> = {}): SiblingProbe => ({
    address,
    prefix,
    source: 'reachability',
    here: 'failed',
    control: 'ok',
    ...change,
  });
  const bandWith = async (siblings: readonly SiblingProbe[], where = around) => {
    const scored = await addCollateral([findingOf(0, mine)], [judge(0, dropped(mine))], where, siblings);
    expect(scored).toHaveLength(1);
    return scored[0]?.collateral;
  };

  it('are neighbours: each address without a name its own witness, hosts of one site but one', async () => {
    expect(await bandWith([])).toMatchObject({ band: 'possible' });
    expect(await bandWith(neighbours.map((address) => probe(address)))).toMatchObject({ band: 'likely' });
    const oneSite = neighbours.map((address, at) => probe(address, { host: `h${at}.one.example`, source: 'own' }));
    expect(await bandWith(oneSite)).toMatchObject({ band: 'possible', capped: ['few-siblings'] });
    const ownSite = neighbours.map((address) => probe(address, { host: 'cdn.site-0.example' }));
    expect((await bandWith(ownSite))?.evidence).not.toContain('siblings-fail');
  });

  it('are not counted where nothing shows that they are alive, and say no where they answer', async () => {
    for (const control of ['failed', 'none'] as const) {
      expect(await bandWith(neighbours.map((address) => probe(address, { control })))).toMatchObject({ score: 0.581 });
    }
    const answer = neighbours.map((address) => probe(address, { here: 'ok', control: 'none' }));
    expect(await bandWith(answer)).toMatchObject({ band: 'unlikely' });
    expect(await bandWith(neighbours.map((address) => probe(address, { prefix: '18.196.0.0/15' })))).toMatchObject({
      score: 0.581,
    });
  });

  it('change nothing where a tunnel was chosen as the route', async () => {
    const tunnel = {
      ...around,
      routes: [{ ...aRoute('direct', 'interface'), endpoint: 'utun4' }, aRoute('abroad', 'socks5h')],
    };
    expect(
      await bandWith(
        neighbours.map((address) => probe(address)),
        tunnel,
      ),
    ).toMatchObject({
      score: 0.3,
      band: 'insufficient',
      capped: expect.arrayContaining(['tunnel-up']),
    });
  });
});
