import { describe, expect, it } from 'vitest';
import { vpn } from './addresses.ts';
import { webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { baselineSites, site } from './sites.ts';
import { checkIn, type WorldSpec, world } from './world.ts';

const wiki = site('wiki.example', '104.16.8.1');
const targets = [webTarget('wiki.example')];
const quickly = ['--connect-timeout', '1500'];

function judge(spec: WorldSpec) {
  return checkIn({ sites: [wiki], proxies: ['socks'], ...spec }, (at) => ({
    targets,
    routes: ['direct', at.links.socks],
    args: quickly,
  }));
}

describe.skipIf(!requireWorld()).concurrent('nothing is called blocked', () => {
  it('when the cable is out', async () => {
    await world({ sites: [wiki], proxies: ['socks'] }, async (at) => {
      await at.asUser('ip', 'link', 'set', 'eth0', 'down');
      const check = await at.check({ targets, routes: ['direct', at.links.socks], args: quickly });
      expectVerdict(check, 'wiki.example', { verdict: 'inconclusive', rule: 'gate.offline' });
      expect(check.verdict('wiki.example').next).toContain('check-connection');
    });
  });

  it('when everything is lost on the way, the proxies too', async () => {
    const check = await judge({ censor: { forward: ['drop'] } });
    expectVerdict(check, 'wiki.example', { verdict: 'inconclusive', rule: 'gate.baseline-dead' });
  });

  it('when the current connection carries nothing but the proxy', async () => {
    const check = await judge({
      censor: { forward: ['ip daddr 185.15.59.10 accept', 'ip saddr 185.15.59.10 accept', 'drop'] },
    });
    expectVerdict(check, 'wiki.example', { verdict: 'inconclusive', rule: 'gate.baseline-dead' });
    expect(check.verdict('wiki.example').next).toContain('use-working-route');
  });

  it('when a portal wants a sign-in first', async () => {
    const portal = site('portal.cafe.example', '95.167.13.62', { http: { body: '<title>Welcome, sign in</title>' } });
    const check = await judge({
      sites: [wiki, portal],
      censor: {
        tls: [{ name: '*', action: 'reset' }],
        http: [
          {
            name: 'wiki.example',
            action: { reply: { status: 302, headers: { location: 'http://95.167.13.62/login' } } },
          },
          { name: '*', action: { reply: { status: 302, headers: { location: 'http://95.167.13.62/login' } } } },
        ],
      },
    });
    expectVerdict(check, 'wiki.example', { verdict: 'inconclusive', rule: 'gate.captive-portal' });
    expect(check.report.environment.captivePortal).toBe(true);
    expect(check.verdict('wiki.example').next).toContain('sign-in-to-network');
  });

  it('when the clock is a day off and a certificate looks expired', async () => {
    const date = new Date(Date.now() + 86_400_000).toUTCString();
    const tomorrow = baselineSites.map((standard) => ({
      ...standard,
      ...(standard.http ? { http: { ...standard.http, headers: { ...standard.http.headers, date } } } : {}),
      ...(standard.https ? { https: { ...standard.https, headers: { ...standard.https.headers, date } } } : {}),
    }));
    const check = await judge({ sites: [{ ...wiki, certificate: 'expired' }, ...tomorrow] });
    expectVerdict(check, 'wiki.example', { verdict: 'inconclusive', rule: 'gate.clock-skew' });
    expect(check.report.environment.clockSkewMs).toBeLessThan(-86_000_000);
    expect(check.verdict('wiki.example').next).toContain('check-clock');
  });
});

describe.skipIf(!requireWorld()).concurrent('the environment', () => {
  it('is plain on a plain connection', async () => {
    const check = await judge({});
    expectVerdict(check, 'wiki.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(check.report.environment).toMatchObject({
      tunnel: { up: false },
      captivePortal: false,
      connectsProveNothing: false,
      ipv6: 'works',
      httpsScanning: false,
    });
    expect(Math.abs(check.report.environment.clockSkewMs ?? Number.NaN)).toBeLessThan(2000);
    for (const { baseline } of check.report.routes) expect(baseline).toEqual({ ok: true, passed: 4, tried: 4 });
  });

  it('has no IPv6 where the machine has none', async () => {
    const check = await judge({ ipv6: 'absent' });
    expectVerdict(check, 'wiki.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(check.report.environment.ipv6).toBe('absent');
  });

  it('tells when a connection succeeds to an address nobody has', async () => {
    // No rule, but a middlebox that listens.
    const censor = { tls: [] };
    await world({ sites: [wiki], proxies: ['socks'], censor }, async (at) => {
      const answerAll = `table ip everyone {
        chain take {
          type nat hook prerouting priority dstnat - 1;
          ip daddr 192.0.2.0/24 tcp dport 1-65535 redirect to :20000
        }
      }
      `;
      await at.topology.loadRules(at.topology.isp, answerAll);
      const check = await at.check({ targets, routes: ['direct', at.links.socks] });
      expect(check.report.environment.connectsProveNothing).toBe(true);
      expectVerdict(check, 'wiki.example', { verdict: 'reachable', rule: 'reachable.current' });
    });
  });

  it('names the tunnel that carries the current connection', async () => {
    await world({ sites: [wiki], vpn: true }, async (at) => {
      await at.asUser('ip', 'route', 'replace', 'default', 'via', vpn.gateway, 'dev', vpn.interface);
      const check = await at.check({ targets, args: ['--redact', 'none'] });
      expectVerdict(check, 'wiki.example', { verdict: 'reachable', rule: 'reachable.current' });
      expect(check.report.environment.tunnel).toEqual({ up: true, interface: vpn.interface, sign: 'interface' });
      expect(check.output).toContain(`via ${vpn.interface}`);
    });
  });

  it('knows a neutral endpoint that is cut from a dead connection', async () => {
    const check = await judge({ censor: { tls: [{ name: 'www.google.com', action: 'reset' }] } });
    expectVerdict(check, 'wiki.example', { verdict: 'reachable', rule: 'reachable.current' });
    expect(check.report.routes[0]?.baseline).toEqual({ ok: true, passed: 3, tried: 4 });
  });
});
