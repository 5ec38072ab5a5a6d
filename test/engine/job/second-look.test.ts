import { describe, expect, it } from 'vitest';
import type { Gate } from '../../../engine/gate/run-gate.ts';
import { takeSecondLook } from '../../../engine/job/second-look.ts';
import type { Observation } from '../../../model/observation.ts';
import type { Target } from '../../../model/target.ts';
import {
  aResult,
  aTarget,
  compared,
  connected,
  failure,
  home,
  type look,
  page,
  plainTarget,
  secondHome,
  shook,
  told,
} from '../../support/a-case.ts';
import { aSession, directRoute, type SessionOptions } from '../../support/a-session.ts';
import { serveTcp } from '../../support/tcp-server.ts';

const never = new AbortController().signal;
const reset = failure('tls', 'reset');
const silent = failure('connect', 'timeout');
const wg0 = { id: 'wg0', kind: 'interface', label: 'wg0', interface: 'wg0' } as const;
const interfaces = [{ name: 'wg0', address: '10.8.0.2', family: 4, internal: false }] as const;

function gate(ok: boolean, controlOk = true): Gate {
  const reading = (routeId: string, good: boolean) => ({
    routeId,
    baseline: { ok: good, passed: good ? 1 : 0, tried: 1 },
    results: [],
  });
  return { baselines: [reading('direct', ok), reading('wg0', controlOk)] } as unknown as Gate;
}

interface Looked {
  readonly dialled: readonly string[];
  readonly purposes: readonly string[];
  readonly byRoute: ReadonlyMap<string, readonly Observation[]>;
}

async function lookAgain(
  target: Target,
  seen: Parameters<typeof look>[1][],
  failed: ReturnType<typeof failure>,
  options: SessionOptions & { readonly control?: boolean; readonly gate?: Gate } = {},
): Promise<Looked> {
  const routes = options.control === false ? ([directRoute] as const) : ([directRoute, wg0] as const);
  const { session, network } = aSession({ routes, interfaces, ...options });
  const tried = { failure: failed, observations: aResult('direct', { seen }).observations };
  const controls = options.control === false ? [] : [aResult('wg0', { seen: [connected(home)] })];
  const looks = await takeSecondLook(session, target, tried, controls, options.gate ?? gate(true), never);
  for (const { doh } of session.routes) doh.close();
  const purposes = [...looks.values()].flat().map(({ purpose, step }) => `${purpose} ${step}`);
  const dialled = network.dialled.filter((to) => !to.startsWith('1.1.1.1'));
  return { dialled, purposes: [...new Set(purposes)].sort(), byRoute: looks };
}

const answered = [told([home]), compared('doh', [home])];
const cut = [...answered, connected(home), shook(home, { failure: reset })];

