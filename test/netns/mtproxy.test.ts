import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClientHello } from '../../engine/mtproxy/client-hello.ts';
import { proxyAddresses, vpn } from './addresses.ts';
import type { Check } from './check.ts';
import { expectVerdict } from './expect-verdict.ts';
import { requireWorld } from './require-world.ts';
import {
  base64url,
  dataCentreIds,
  dataCentres4,
  dataCentres6,
  exchanges,
  expectNoSecret,
  expectWhole,
  mask,
  mtproxies,
  mtproxyLink,
  mtproxyName,
  routeAt,
  secrets,
  telegramWorld,
  webIds,
  websocketIds,
  wholeTelegram,
  wrongKey,
} from './telegram-world.ts';
import { type World, type WorldSpec, world } from './world.ts';

const { plain, padded, fakeTls } = mtproxies;
const every = ['socks', 'socksPassword', 'socks4a', 'danted', 'connect', 'connectPassword', 'https'] as const;

/** One check of all of Telegram in a world of its own; in all of them no secret may show. */
async function checkTelegram(
  spec: Partial<WorldSpec>,
  routes: readonly string[],
  inspect: (check: Check, at: World) => void | Promise<void>,
): Promise<void> {
  await world({ ...telegramWorld, ...spec }, async (at) => {
    const check = await at.check({ routes, args: wholeTelegram });
    expectWhole(check);
    await inspect(check, at);
  });
}

