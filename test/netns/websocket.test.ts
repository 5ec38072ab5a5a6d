import { describe, expect, it } from 'vitest';
import type { Check } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import { site } from './sites.ts';
import {
  dataCentreIds,
  exchanges,
  expectWhole,
  mtproxies,
  mtproxyLink,
  telegramWorld,
  websocketIds,
  wholeTelegram,
} from './telegram-world.ts';
import { type World, type WorldSpec, world } from './world.ts';

const websocketHosts = telegramWorld.sites.flatMap(({ names, telegramWeb }) =>
  telegramWeb === undefined ? [] : names,
);
const websocketAddresses = telegramWorld.sites.flatMap((item) =>
  item.telegramWeb === undefined ? [] : item.addresses,
);
const chatIds = websocketIds.filter((id) => !id.endsWith('-media'));
const mediaIds = websocketIds.filter((id) => id.endsWith('-media'));
const mediaHosts = websocketHosts.filter((host) => /^kws\d-1\./.test(host));

/** One check of all of Telegram, with a SOCKS proxy abroad and an MTProxy, which does not lead to WebSockets. */
async function checkTelegram(
  spec: Partial<WorldSpec>,
  inspect: (check: Check, at: World) => void,
  routes: (at: World) => readonly string[] = (at) => ['direct', at.links.socks, mtproxyLink(mtproxies.padded)],
): Promise<void> {
  await world({ ...telegramWorld, proxies: ['socks'], ...spec }, async (at) => {
    const check = await at.check({ routes: routes(at), args: wholeTelegram });
    expectWhole(check);
    inspect(check, at);
  });
}

function expectCarriedBySocksAlone(check: Check, id: string): void {
  const socks = check.report.routes[1]?.id;
  expect(check.verdict(id).workingRoutes).toEqual([socks]);
  expect(check.result(id, check.report.routes[2]?.id ?? '')).toMatchObject({ state: 'skipped', detail: 'not-carried' });
}

describe.skipIf(!requireWorld()).concurrent('Telegram’s WebSockets', () => {
  it('are reachable when Telegram answers inside of them with our own nonce', async () => {
    await checkTelegram({}, (check) => {
      for (const id of websocketIds) {
        expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.current' });
        const { observations } = check.result(id, 'direct');
        expect(observations.map(({ step }) => step)).toEqual(
          expect.arrayContaining(['resolve', 'connect', 'tls', 'websocket', 'mtproto']),
        );
        expect(observations).toContainEqual(expect.objectContaining({ step: 'websocket', stage: 'open', status: 101 }));
        expect(exchanges(check, id, 'direct')).toMatchObject([
          { stage: 'resPQ', production: true, pingMs: expect.any(Number), dc: centreOf(id) },
        ]);
      }
      expect(check.output).toContain('WebSockets 10 of 10');
    });
  });

  it('reset at their names are blocked by name, while the data centres are reachable', async () => {
    const censor = { tls: websocketHosts.map((name) => ({ name, action: 'reset' as const })) };
    await checkTelegram({ censor }, (check) => {
      for (const id of websocketIds) {
        expectVerdict(check, id, { verdict: 'blocked', mechanism: 'tls-sni', rule: 'tls.sni.reset' });
        expectCarriedBySocksAlone(check, id);
      }
      for (const id of dataCentreIds) expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
      expect(check.verdict('telegram-web').verdict).toBe('reachable');
    });
  });

  it('whose names a resolver denies are blocked by DNS', async () => {
    const isp = Object.fromEntries(websocketHosts.map((name) => [name, 'nxdomain' as const]));
    await checkTelegram({ dns: { isp } }, (check) => {
      for (const id of websocketIds) {
        expectVerdict(check, id, { verdict: 'blocked', mechanism: 'dns', rule: 'dns.nxdomain' });
        expectCarriedBySocksAlone(check, id);
      }
    });
  });

  it('whose names a resolver leads to a stranger are blocked by DNS', async () => {
    const stub = '95.167.13.50';
    const isp = Object.fromEntries(websocketHosts.map((name) => [name, [stub]]));
    const sites = [...telegramWorld.sites, site('warning.rt.example', stub, { certificate: 'untrusted' })];
    await checkTelegram({ sites, dns: { isp } }, (check) => {
      for (const id of websocketIds) {
        const { verdict, mechanism } = check.verdict(id);
        expect({ verdict, mechanism }, check.explain(id)).toEqual({ verdict: 'blocked', mechanism: 'dns' });
        expectCarriedBySocksAlone(check, id);
      }
    });
  });

  it('whose addresses are dropped are blocked by address', async () => {
    const forward = [`ip daddr { ${websocketAddresses.join(', ')} } drop`];
    await checkTelegram({ censor: { forward } }, (check) => {
      for (const id of websocketIds) {
        expectVerdict(check, id, { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
        expectCarriedBySocksAlone(check, id);
      }
    });
  });

  it('of media alone reset is said: chat works and pictures do not', async () => {
    const censor = { tls: mediaHosts.map((name) => ({ name, action: 'reset' as const })) };
    await checkTelegram({ censor }, (check) => {
      for (const id of mediaIds)
        expectVerdict(check, id, { verdict: 'blocked', mechanism: 'tls-sni', rule: 'tls.sni.reset' });
      for (const id of chatIds) expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.current' });
      expect(check.output).toMatch(/Current connection: .*WebSockets 5 of 10/);
    });
  });

  it('that a mere web server stands in for are not Telegram', async () => {
    const sites = telegramWorld.sites.map(({ telegramWeb: _dc, ...rest }) => rest);
    await checkTelegram({ sites }, (check) => {
      for (const id of websocketIds) {
        expectVerdict(check, id, { verdict: 'inconclusive', rule: 'http.not-this-service' });
        expect(exchanges(check, id, 'direct')).toEqual([]);
      }
      expect(check.output).toContain('WebSockets 0 of 10');
    });
  });
});

/** The number that a target of this id asks for: media of a data centre is its negative. */
function centreOf(id: string): number {
  const [, dc, media] = /^telegram-ws(\d)(-media)?$/.exec(id) ?? [];
  return media === undefined ? Number(dc) : -Number(dc);
}
