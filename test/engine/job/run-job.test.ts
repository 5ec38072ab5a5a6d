import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../engine/job/run-job.ts';
import { serveTelegram } from '../../../lab/telegram-server.ts';
import type { Observation, ObservationOf } from '../../../model/observation.ts';
import { type Result, resultSchema } from '../../../model/result.ts';
import type { Target } from '../../../model/target.ts';
import { type ASession, aSession, directRoute, type SessionOptions } from '../../support/a-session.ts';
import { fastClock } from '../../support/fast-clock.ts';
import { serveTcp } from '../../support/tcp-server.ts';

const never = new AbortController().signal;
const tcp: Target = { id: 'shop', name: 'Shop', group: 'test', protocol: 'tcp', host: 'shop.example', port: 22 };
const http: Target = {
  id: 'shop',
  name: 'Shop',
  group: 'test',
  protocol: 'http',
  url: 'http://shop.example/',
  host: 'shop.example',
  port: 80,
};
const withIpv6 = [{ name: 'eth0', address: '2001:db8:1::2', family: 6, internal: false }] as const;

async function measure(options: SessionOptions, target = tcp, signal = never): Promise<ASession & { result: Result }> {
  const world = aSession(options);
  const result = await runJob(world.session, { target, open: world.session.routes[0] }, signal);
  expect(resultSchema.parse(result)).toEqual(result);
  for (const { doh } of world.session.routes) doh.close();
  await expect.poll(() => world.network.open(), { timeout: 200, interval: 5 }).toBe(0);
  return { ...world, result };
}

const connectsOf = ({ observations }: Result, attempt?: number) =>
  observations.filter(
    (item): item is ObservationOf<'connect'> =>
      item.step === 'connect' && (attempt === undefined || item.try === attempt),
  );

/** Answers every request with `head` and `body`, and closes. */
const answer =
  (head: string, body = '') =>
  (socket: Socket) => {
    socket.once('data', () => socket.end(`HTTP/1.1 ${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`));
  };