// First, because it waits longest: silence is told by waiting.
describe.skipIf(!requireWorld()).concurrent('a censor of MTProxies', () => {
  // An IP and a TCP header with timestamps are 52 bytes; 517 is the length that older apps padded their hello to.
  const classicHello = 'ip length 569 @ih,0,24 0x160301 drop';
  const otherHello = 'ip length > 900 @ih,0,24 0x160301 drop';
  const toProxy = `ip daddr ${proxyAddresses.mtproxyFakeTls}`;

  it.each([
    ['silence', 'timeout'],
    ['reset', 'reset'],
  ] as const)('who minds the name in the hello (%s) leaves us at the hello', async (action, kind) => {
    const censor = { tls: [{ name: mask.name, action }] };
    await checkTelegram({ censor }, ['direct', mtproxyLink(fakeTls)], (check) => {
      const route = routeAt(check, fakeTls);
      expect(route.failure).toEqual({
        step: 'proxy',
        kind,
        detail: 'server-hello',
        ...(kind === 'reset' && { code: 'ECONNRESET' }),
      });
      const all = dataCentreIds.flatMap((id) => exchanges(check, id, route.id));
      expect(new Set(all.map(({ proxyStage }) => proxyStage))).toEqual(new Set(['hello']));
      expect(all.filter(({ helloProfile }) => helloProfile === 'classic')).toHaveLength(1);
      for (const id of dataCentreIds) expectVerdict(check, id, { verdict: 'route-broken', rule: 'route.dead' });
    });
  });

  it('who drops the older hello does not find ours', async () => {
    await checkTelegram(
      { censor: { forward: [`${toProxy} ${classicHello}`] } },
      [mtproxyLink(fakeTls)],
      (check, at) => {
        for (const id of dataCentreIds) expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
        expect(at.greetings(fakeTls.address).filter(({ length }) => length <= 517)).toEqual([]);
      },
    );
  });

  it('who drops the older hello does stop it', async () => {
    const spec = {
      mtproxies: [{ ...fakeTls, longestHello: 517 }],
      censor: { forward: [`${toProxy} ${classicHello}`] },
    };
    await checkTelegram(spec, ['direct', mtproxyLink(fakeTls)], (check) => {
      const all = dataCentreIds.flatMap((id) => exchanges(check, id, routeAt(check, fakeTls).id));
      expect(all.filter(({ helloProfile }) => helloProfile === 'classic')).toMatchObject([
        { proxyStage: 'hello', failure: { step: 'proxy', kind: 'timeout', detail: 'server-hello' } },
      ]);
      expect(all.filter(({ stage }) => stage === 'resPQ')).toEqual([]);
      expect(routeAt(check, fakeTls).failure).toMatchObject({ detail: 'ordinary-site' });
    });
  });

  it('who drops the hello of today’s browsers towards it is found out by the older one', async () => {
    await checkTelegram(
      { censor: { forward: [`${toProxy} ${otherHello}`] } },
      ['direct', mtproxyLink(fakeTls)],
      (check) => {
        const { id: route } = routeAt(check, fakeTls);
        for (const id of dataCentreIds) {
          expect(check.result(id, route).failure).toEqual({ step: 'proxy', kind: 'timeout', detail: 'hello-shape' });
        }
        const older = dataCentreIds
          .flatMap((id) => exchanges(check, id, route))
          .filter(({ helloProfile }) => helloProfile === 'classic');
        expect(older).toMatchObject([{ proxyStage: 'resPQ' }]);
      },
    );
  });

  it('who goes silent after the handshake is told from a dead proxy: the hello was answered and signed', async () => {
    const censor = { tls: [{ name: mask.name, action: 'mute' as const }] };
    await checkTelegram({ censor }, ['direct', mtproxyLink(fakeTls)], (check) => {
      const route = routeAt(check, fakeTls);
      expect(route).toMatchObject({ baseline: { ok: false }, failure: { step: 'mtproto', kind: 'timeout' } });
      for (const id of dataCentreIds) {
        expectVerdict(check, id, { verdict: 'route-broken', rule: 'route.dead' });
        expect(exchanges(check, id, route.id)[0]).toMatchObject({ proxyStage: 'first-payload', bytesReceived: 0 });
      }
    });
  });

  it('who drops what looks like nothing stops plain secrets and the data centres, and not fake TLS', async () => {
    const from = `ip daddr { ${proxyAddresses.mtproxyPlain}, ${proxyAddresses.mtproxyPadded}, ${proxyAddresses.mtproxyFakeTls} }`;
    const first = 'ip length > 72 ct original packets < 4';
    const forward = [
      'ct mark 7 ip length > 72 drop',
      `${from} ${first} @ih,0,24 != 0x160301 ct mark set 7 drop`,
      `ip daddr ${dataCentres4} ${first} @ih,0,8 != 0xef ct mark set 7 drop`,
      `ip6 daddr ${dataCentres6} drop`,
    ];
    const routes = ['direct', mtproxyLink(plain), mtproxyLink(padded), mtproxyLink(fakeTls)];
    await checkTelegram({ censor: { forward } }, routes, (check) => {
      expect(check.report.routes.map(({ baseline }) => baseline.ok)).toEqual([true, false, false, true]);
      for (const id of dataCentreIds) {
        expectVerdict(check, id, { verdict: 'blocked', mechanism: 'protocol', rule: 'mtproto.obfuscated-dropped' });
        expect(check.verdict(id).workingRoutes).toEqual([routeAt(check, fakeTls).id]);
        expect(exchanges(check, id, routeAt(check, plain).id)[0]).toMatchObject({ proxyStage: 'first-payload' });
      }
    });
  });
});

/** Every endpoint of every data centre gave a resPQ over this route, and every WebSocket too where the route leads there. */
function expectAllOfTelegram(check: Check, route: string, onlyDataCentres: boolean): void {
  for (const id of dataCentreIds) {
    const { state, endpoints } = check.result(id, route);
    expect({ route, id, state, failed: endpoints?.failed }).toEqual({ route, id, state: 'ok', failed: 0 });
    expect(endpoints?.ok).toBeGreaterThan(0);
    const all = exchanges(check, id, route);
    expect(all.length).toBeGreaterThanOrEqual(endpoints?.ok ?? 0);
    expect(new Set(all.map(({ stage, production }) => `${stage} ${production}`))).toEqual(new Set(['resPQ true']));
    if (!onlyDataCentres) expect(new Set(all.map(({ port }) => port))).toEqual(new Set([443, 80, 5222]));
  }
  for (const id of [...websocketIds, ...webIds]) {
    const { state, detail } = check.result(id, route);
    const expected = onlyDataCentres ? { state: 'skipped', detail: 'not-carried' } : { state: 'ok', detail: undefined };
    expect({ route, id, state, detail }).toEqual({ route, id, ...expected });
  }
  if (onlyDataCentres) return;
  for (const id of websocketIds) expect(exchanges(check, id, route)).toMatchObject([{ stage: 'resPQ' }]);
}