describe('a second look', () => {
  it('is not taken on a dead connection', async () => {
    const { dialled } = await lookAgain(aTarget(), cut, reset, { gate: gate(false) });
    expect(dialled).toEqual([]);
  });

  it('after a cut handshake tries an innocent name here and the same address over the control', async () => {
    const server = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const { byRoute } = await lookAgain(aTarget(), cut, reset, { fates: { [`${home}:443`]: server.port } });
    const sni = (routeId: string) =>
      byRoute.get(routeId)?.flatMap((item) => (item.step === 'tls' ? [[item.purpose, item.serverName]] : []));
    expect(sni('direct')).toEqual([['neutral-sni', 'example.com']]);
    // The interface's own address cannot be bound here; that it was tried there is what counts.
    expect(byRoute.get('wg0')?.map(({ purpose }) => purpose)).toContain('pinned');
  });

  it('tries the innocent name at the address whose handshake was cut, not at one that was silent', async () => {
    const seen = [
      told([secondHome, home]),
      compared('doh', [home]),
      connected(secondHome, silent),
      connected(home),
      shook(home, { failure: reset }),
    ];
    const { byRoute } = await lookAgain(aTarget(), seen, reset, { control: false });
    const neutral = byRoute.get('direct')?.filter(({ purpose }) => purpose === 'neutral-sni') ?? [];
    expect(neutral.map((item) => ('address' in item ? item.address : ''))).toEqual([home]);
  });

  it('after a connect that failed tries another port, and the addresses that DoH knows', async () => {
    const seen = [told([home]), compared('doh', [home, '151.101.1.69']), connected(home, silent)];
    const { dialled, purposes } = await lookAgain(aTarget(), seen, silent, { control: false });
    expect(new Set(dialled)).toEqual(new Set([`${home}:80`, '151.101.1.69:443']));
    expect(purposes).toEqual(['other-port connect', 'true-address connect']);
  });

  it('after a name that was not found tries the addresses that others know', async () => {
    const nxdomain = failure('resolve', 'nxdomain');
    const { dialled } = await lookAgain(aTarget(), [told(nxdomain), compared('doh', [home])], nxdomain);
    expect(dialled).toEqual([`${home}:443`]);
  });

  it('in the clear fetches the page, since a connection alone would prove nothing', async () => {
    const server = await serveTcp((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
    );
    const broken = failure('http', 'reset');
    const seen = [
      told([secondHome]),
      compared('doh', [home]),
      connected(secondHome, undefined, 80),
      page({ failure: broken, url: 'http://service.example/' }),
    ];
    const { byRoute } = await lookAgain(plainTarget, seen, broken, {
      control: false,
      fates: { [`${home}:80`]: server.port },
    });
    const fetched = byRoute.get('direct')?.find((item) => item.step === 'http');
    expect(fetched).toMatchObject({ purpose: 'true-address', url: 'http://service.example/', status: 200 });
  });

  it('asks DoH for the name only if nobody has, and never about pinned addresses or literals', async () => {
    const asked = async (target: Target, seen: Parameters<typeof look>[1][]) => {
      const { byRoute } = await lookAgain(target, seen, silent, { control: false });
      return [...byRoute.values()].flat().some(({ step }) => step === 'resolve');
    };
    const bare = [told([home]), connected(home, silent)];
    expect(await asked(aTarget(), bare)).toBe(true);
    expect(await asked(aTarget(), [...bare, compared('doh', [home])])).toBe(false);
    expect(await asked(aTarget({ addresses: [home] }), [connected(home, silent)])).toBe(false);
    expect(await asked(aTarget({ url: `https://${home}/`, host: home }), [connected(home, silent)])).toBe(false);
  });

  it('leaves addresses alone that nobody else has: private ones and what a tunnel made up', async () => {
    const seen = [told(['10.1.2.3']), compared('doh', ['10.1.2.4']), connected('10.1.2.3', silent)];
    expect((await lookAgain(aTarget(), seen, silent)).dialled).toEqual([]);
    const fake = [
      told(['198.18.0.7']),
      compared('doh', [home]),
      connected('198.18.0.7'),
      shook('198.18.0.7', { failure: reset }),
    ];
    const { byRoute } = await lookAgain(aTarget(), fake, reset);
    const pinned = [...byRoute.values()].flat().filter(({ purpose }) => purpose === 'pinned');
    expect(pinned).toEqual([]);
  });

  it('uses a control only if its own baseline is good', async () => {
    const { byRoute } = await lookAgain(aTarget(), cut, reset, { gate: gate(true, false) });
    expect(byRoute.has('wg0')).toBe(false);
  });

  it('that is stopped leaves no socket, and keeps what it saw', async () => {
    const { session, network } = aSession({ routes: [directRoute, wg0], interfaces, fates: { '*': 'silent' } });
    const stop = new AbortController();
    const tried = { failure: reset, observations: aResult('direct', { seen: cut }).observations };
    const running = takeSecondLook(session, aTarget(), tried, [], gate(true), stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const stoppedAt = performance.now();
    stop.abort();
    await running;
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    expect(network.open()).toBe(0);
    (await session.limiter.acquire(['look'], never))();
  });
});