describe('a job', () => {
  it('does not repeat a success', async () => {
    const server = await serveTcp(() => {});
    const { result, network } = await measure({
      hosts: { 'shop.example': ['203.0.113.1'] },
      fates: { '*': server.port },
    });
    expect(result).toMatchObject({ state: 'ok', tries: 1, endpoints: { tried: 1, ok: 1, failed: 0, skipped: 0 } });
    expect(result.failure).toBeUndefined();
    expect(network.dialled.filter((to) => to.endsWith(':22'))).toEqual(['203.0.113.1:22']);
  });

  it.each([
    [0, 300],
    [0.999, 500],
  ])('repeats a failure once, after a jitter (%s) of about %s ms, and keeps both tries', async (random, pause) => {
    const clock = fastClock(10, random);
    const { result } = await measure({ hosts: { 'shop.example': ['203.0.113.1'] }, clock });
    expect(result).toMatchObject({ state: 'failed', tries: 2, failure: { step: 'connect', kind: 'refused' } });
    const [first, second] = connectsOf(result);
    expect([first?.try, second?.try]).toEqual([1, 2]);
    const waited = (second?.startMs ?? 0) - (first?.startMs ?? 0);
    // A failure waits for the other resolvers first, which are silent for 800 ms.
    expect(waited).toBeGreaterThanOrEqual(800 + pause - 60);
    expect(waited).toBeLessThan(800 + pause + 500);
  });

  it('that works on the second try only is impaired, without a failure', async () => {
    const server = await serveTcp(() => {});
    const fates = { '203.0.113.1:22': (nth: number) => (nth === 1 ? ('refused' as const) : server.port) };
    const { result } = await measure({ hosts: { 'shop.example': ['203.0.113.1'] }, fates });
    expect(result).toMatchObject({ state: 'impaired', tries: 2 });
    expect(result.failure).toBeUndefined();
  });

  it('takes an answer of the server for an answer, whatever it says, and does not ask again', async () => {
    const server = await serveTcp(answer('403 Forbidden'));
    const { result } = await measure(
      { hosts: { 'shop.example': ['203.0.113.1'] }, fates: { '203.0.113.1:80': server.port } },
      http,
    );
    expect(result).toMatchObject({
      state: 'impaired',
      tries: 1,
      failure: { step: 'http', kind: 'http-status', code: '403' },
    });
  });

  it('begins the second try with another address', async () => {
    const addresses = ['203.0.113.1', '198.51.100.2', '192.0.2.3'];
    const { result } = await measure({ hosts: { 'shop.example': addresses } });
    const dialled = (attempt: number) => connectsOf(result, attempt).map(({ address }) => address);
    expect(dialled(1)).toEqual(['203.0.113.1', '198.51.100.2']);
    expect(dialled(2)).toEqual(['198.51.100.2', '192.0.2.3']);
  });

  it('knows the fate of every address, and works when one of two does', async () => {
    const server = await serveTcp(() => {});
    const hosts = { 'shop.example': ['203.0.113.1', '198.51.100.2'] };
    const { result } = await measure({ hosts, fates: { '198.51.100.2:22': server.port } });
    expect(result).toMatchObject({ state: 'ok', endpoints: { tried: 2, ok: 1, failed: 1, skipped: 0 } });
    expect(connectsOf(result)).toHaveLength(2);
  });

  it('fails at the furthest step that any address reached', async () => {
    const server = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const target: Target = { ...tcp, protocol: 'tls', port: 443 };
    const hosts = { 'shop.example': ['203.0.113.1', '198.51.100.2'] };
    const fates = { '203.0.113.1:443': 'silent', '198.51.100.2:443': server.port, '1.1.1.1:443': 'refused' } as const;
    const { result } = await measure({ hosts, fates, timeouts: { connect: 300 } }, target);
    expect(result.failure).toMatchObject({ step: 'tls', kind: 'reset' });
  });

  it('ended by its own deadline names the step that was under way', async () => {
    const server = await serveTcp((socket) => {
      const drip = setInterval(() => socket.write('.'), 5);
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'));
      socket.once('close', () => clearInterval(drip));
    });
    const quick = { job: 1500, resolve: 600 };
    const fates = { '203.0.113.1:80': server.port, '1.1.1.1:443': 'refused' } as const;
    const { result } = await measure({ hosts: { 'shop.example': ['203.0.113.1'] }, fates, timeouts: quick }, http);
    expect(result.tries).toBe(2);
    expect(result.failure?.step).toBe('http');
    expect(['timeout', 'too-slow']).toContain(result.failure?.kind);
  });

  it('follows redirects, and says at which host they ended', async () => {
    const second = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const first = await serveTcp(answer('302 Found\r\nLocation: http://login.example/start'));
    const hosts = { 'shop.example': ['203.0.113.1'], 'login.example': ['198.51.100.2'] };
    const fates = { '203.0.113.1:80': first.port, '198.51.100.2:80': second.port };
    const { result } = await measure({ hosts, fates }, http);
    expect(result.failure).toMatchObject({ step: 'http', kind: 'reset' });
    const last = result.observations.findLast((item): item is ObservationOf<'http'> => item.step === 'http');
    expect(last).toMatchObject({
      url: 'http://login.example/start',
      foreignHost: 'login.example',
      redirects: [{ url: 'http://shop.example/', status: 302 }],
    });
  });

  it('does not follow a redirect to port 0, which no observation could name', async () => {
    const server = await serveTcp(answer('302 Found\r\nLocation: http://shop.example:0/'));
    const hosts = { 'shop.example': ['203.0.113.1'] };
    const { result, network } = await measure({ hosts, fates: { '203.0.113.1:80': server.port } }, http);
    expect(result).toMatchObject({ state: 'ok', tries: 1 });
    expect(network.dialled).not.toContain('203.0.113.1:0');
  });

  it('stops after five redirects, as an answer of the server', async () => {
    const server = await serveTcp(answer('302 Found\r\nLocation: http://shop.example/again'));
    const { result, network } = await measure(
      { hosts: { 'shop.example': ['203.0.113.1'] }, fates: { '203.0.113.1:80': server.port } },
      http,
    );
    expect(result).toMatchObject({ state: 'impaired', tries: 1, failure: { kind: 'http-status', code: '302' } });
    expect(network.dialled.filter((to) => to.endsWith(':80'))).toHaveLength(6);
  });
});