describe.skipIf(!requireWorld()).concurrent('Telegram', () => {
  it('is reached over every kind of route: resPQ from every endpoint, and inside every WebSocket', async () => {
    await world({ ...telegramWorld, vpn: true, proxies: every }, async (at) => {
      const { links } = at;
      const proxies = Object.values(mtproxies).map((proxy) => mtproxyLink(proxy));
      const others = [
        links.socks,
        links.socksLocalDns,
        links.socksPassword,
        links.socks4,
        links.socks4a,
        links.danted5,
      ];
      const connects = [links.connect, links.connectPassword, links.https];
      const routes = ['direct', `interface:${vpn.interface}`, ...others, ...connects, ...proxies];
      const check = await at.check({ routes, args: wholeTelegram });
      expectWhole(check);
      const kinds = ['direct', 'interface', 'socks5h', 'socks5', 'socks5h', 'socks4', 'socks4a', 'socks5h', 'http'];
      expect(check.report.routes.map(({ kind }) => kind)).toEqual([
        ...kinds,
        'http',
        'https',
        'mtproxy',
        'mtproxy',
        'mtproxy',
      ]);
      expect(check.report.routes.filter(({ baseline }) => !baseline.ok)).toEqual([]);
      for (const { id, kind } of check.report.routes) expectAllOfTelegram(check, id, kind === 'mtproxy');
      for (const id of dataCentreIds) expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
      expect(check.output).toContain('Current connection: Telegram works: resPQ from');
      // Traffic took the ways it was to take: the user's own, the VPN's, and that of the proxies, which live there.
      const sources = new Set(at.connections().flatMap(({ to, from }) => (to === '149.154.167.51:443' ? [from] : [])));
      expect(sources).toContain(vpn.user);
      expect(sources.size).toBeGreaterThan(2);
    });
  });

  const kinds: readonly (readonly [string, keyof typeof mtproxies, string])[] = [
    ['plain', 'plain', mtproxyLink(plain)],
    ['padded', 'padded', `https://t.me/proxy?server=${mtproxyName}&port=${padded.port}&secret=${padded.secret}`],
    ['fake TLS, in base64url', 'fakeTls', mtproxyLink(fakeTls, base64url(fakeTls.secret))],
  ];
  it.each(kinds)(
    'alone through an MTProxy with a secret that is %s works, and nothing else is tested',
    async (_, kind, link) => {
      await checkTelegram({}, [link], (check, at) => {
        const route = check.report.routes[0]?.id ?? '';
        for (const id of dataCentreIds) {
          expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
          expect(check.result(id, route).endpoints).toEqual({ tried: 1, ok: 1, failed: 0, skipped: 0 });
          const shape = kind === 'fakeTls' ? { helloProfile: 'modern' } : {};
          expect(exchanges(check, id, route)).toMatchObject([
            { proxyStage: 'resPQ', pingMs: expect.any(Number), ...shape },
          ]);
        }
        for (const id of [...websocketIds, ...webIds]) {
          expectVerdict(check, id, { verdict: 'inconclusive', rule: 'route.not-carried' });
          expect(check.result(id, route)).toMatchObject({ state: 'skipped', tries: 0, observations: [] });
        }
        expect(check.output).toContain('not carried');
        // Nothing of Telegram was asked for directly: its data centres heard from the proxy alone.
        const asked = at.connections().filter(({ to }) => to.startsWith('149.154.') || to.startsWith('91.'));
        expect(asked.length).toBeGreaterThan(0);
        expect(asked.filter(({ from }) => from === '192.168.1.2')).toEqual([]);
      });
    },
  );

  it('whose addresses are dropped is blocked, which an MTProxy shows for the data centres and for nothing else', async () => {
    const forward = [`ip daddr ${dataCentres4} drop`, `ip6 daddr ${dataCentres6} drop`];
    await checkTelegram({ censor: { forward } }, ['direct', mtproxyLink(fakeTls)], (check) => {
      for (const id of dataCentreIds) {
        expectVerdict(check, id, { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' });
        expect(check.verdict(id)).toMatchObject({
          confidence: 'medium',
          workingRoutes: [routeAt(check, fakeTls).id],
        });
      }
      for (const id of websocketIds) expect(check.verdict(id).verdict, check.explain(id)).toBe('reachable');
    });
  });
});

describe.skipIf(!requireWorld()).concurrent('an MTProxy', () => {
  it('whose secret is wrong is a dead route that nobody is accused over, and shows its mask where it has one', async () => {
    const links = [mtproxyLink(fakeTls, wrongKey(secrets.fakeTls)), mtproxyLink(plain, wrongKey(secrets.plain))];
    await checkTelegram({}, links, (check, at) => {
      const ordinary = { step: 'proxy', kind: 'proxy-protocol', detail: 'ordinary-site' };
      expect(routeAt(check, fakeTls)).toMatchObject({ baseline: { ok: false }, failure: ordinary });
      expect(routeAt(check, plain)).toMatchObject({
        baseline: { ok: false },
        failure: { step: 'mtproto', kind: 'timeout' },
      });
      for (const id of dataCentreIds) {
        expectVerdict(check, id, { verdict: 'inconclusive', rule: 'route.mtproxy-dead' });
        for (const { proxyStage } of exchanges(check, id, routeAt(check, fakeTls).id)) expect(proxyStage).toBe('hello');
      }
      expect(at.connections()).toContainEqual(expect.objectContaining({ to: `${mask.address}:443` }));
    });
  });

  it('is greeted in its own time where the machine’s clock is wrong', async () => {
    await checkTelegram({ clockAheadMs: 150_000 }, [mtproxyLink(fakeTls)], (check) => {
      expect(check.report.environment.clockSkewMs).toBeLessThan(-148_000);
      expect(check.report.environment.clockSkewMs).toBeGreaterThan(-152_000);
      for (const id of dataCentreIds) expectVerdict(check, id, { verdict: 'reachable', rule: 'reachable.endpoints' });
    });
  });

  it('whose own clock is wrong takes us for a stranger', async () => {
    const spec = { mtproxies: [{ ...fakeTls, clockAheadMs: 150_000 }] };
    await checkTelegram(spec, ['direct', mtproxyLink(fakeTls)], (check) => {
      expect(routeAt(check, fakeTls)).toMatchObject({ baseline: { ok: false }, failure: { detail: 'ordinary-site' } });
      for (const id of dataCentreIds) {
        expectVerdict(check, id, { verdict: 'route-broken', rule: 'route.dead' });
        expect(check.result(id, 'direct').state).toBe('ok');
      }
    });
  });

  it('never hears the same hello twice, and shows its mask to whoever repeats one', async () => {
    await checkTelegram({}, [mtproxyLink(fakeTls)], async (_, at) => {
      const hellos = at.greetings(fakeTls.address);
      expect(hellos.length).toBeGreaterThanOrEqual(dataCentreIds.length);
      expect(new Set(hellos.map((hello) => hello.toString('latin1'))).size).toBe(hellos.length);
      const key = Buffer.from(secrets.plain, 'hex');
      const unixTime = Math.floor(Date.now() / 1000);
      const fresh = createClientHello({ profile: 'modern', key, domain: mask.name, unixTime }).record;
      expect(isSigned(fresh, await say(at, fresh), key)).toBe(true);
      for (const seen of [fresh, hellos[0]]) {
        if (seen === undefined) throw new Error('no hello was heard');
        const answer = await say(at, seen);
        // The mask is a server that speaks TLS 1.3 and 1.2; either way it answers with a handshake or an alert.
        expect([0x15, 0x16]).toContain(answer[0]);
        expect(isSigned(seen, answer, key)).toBe(false);
      }
    });
  });

  it('of long ago takes the older hello only, which is found out once and said', async () => {
    const spec = { mtproxies: [{ ...fakeTls, longestHello: 517 }] };
    await checkTelegram(spec, ['direct', mtproxyLink(fakeTls)], (check, at) => {
      const { id: route, failure } = routeAt(check, fakeTls);
      expect(failure).toMatchObject({ step: 'proxy' });
      const all = dataCentreIds.flatMap((id) => exchanges(check, id, route));
      const older = all.filter(({ helloProfile }) => helloProfile === 'classic');
      expect(older).toMatchObject([{ purpose: 'fallback', proxyStage: 'resPQ' }]);
      expect(check.output).toContain('old apps only');
      expect(at.greetings(fakeTls.address).filter(({ length }) => length === 517)).toHaveLength(1);
      for (const id of dataCentreIds) {
        expect(check.result(id, route)).toMatchObject({ state: 'failed', failure: { detail: 'hello-shape' } });
      }
    });
  });

  it('is not given away by its secret, in no file and on no terminal', async () => {
    const proxies = Object.values(mtproxies);
    await world({ ...telegramWorld, mtproxies: proxies }, async (at) => {
      const kinds = ['csv', 'markdown'].map((kind) => ({
        kind,
        file: join(at.folder, `report.${kind}`),
      }));
      const routes = proxies.flatMap((proxy) => [
        mtproxyLink(proxy),
        mtproxyLink({ ...proxy, port: proxy.port + 1 }, base64url(proxy.secret)),
        mtproxyLink({ ...proxy, port: proxy.port }, wrongKey(proxy.secret)),
      ]);
      const check = await at.check({
        routes: ['direct', ...routes],
        args: [...wholeTelegram, '--redact', 'none', ...kinds.flatMap(({ kind, file }) => [`--${kind}`, file])],
      });
      expectWhole(check);
      const written = kinds.map(({ file }) => readFileSync(file, 'utf8'));
      for (const text of written) expect(text.length).toBeGreaterThan(100);
      for (const link of routes) expect(() => expectNoSecret(link)).toThrow();
      expectNoSecret(...written);
      expect(check.report.routes.some(({ baseline }) => !baseline.ok)).toBe(true);
    });
  });
});

/** What the MTProxy with fake TLS answers to these bytes, sent from the user's machine, until it is silent for 300 ms. */
async function say(at: World, bytes: Buffer): Promise<Buffer> {
  const script = `
    const socket = require('node:net').connect(${fakeTls.port}, '${fakeTls.address}');
    const heard = [];
    const leave = () => { process.stdout.write(Buffer.concat(heard).toString('base64')); process.exit(); };
    socket.on('data', (chunk) => heard.push(chunk)).on('end', leave).on('error', leave).setTimeout(300, leave);
    socket.write(Buffer.from('${bytes.toString('base64')}', 'base64'));`;
  const { stdout } = await at.asUser(process.execPath, '-e', script);
  return Buffer.from(stdout, 'base64');
}

/** Whether an answer to a hello carries the signature of somebody who knows the key. */
function isSigned(hello: Buffer, answer: Buffer, key: Buffer): boolean {
  if (answer.length < 43) return false;
  const unsigned = Buffer.from(answer).fill(0, 11, 43);
  const signature = createHmac('sha256', key).update(hello.subarray(11, 43)).update(unsigned).digest();
  return signature.equals(answer.subarray(11, 43));
}
