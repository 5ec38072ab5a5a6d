import { describe, expect, it } from 'vitest';
import { type Check, webTarget } from './check.ts';
import { accusations, expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { site } from './sites.ts';
import { checkIn, type World, type WorldSpec } from './world.ts';

const shop = site('shop.example', '52.58.1.1');
const proxies = ['socks'] as const;
/** Dropped packets need no more than this to be told: nothing here is further than a millisecond away. */
const quickly = ['--connect-timeout', '1500'];

const withControl = (at: World) => ['direct', at.links.socks];

/** One target, the current connection and, unless told otherwise, one proxy abroad. */
function judgeShop(spec: WorldSpec, routes: (at: World) => readonly string[] = withControl): Promise<Check> {
  const request = { targets: [webTarget('shop.example')], args: quickly };
  return checkIn({ sites: [shop], proxies, ...spec }, (at) => ({ ...request, routes: routes(at) }));
}

describe.skipIf(!requireWorld()).concurrent('an address that is cut off', () => {
  it('by dropping its packets is blocked by address', async () => {
    const check = await judgeShop({ censor: { forward: ['ip daddr 52.58.1.1 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
    expect(check.verdict('shop.example').workingRoutes).toHaveLength(1);
    expect(check.result('shop.example', 'direct')).toMatchObject({
      state: 'failed',
      tries: 2,
      failure: { step: 'connect', kind: 'timeout' },
    });
    expect(check.report.cloud).toContainEqual(
      expect.objectContaining({ targetId: 'shop.example', address: '52.58.1.1', operator: 'aws', list2018: true }),
    );
  });

  it('by resetting every port is blocked by address', async () => {
    const check = await judgeShop({
      censor: { forward: ['ip daddr 52.58.1.1 meta l4proto tcp reject with tcp reset'] },
    });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.refused' });
  });

  it('by an ICMP answer is blocked by address', async () => {
    const check = await judgeShop({
      censor: { forward: ['ip daddr 52.58.1.1 reject with icmp type admin-prohibited'] },
    });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.unreachable' });
  });

  it('of IPv6, while the rest of IPv6 works, is blocked by address', async () => {
    const six = site('shop.example', '2a05:d014::1');
    const check = await judgeShop({ sites: [six], censor: { forward: ['ip6 daddr 2a05:d014::/32 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
    expect(check.report.environment.ipv6).toBe('works');
  });

  it('on port 443 alone, by silence, is blocked by port', async () => {
    const check = await judgeShop({ censor: { forward: ['ip daddr 52.58.1.1 tcp dport 443 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'port', rule: 'port.filtered' });
  });

  it('on port 443 alone, by reset, is blocked by port', async () => {
    const check = await judgeShop({ censor: { forward: ['ip daddr 52.58.1.1 tcp dport 443 reject with tcp reset'] } });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'port', rule: 'port.filtered' });
  });

  it('for every payload, whatever its name, is blocked by address', async () => {
    const check = await judgeShop({ censor: { forward: ['ip daddr 52.58.1.1 tcp dport 443 ip length > 100 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.tls-any-name' });
  });

  it('with its whole Amazon range is blocked, and found on the list of 2018', async () => {
    const names = ['shop.example', 'bank.example', 'wallet.example', 'games.example'];
    const sites = names.map((name, n) => site(name, `52.58.${n + 1}.1`));
    const check = await checkIn({ sites, proxies, censor: { forward: ['ip daddr 52.58.0.0/15 drop'] } }, (at) => ({
      targets: names.map((name) => webTarget(name)),
      routes: withControl(at),
      args: quickly,
    }));
    for (const name of names) expectVerdict(check, name, { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
    const findings = check.report.cloud.map(({ targetId, operator, asn, list2018 }) => ({
      targetId,
      operator,
      asn,
      list2018,
    }));
    expect(findings).toEqual(names.map((targetId) => ({ targetId, operator: 'aws', asn: 16509, list2018: true })));
  });

  it('by dropping its packets is blocked for a bare TLS port, too', async () => {
    const target = { id: 'port', name: 'port', group: 'test', protocol: 'tls', host: 'shop.example', port: 443 };
    const spec = { sites: [shop], proxies, censor: { forward: ['ip daddr 52.58.1.1 drop'] } };
    const check = await checkIn(spec, (at) => ({ targets: [target], routes: withControl(at), args: quickly }));
    expectVerdict(check, 'port', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
  });

  it('without any control proves nothing', async () => {
    const check = await judgeShop({ censor: { forward: ['ip daddr 52.58.1.1 drop'] } }, () => ['direct']);
    expectVerdict(check, 'shop.example', { verdict: 'inconclusive', rule: 'control.none' });
    expect(check.verdict('shop.example').next).toContain('add-a-route');
  });
});

describe.skipIf(!requireWorld()).concurrent('what must not be called a blocked address', () => {
  it('is a host that is silent for everyone', async () => {
    const check = await judgeShop({
      sites: [],
      dns: {
        isp: { 'shop.example': ['52.58.1.1'] },
        plain: { 'shop.example': ['52.58.1.1'] },
        doh: { 'shop.example': ['52.58.1.1'] },
      },
    });
    expectVerdict(check, 'shop.example', { verdict: 'down', rule: 'down.everywhere' });
  });

  it('is a port that is closed for everyone', async () => {
    const { https, ...plain } = shop;
    expect(https).toBeDefined();
    const check = await judgeShop({ sites: [plain] });
    expectVerdict(check, 'shop.example', { verdict: 'down', rule: 'down.everywhere' });
  });

  it('is an IPv6 address that is dead while IPv4 works', async () => {
    const both = site('shop.example', ['52.58.1.1', '2a05:d014::1']);
    const check = await judgeShop({ sites: [both], censor: { forward: ['ip6 daddr 2a05:d014::1 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'reachable', rule: 'reachable.current' });
    const tried = check.result('shop.example', 'direct').observations.filter(({ step }) => step === 'connect');
    expect(tried, check.explain('shop.example')).toContainEqual(
      expect.objectContaining({ address: '2a05:d014::1', failure: expect.anything() }),
    );
  });

  it('is a bare TCP port of which only a proxy says that it can be reached', async () => {
    const target = { id: 'port', name: 'port', group: 'test', protocol: 'tcp', host: 'shop.example', port: 443 };
    const spec = { sites: [shop], proxies, censor: { forward: ['ip daddr 52.58.1.1 drop'] } };
    const check = await checkIn(spec, (at) => ({ targets: [target], routes: withControl(at), args: quickly }));
    expectVerdict(check, 'port', { verdict: 'inconclusive', rule: 'control.proxys-word' });
  });

  it('is an old address that a resolver still remembers', async () => {
    const check = await judgeShop({ dns: { isp: { 'shop.example': ['52.58.1.200'] } } });
    expectVerdict(check, 'shop.example', { verdict: 'inconclusive', rule: 'ip.address-dead' });
  });

  it('is IPv6 that is broken for the whole connection', async () => {
    const both = site('shop.example', ['52.58.1.1', '2a05:d014::1']);
    const check = await judgeShop({ sites: [both], censor: { forward: ['meta nfproto ipv6 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(check.report.environment.ipv6).toBe('broken');
  });

  it('is a name with IPv6 addresses only, on a connection whose IPv6 is broken', async () => {
    const six = site('shop.example', '2a05:d014::1');
    const check = await judgeShop({ sites: [six], censor: { forward: ['meta nfproto ipv6 drop'] } });
    expect(check.report.environment.ipv6).toBe('broken');
    expectVerdict(check, 'shop.example', { verdict: 'inconclusive', rule: 'gate.ipv6' });
  });

  it('is a name with IPv6 addresses only, on a connection without IPv6', async () => {
    const check = await judgeShop({ sites: [site('shop.example', '2a05:d014::1')], ipv6: 'absent' });
    expect(check.report.environment.ipv6).toBe('absent');
    expectVerdict(check, 'shop.example', { verdict: 'inconclusive', rule: 'gate.ipv6' });
  });

  it('is a line that loses a tenth of its packets', async () => {
    const check = await judgeShop({ censor: { forward: ['numgen random mod 10 == 0 drop'] } });
    expect(accusations, check.explain('shop.example')).not.toContain(check.verdict('shop.example').verdict);
  });

  it('is one dead address of two', async () => {
    const two = site('shop.example', ['52.58.1.1', '52.58.1.2']);
    const check = await judgeShop({ sites: [two], censor: { forward: ['ip daddr 52.58.1.1 drop'] } });
    expectVerdict(check, 'shop.example', { verdict: 'reachable', rule: 'reachable.current' });
  });

  it('is a server that thinks for three seconds', async () => {
    const slow = site('shop.example', '52.58.1.1', { https: { body: 'at last', delayMs: 3000 } });
    const check = await judgeShop({ sites: [slow] });
    expectVerdict(check, 'shop.example', { verdict: 'reachable', rule: 'reachable.current' });
  });

  it('is a connection that is reset once and works the next time', async () => {
    const check = await judgeShop({ sites: [site('shop.example', '52.58.1.1', { resetUserFirst: 1 })] });
    expectVerdict(check, 'shop.example', { verdict: 'inconclusive', rule: 'tries.disagree' });
    expect(check.result('shop.example', 'direct').tries).toBe(2);
  });
});