describe('IPv6', () => {
  const hosts = { 'shop.example': ['2606:4700::1', '203.0.113.1'] };

  it('that is dead costs at most its grace once IPv4 has answered, and counts for nothing', async () => {
    const server = await serveTcp(() => {});
    const fates = { '203.0.113.1:22': server.port, '2606:4700::1:22': 'silent' } as const;
    const { result } = await measure({ hosts, fates, interfaces: withIpv6 });
    expect(result).toMatchObject({ state: 'ok', tries: 1, endpoints: { tried: 1, ok: 1, failed: 0, skipped: 1 } });
    const dead = connectsOf(result).find(({ address }) => address === '2606:4700::1');
    expect(dead?.failure).toMatchObject({ step: 'connect', kind: 'timeout' });
    expect(dead?.ms).toBeGreaterThan(1300);
    expect(dead?.ms).toBeLessThan(2500);
    expect(result.ms.total).toBeLessThan(1300);
  });

  it('is not dialled where this machine has none, unless there is nothing else', async () => {
    const server = await serveTcp(() => {});
    const { network } = await measure({ hosts, fates: { '203.0.113.1:22': server.port } });
    expect(network.dialled).not.toContain('2606:4700::1:22');
    const alone = await measure({ hosts: { 'shop.example': ['2606:4700::1'] } });
    expect(alone.network.dialled).toContain('2606:4700::1:22');
  });

  it('carries the target when every IPv4 address fails', async () => {
    const server = await serveTcp(() => {});
    const { result } = await measure({ hosts, fates: { '2606:4700::1:22': server.port }, interfaces: withIpv6 });
    expect(result).toMatchObject({ state: 'ok', tries: 1 });
  });
});

describe('resolvers for comparison', () => {
  const hosts = { 'shop.example': ['203.0.113.1'] };
  const asked = ({ network }: ASession) => ({
    udp: network.askedOverUdp.length > 0,
    doh: network.dialled.includes('1.1.1.1:443'),
  });
  const ran = async (session: SessionOptions, at: number) => {
    const world = aSession({ hosts, timeouts: { resolve: 300 }, ...session });
    const open = world.session.routes[at];
    if (!open) throw new Error('no such route');
    const result = await runJob(world.session, { target: tcp, open }, never);
    return { ...world, result };
  };

  it('are asked on the current connection', async () => {
    const world = await ran({}, 0);
    expect(asked(world)).toEqual({ udp: true, doh: true });
    const resolvers = world.result.observations.flatMap((item) => (item.step === 'resolve' ? [item.resolver] : []));
    expect(new Set(resolvers)).toEqual(new Set(['system', 'udp', 'doh']));
  });

  it('leave no trace where the target answered before they did: nobody failed', async () => {
    const server = await serveTcp(() => {});
    const fates = { '203.0.113.1:22': server.port, '1.1.1.1:443': 'silent' } as const;
    const world = await ran({ fates, timeouts: { resolve: 4000 } }, 0);
    expect(world.result.state).toBe('ok');
    expect(asked(world)).toEqual({ udp: true, doh: true });
    const resolvers = world.result.observations.flatMap((item) => (item.step === 'resolve' ? [item.resolver] : []));
    expect(resolvers).toEqual(['system']);
  });

  it('are not asked on any other route', async () => {
    const interfaces = [{ name: 'wg0', address: '10.8.0.2', family: 4, internal: false }] as const;
    const wg0 = { id: 'wg0', kind: 'interface', label: 'wg0', interface: 'wg0' } as const;
    expect(asked(await ran({ routes: [directRoute, wg0], interfaces }, 1))).toEqual({ udp: false, doh: false });
  });

  it('nor is any local one, where the proxy resolves', async () => {
    const socks = { id: 'socks', kind: 'socks5h', label: 'socks', host: '198.51.100.9', port: 1080 } as const;
    const world = await ran({ routes: [socks] }, 0);
    expect(world.network.lookedUp).toEqual([]);
    expect(asked(world)).toEqual({ udp: false, doh: false });
  });

  it('are not asked about pinned addresses', async () => {
    const world = aSession({ timeouts: { resolve: 300 } });
    const target = { ...tcp, addresses: ['203.0.113.1'] };
    await runJob(world.session, { target, open: world.session.routes[0] }, never);
    expect({ ...asked(world), lookedUp: world.network.lookedUp }).toEqual({ udp: false, doh: false, lookedUp: [] });
  });
});

