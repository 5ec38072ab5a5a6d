import { describe, expect, it } from 'vitest';
import { user } from './addresses.ts';
import { webTarget } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { site } from './sites.ts';
import { type World, world } from './world.ts';

const names = ['first.example', 'second.example', 'third.example'];
const moved = site('moved.example', '104.16.9.9', {
  https: { status: 301, headers: { location: 'https://first.example/' } },
});
const sites = [...names.map((name, n) => site(name, `104.16.9.${n + 1}`)), moved];
const targets = [...names, 'moved.example', 'missing.example'].map((name) => webTarget(name));
const proxies = ['socks', 'socks4a', 'connect', 'https'] as const;

function remote({ links }: World): string[] {
  return [links.socks, links.socks4a, links.connect, links.https];
}

describe.skipIf(!requireWorld()).concurrent('names of targets', () => {
  it('never leave this machine in a DNS packet when every route resolves them at its far end', async () => {
    await world({ sites, proxies }, async (at) => {
      const check = await at.check({ targets, routes: remote(at) });
      for (const name of [...names, 'moved.example'])
        expectVerdict(check, name, { verdict: 'reachable', rule: 'reachable.current' });
      expect(at.queriedNames()).toEqual([]);
      expect(await at.dnsPackets()).toBe(0);
      // Nor may DoH carry them from here: whatever reached a server came from a proxy.
      expect(at.connections().filter(({ from }) => from === user.v4)).toEqual([]);
      expect(at.connections().length).toBeGreaterThan(0);
    });
  });

  it.for(['socks', 'socks4a', 'connect', 'https'] as const)('never leave it through %s alone', async (kind) => {
    await world({ sites, proxies }, async (at) => {
      const check = await at.check({ targets, routes: [at.links[kind]] });
      expect(check.result('first.example', check.report.routes[0]?.id ?? '').state).toBe('ok');
      expect([at.queriedNames(), await at.dnsPackets()]).toEqual([[], 0]);
    });
  });

  it('never leave it when those routes fail either', async () => {
    await world({ sites, proxies: ['socksPassword'] }, async (at) => {
      const routes = [at.links.socksWrongPassword, at.links.dead, at.links.connect];
      const check = await at.check({ targets, routes, args: ['--connect-timeout', '1000'] });
      expect(check.report.routes.every(({ baseline }) => !baseline.ok)).toBe(true);
      expect([at.queriedNames(), await at.dnsPackets()]).toEqual([[], 0]);
    });
  });

  it('are asked for by the current connection only, however many controls there are', async () => {
    const asked = async (routes: (at: World) => string[]) =>
      world({ sites, proxies }, async (at) => {
        await at.check({ targets, routes: routes(at) });
        return at
          .queriedNames()
          .filter((name) => names.includes(name))
          .sort();
      });
    const alone = await asked(() => ['direct']);
    const accompanied = await asked((at) => ['direct', ...remote(at)]);
    expect(new Set(alone)).toEqual(new Set(names));
    expect(accompanied).toEqual(alone);
  });

  it('are seen leaving where a route is told to resolve them here, so the counters do count', async () => {
    await world({ sites, proxies }, async (at) => {
      await at.check({ targets, routes: [at.links.socksLocalDns] });
      expect(at.queriedNames()).toEqual(expect.arrayContaining(names));
      expect(await at.dnsPackets()).toBeGreaterThan(names.length);
    });
  });
});
