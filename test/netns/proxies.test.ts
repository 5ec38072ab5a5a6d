import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vpn } from './addresses.ts';
import { webTarget } from './check.ts';
import { proxyUser } from './daemons.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { site } from './sites.ts';
import { world } from './world.ts';

const mail = site('mail.example', '52.58.3.1');
const targets = [webTarget('mail.example')];
const dropped = { forward: ['ip daddr 52.58.3.1 drop'] };
const quickly = ['--connect-timeout', '1500'];
const every = ['socks', 'socksPassword', 'socks4a', 'danted', 'connect', 'connectPassword', 'https'] as const;

describe.skipIf(!requireWorld()).concurrent('a proxy as a control', () => {
  it('works in every kind, with and without a password', async () => {
    await world({ sites: [mail], proxies: every, censor: dropped }, async (at) => {
      const { links } = at;
      const controls = [
        links.socks,
        links.socksLocalDns,
        links.socksPassword,
        links.socks4,
        links.socks4a,
        links.danted5,
        links.connect,
        links.connectPassword,
        links.https,
      ];
      const check = await at.check({ targets, routes: ['direct', ...controls], args: quickly });
      expectVerdict(check, 'mail.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
      const [, ...others] = check.report.routes;
      expect(others.map(({ kind }) => kind)).toEqual([
        'socks5h',
        'socks5',
        'socks5h',
        'socks4',
        'socks4a',
        'socks5h',
        'http',
        'http',
        'https',
      ]);
      expect(
        others.filter(({ baseline }) => !baseline.ok),
        JSON.stringify(check.report.routes),
      ).toEqual([]);
      expect(new Set(check.verdict('mail.example').workingRoutes)).toEqual(new Set(others.map((route) => route.id)));
    });
  });

  it('never shows its password, in no file and on no terminal', async () => {
    await world({ sites: [mail], proxies: every, censor: dropped }, async (at) => {
      const { links } = at;
      const kinds = ['csv', 'markdown'].map((kind) => ({
        kind,
        file: join(at.folder, `report.${kind}`),
      }));
      const check = await at.check({
        targets,
        routes: ['direct', links.socksPassword, links.connectPassword, links.socksWrongPassword],
        args: [...quickly, '--redact', 'none', ...kinds.flatMap(({ kind, file }) => [`--${kind}`, file])],
      });
      const written = [check.reportText, check.output, ...kinds.map(({ file }) => readFileSync(file, 'utf8'))];
      expect(written).toHaveLength(4);
      for (const text of written) {
        expect(text).toContain('mail.example');
        expect(text).not.toContain(proxyUser.password);
        expect(text).not.toContain(proxyUser.username);
        expect(text).not.toContain(Buffer.from(`${proxyUser.username}:${proxyUser.password}`).toString('base64'));
      }
    });
  });

  it('that is dead is no control, and says so', async () => {
    await world({ sites: [mail], censor: dropped }, async (at) => {
      const check = await at.check({ targets, routes: ['direct', at.links.dead], args: quickly });
      expectVerdict(check, 'mail.example', { verdict: 'inconclusive', rule: 'control.none' });
      expect(check.report.routes[1]).toMatchObject({
        baseline: { ok: false, passed: 0 },
        failure: { step: 'connect', kind: 'timeout' },
      });
    });
  });

  it('with a wrong password is no control, and says so', async () => {
    await world({ sites: [mail], proxies: ['socksPassword', 'connectPassword'], censor: dropped }, async (at) => {
      const { links } = at;
      const routes = ['direct', links.socksWrongPassword, links.connectWrongPassword];
      const check = await at.check({ targets, routes, args: quickly });
      expectVerdict(check, 'mail.example', { verdict: 'inconclusive', rule: 'control.none' });
      for (const route of check.report.routes.slice(1)) {
        expect(route, JSON.stringify(route)).toMatchObject({
          baseline: { ok: false },
          failure: { step: 'proxy', kind: 'proxy-auth' },
        });
      }
    });
  });

  it('over TLS is not trusted with a word where its certificate is not', async () => {
    await world({ sites: [mail], proxies: ['https'], untrustedProxy: true, censor: dropped }, async (at) => {
      const check = await at.check({ targets, routes: ['direct', at.links.https], args: quickly });
      expectVerdict(check, 'mail.example', { verdict: 'inconclusive', rule: 'control.none' });
      expect(check.report.routes[1], JSON.stringify(check.report.routes)).toMatchObject({
        baseline: { ok: false },
        failure: { kind: 'cert-untrusted' },
      });
    });
  });

  it('that cannot reach what works here is itself broken', async () => {
    await world({ sites: [mail], proxies: ['socks'] }, async (at) => {
      const refuseAbroad = `table inet abroad {
        chain out {
          type filter hook output priority filter;
          ip daddr 52.58.3.1 tcp flags & (syn | ack) == syn reject with tcp reset
        }
      }
      `;
      await at.topology.loadRules(at.topology.internet, refuseAbroad);
      const check = await at.check({ targets, routes: ['direct', at.links.socks] });
      expectVerdict(check, 'mail.example', { verdict: 'route-broken', rule: 'route.target-fails' });
    });
  });

  it('that is dead does not disturb what works here', async () => {
    await world({ sites: [mail] }, async (at) => {
      const check = await at.check({ targets, routes: ['direct', at.links.dead], args: quickly });
      expect(check.verdict('mail.example')).toMatchObject({ verdict: 'route-broken', rule: 'route.dead' });
      expect(check.result('mail.example', 'direct').state).toBe('ok');
    });
  });
});

describe.skipIf(!requireWorld()).concurrent('a VPN interface as a control', () => {
  it('carries the packets bound to it, and nothing else does', async () => {
    await world({ sites: [mail], vpn: true, censor: dropped }, async (at) => {
      const check = await at.check({ targets, routes: ['direct', `interface:${vpn.interface}`], args: quickly });
      expectVerdict(check, 'mail.example', { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
      expect(check.report.routes[1]).toMatchObject({ kind: 'interface', baseline: { ok: true } });
      expect(await at.topology.countPackets(at.topology.internet, 'vpn')).toBeGreaterThan(0);
      const reached = at.connections().filter(({ to }) => to === '52.58.3.1:443');
      expect(new Set(reached.map(({ from }) => from))).toEqual(new Set([vpn.user]));
    });
  });

  it('that does not exist is a wrong word, said before anything starts', async () => {
    await world({ sites: [mail] }, async (at) => {
      const started = at.startCheck({ targets, routes: ['direct', 'interface:nosuch0'] });
      const ended = await started.finished.then(
        (check) => check,
        (error: Error) => error,
      );
      if (ended instanceof Error) expect(ended.message).toMatch(/ended with 2:[\s\S]*nosuch0/);
      else expect(ended.report.routes[1]).toMatchObject({ baseline: { ok: false }, failure: expect.anything() });
    });
  });
});