describe('places in the queue', () => {
  const other: Target = { ...tcp, id: 'other', addresses: ['198.51.100.2'] };
  const pinned: Target = { ...tcp, addresses: ['203.0.113.1'] };

  it('are given back between two tries', async () => {
    const server = await serveTcp(() => {});
    const { session } = aSession({ concurrency: 1, fates: { '198.51.100.2:22': server.port } });
    const ended: string[] = [];
    const run = (target: Target) =>
      runJob(session, { target, open: session.routes[0] }, never).then((result) => ended.push(result.targetId));
    await Promise.all([run(pinned), run(other)]);
    expect(ended).toEqual(['other', 'shop']);
    const free = await session.limiter.acquire(['job'], never);
    free();
  });

  it('held by the caller are used for the first try and given back', async () => {
    const { session } = aSession({ concurrency: 1 });
    const place = await session.limiter.acquire(['job'], never);
    const result = await runJob(session, { target: pinned, open: session.routes[0] }, never, { place });
    expect(result.tries).toBe(2);
    (await session.limiter.acquire(['job'], never))();
  });

  it('at one address are two, however many want to talk', async () => {
    const server = await serveTcp((socket) => {
      setTimeout(() => answer('200 OK')(socket), 20);
    });
    const { session, network } = aSession({ fates: { '203.0.113.1:80': server.port } });
    const target: Target = { ...http, addresses: ['203.0.113.1'] };
    await Promise.all(Array.from({ length: 8 }, () => runJob(session, { target, open: session.routes[0] }, never)));
    expect(network.mostAt('203.0.113.1')).toBeLessThanOrEqual(2);
    expect(network.dialled).toHaveLength(8);
  });

  it('are passed on by dials that nobody answers: ten silent hosts of one /24 take no ten times as long', async () => {
    const { session, clock } = aSession({ fates: { '*': 'silent' }, timeouts: { connect: 5000 } });
    const startedAt = clock.now();
    const targets = Array.from({ length: 10 }, (_, at): Target => ({ ...pinned, addresses: [`203.0.113.${at + 1}`] }));
    await Promise.all(targets.map((target) => runJob(session, { target, open: session.routes[0] }, never)));
    expect(clock.now() - startedAt).toBeLessThan(2 * (5000 + 5 * 1000) + 500 + 2000);
  });

  it('are not taken by a job that was stopped before it began', async () => {
    const { session, network } = aSession({ concurrency: 1 });
    const result = await runJob(session, { target: pinned, open: session.routes[0] }, AbortSignal.abort());
    expect(result).toMatchObject({ state: 'skipped', tries: 0, observations: [] });
    const place = await session.limiter.acquire(['job'], never);
    const held = await runJob(session, { target: pinned, open: session.routes[0] }, AbortSignal.abort(), { place });
    expect(held).toMatchObject({ state: 'skipped', tries: 0 });
    (await session.limiter.acquire(['job'], never))();
    expect(network.dialled).toEqual([]);
  });
});

describe('Telegram', () => {
  const addresses = Array.from({ length: 12 }, (_, at) => `149.154.167.${at + 40}`);
  const telegram: Target = {
    id: 'dc2',
    name: 'DC 2',
    group: 'telegram',
    protocol: 'mtproto',
    host: '149.154.167.40',
    port: 443,
    endpoints: addresses.map((address) => ({ address, port: 443, dc: 2 })),
  };
  const serve = () => serveTcp((socket) => serveTelegram(socket, { dc: 2 }));
  const dialsAt = (observations: readonly Observation[], attempt: number) =>
    observations.flatMap((item) =>
      item.step === 'connect' && item.purpose === 'main' && item.try === attempt ? [item.address] : [],
    );

  it('is asked again only where it failed', async () => {
    const server = await serve();
    const living = addresses.slice(0, 5);
    const fates = Object.fromEntries(living.map((address) => [`${address}:443`, server.port]));
    const { result } = await measure({ fates }, telegram);
    expect(result).toMatchObject({
      state: 'impaired',
      tries: 2,
      failure: { step: 'connect', kind: 'refused' },
      endpoints: { tried: 12, ok: 5, failed: 7, skipped: 0 },
    });
    expect(dialsAt(result.observations, 1)).toHaveLength(12);
    expect(dialsAt(result.observations, 2).sort()).toEqual(addresses.slice(5).sort());
  });

  it('works with ten endpoints of twelve and not with nine', async () => {
    const server = await serve();
    const living = (count: number) =>
      Object.fromEntries(addresses.slice(0, count).map((address) => [`${address}:443`, server.port]));
    expect((await measure({ fates: living(10) }, telegram)).result).toMatchObject({ state: 'ok', tries: 1 });
    expect((await measure({ fates: living(9) }, telegram)).result).toMatchObject({ state: 'impaired', tries: 2 });
  });

  it('that is all silent is found out in twelve seconds, as a timeout of twelve in twelve', async () => {
    const { result } = await measure({ fates: { '*': 'silent' } }, telegram);
    expect(result).toMatchObject({
      state: 'failed',
      failure: { step: 'connect', kind: 'timeout' },
      endpoints: { tried: 12, ok: 0, failed: 12, skipped: 0 },
    });
    expect(result.ms.total).toBeLessThan(12_000);
  });

  it('whose replies are swallowed starves no endpoint, and is asked in plain as well', async () => {
    const server = await serveTcp((socket) => serveTelegram(socket, { dc: 2, swallow: true }));
    const { result } = await measure({ fates: { '*': server.port }, timeouts: { mtproto: 1000 } }, telegram);
    expect(result).toMatchObject({
      state: 'failed',
      failure: { step: 'mtproto', kind: 'timeout' },
      endpoints: { failed: 12 },
    });
    expect(new Set(dialsAt(result.observations, 1))).toEqual(new Set(addresses));
    const plain = result.observations.filter((item) => item.step === 'mtproto' && item.purpose === 'fallback');
    expect(plain).toHaveLength(24);
  });

  it('fails with the code of its endpoints where all of them give the same', async () => {
    const rejecting = (code: (nth: number) => number) => {
      let nth = 0;
      return serveTcp((socket) => {
        nth += 1;
        const reply = Buffer.from([5, code(nth), 0, 1, 0, 0, 0, 0, 0, 0]);
        socket.once('data', () => {
          socket.write(Buffer.from([5, 0]));
          socket.once('data', () => socket.end(reply));
        });
      });
    };
    const failed = async (code: (nth: number) => number) => {
      const server = await rejecting(code);
      const socks = { id: 'socks', kind: 'socks5h', label: 'socks', host: '198.51.100.9', port: 1080 } as const;
      return (await measure({ routes: [socks], fates: { '198.51.100.9:1080': server.port } }, telegram)).result.failure;
    };
    expect(await failed(() => 3)).toEqual({ step: 'proxy', kind: 'proxy-rejected', code: '3', detail: 'reply' });
    expect(await failed((nth) => 3 + (nth % 2))).toEqual({ step: 'proxy', kind: 'proxy-rejected', detail: 'reply' });
  });

  it('on IPv6 is skipped where this machine has none', async () => {
    const server = await serve();
    const endpoints = [...(telegram.endpoints ?? []), { address: '2001:67c:4e8:f002::a', port: 443, dc: 2 }];
    const { result, network } = await measure({ fates: { '*': server.port } }, { ...telegram, endpoints });
    expect(result.endpoints).toEqual({ tried: 12, ok: 12, failed: 0, skipped: 1 });
    expect(network.dialled).not.toContain('2001:67c:4e8:f002::a:443');
  });

  it('on IPv6 counts where it answers, and is masked where it does not', async () => {
    const server = await serve();
    const ipv6 = '2001:67c:4e8:f002::a';
    const endpoints = [...(telegram.endpoints ?? []), { address: ipv6, port: 443, dc: 2 }];
    const countsWith = async (fate: number | 'refused') => {
      const fates = { '*': server.port, [`${ipv6}:443`]: fate };
      return (await measure({ fates, interfaces: withIpv6 }, { ...telegram, endpoints })).result.endpoints;
    };
    expect(await countsWith(server.port)).toEqual({ tried: 13, ok: 13, failed: 0, skipped: 0 });
    expect(await countsWith('refused')).toEqual({ tried: 12, ok: 12, failed: 0, skipped: 1 });
  });
});

describe('a job that is stopped', () => {
  const kinds: readonly (readonly [string, Target, SessionOptions])[] = [
    [
      'silent addresses',
      { ...tcp, addresses: ['203.0.113.1', '203.0.113.2', '203.0.113.3'] },
      { fates: { '*': 'silent' } },
    ],
    ['refused addresses', tcp, { hosts: { 'shop.example': ['203.0.113.1', '2606:4700::1'] }, interfaces: withIpv6 }],
    ['a name that is not there', http, {}],
  ];

  it.each(kinds)(
    'at any moment ends within 100 ms, leaves no socket, and says what it knows: %s',
    async (_, target, script) => {
      for (let at = 0; at < 12; at += 1) {
        const { session, network } = aSession(script);
        const stop = new AbortController();
        const running = runJob(session, { target, open: session.routes[0] }, stop.signal);
        await new Promise((resolve) => setTimeout(resolve, (at * 37) % 110));
        const stoppedAt = performance.now();
        stop.abort();
        const result = await running;
        expect(performance.now() - stoppedAt).toBeLessThan(100);
        expect(resultSchema.parse(result)).toEqual(result);
        expect(['cancelled', 'failed', 'skipped']).toContain(result.state);
        await expect.poll(() => network.open(), { timeout: 100, interval: 5 }).toBe(0);
      }
    },
  );

  it.each(['silent', 'dripping', 'telegram'])('in mid-conversation with a %s server leaves no socket', async (kind) => {
    const server = await serveTcp((socket) => {
      if (kind === 'telegram') return serveTelegram(socket, { dc: 2, swallow: true });
      socket.resume();
      if (kind !== 'dripping') return;
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const drip = setInterval(() => socket.write('.'), 3);
      socket.once('close', () => clearInterval(drip));
    });
    const target: Target =
      kind === 'telegram'
        ? { ...tcp, protocol: 'mtproto', host: '203.0.113.1', port: 80 }
        : { ...http, addresses: ['203.0.113.1'] };
    for (let at = 0; at < 10; at += 1) {
      const { session, network, clock } = aSession({ fates: { '203.0.113.1:80': server.port } });
      const stop = new AbortController();
      const running = runJob(session, { target, open: session.routes[0] }, stop.signal);
      await new Promise((resolve) => setTimeout(resolve, (at * 23) % 90));
      const stoppedAt = performance.now();
      stop.abort();
      expect((await running).state).toBe('cancelled');
      expect(performance.now() - stoppedAt).toBeLessThan(100);
      await expect.poll(() => network.open() + server.open(), { timeout: 200, interval: 5 }).toBe(0);
      await expect.poll(() => clock.pending(), { timeout: 200, interval: 5 }).toBe(0);
    }
  });
});
