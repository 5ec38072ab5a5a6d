import { describe, expect, it } from 'vitest';
import { telegramTargets } from '../../../app/telegram-targets.ts';
import telegramData from '../../../data/telegram.json' with { type: 'json' };
import type { Clock } from '../../../engine/clock.ts';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import { createLab } from '../../../lab/create-lab.ts';
import type { ScenarioDeclaration } from '../../../lab/scenario.ts';
import { telegramPrefixes } from '../../../lab/telegram-network.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import { telegramDataSchema } from '../../../model/telegram.ts';
import { practiceScenario } from '../../lab/practice-scenario.ts';
import { labRunInput } from '../../support/lab-run.ts';

const timeouts = {
  resolve: 600,
  connect: 400,
  proxy: 500,
  tls: 500,
  firstByte: 500,
  stall: 400,
  mtproto: 400,
  job: 4000,
};

const domain = 'shop.example';
const key = '5ca1ab1e0ddba11c0ffee0ddf00dbabe';
const domainHex = Buffer.from(domain).toString('hex');
const secrets = { plain: key, padded: `dd${key}`, 'fake-tls': `ee${key}${domainHex}` };
const wrong = (secret: string) => secret.replace('5ca1', '5ca2');

type Proxies = NonNullable<ScenarioDeclaration['proxies']>;
type Proxy = Extract<Proxies[number], { kind: 'mtproxy' }>;

const mtproxy = (change: Partial<Proxy> = {}): Proxy => ({
  id: 'mtproxy',
  label: 'MTProxy abroad',
  kind: 'mtproxy',
  host: '203.0.113.40',
  address: '203.0.113.40',
  port: 8443,
  secret: secrets['fake-tls'],
  ...change,
});

const sites: ScenarioDeclaration['sites'] = [
  {
    host: 'neutral.example',
    addresses: ['192.0.32.9'],
    answer: { kind: 'reply', status: 204 },
    target: { id: 'neutral', name: 'Neutral', group: 'baseline', expect: { status: [204] } },
    baseline: true,
  },
  { host: 'news.example', addresses: ['52.58.1.1'], target: { id: 'news', name: 'News', group: 'news' } },
  { host: domain, addresses: ['18.196.40.5'] },
];

const telegramDropped = { connect: [{ prefixes: [...telegramPrefixes], action: 'drop' as const }] };
const dataCentres = telegramTargets(telegramDataSchema.parse(telegramData))
  .filter(({ protocol }) => protocol === 'mtproto')
  // One address of each is enough here, or silence would cost more time than it teaches.
  .map((target) => ({ ...target, endpoints: target.endpoints?.slice(0, 1) ?? [] }));

interface RanOptions extends Partial<ScenarioDeclaration> {
  readonly withoutDirect?: boolean;
  readonly only?: readonly string[];
  readonly clock?: Clock;
  readonly concurrency?: number;
}

async function ran({ withoutDirect, only, clock = nodeClock(), concurrency = 32, ...changes }: RanOptions) {
  const scenario = practiceScenario({ sites, proxies: [mtproxy()], ...changes });
  const lab = await createLab(scenario, { latencyMs: 4, targets: dataCentres });
  try {
    const [direct, ...proxies] = lab.routes;
    const [first, ...rest] = withoutDirect ? proxies : [direct, ...proxies];
    if (first === undefined) throw new Error('no route');
    const targets = lab.targets.filter(({ id }) => !only || only.includes(id));
    const change = { targets, timeouts, concurrency, routes: [first, ...rest] as const };
    const { input, dependencies } = labRunInput(lab, clock, change);
    const startedAt = performance.now();
    const report = await run(input, dependencies, { signal: AbortSignal.timeout(9000), onEvent: () => {} });
    const ms = performance.now() - startedAt;
    expect(report.partial).toBe(false);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    const text = JSON.stringify(report).toLowerCase();
    for (const canary of ['5ca1ab1e', '5ca2ab1e', 'f00dbabe', domainHex, domain, 'seedglr24']) {
      expect(text, canary).not.toContain(canary);
    }
    return { report, ms };
  } finally {
    await lab.close();
  }
}

const verdicts = (report: RunReport) =>
  Object.fromEntries(report.verdicts.map(({ targetId, verdict, rule }) => [targetId, `${verdict} ${rule}`]));

function resultOf(report: RunReport, targetId: string, routeId = 'mtproxy') {
  const result = report.results.find((item) => item.targetId === targetId && item.routeId === routeId);
  if (!result) throw new Error(`no result of ${targetId} over ${routeId}`);
  return result;
}

function exchanges(report: RunReport, targetId: string): ObservationOf<'mtproto'>[] {
  return resultOf(report, targetId).observations.filter(
    (item): item is ObservationOf<'mtproto'> => item.step === 'mtproto',
  );
}

function routeOf(report: RunReport, id = 'mtproxy') {
  const route = report.routes.find((item) => item.id === id);
  if (!route) throw new Error(`no route ${id}`);
  return route;
}

/** A machine whose clock is off. */
function skewed(ms: number): Clock {
  const clock = nodeClock();
  return { ...clock, wall: () => clock.wall() + ms };
}

describe.concurrent('an MTProxy route in a run', () => {
  it.each(['plain', 'padded', 'fake-tls'] as const)(
    'with a %s secret is a control for Telegram, and carries nothing else',
    async (kind) => {
      const proxies = [mtproxy({ secret: secrets[kind] })];
      const { report } = await ran({ proxies, isp: telegramDropped, only: ['telegram-dc2', 'telegram-media', 'news'] });
      expect(routeOf(report)).toMatchObject({
        kind: 'mtproxy',
        endpoint: '203.0.113.40:8443',
        remoteDns: true,
        baseline: { ok: true, passed: 1, tried: 1 },
      });
      expect(verdicts(report)).toEqual({
        'telegram-dc2': 'blocked ip.timeout',
        'telegram-media': 'blocked ip.timeout',
        news: 'reachable reachable.current',
      });
      expect(report.verdicts[0]?.workingRoutes).toEqual(['mtproxy']);
      // It leads to a data centre by other addresses than the ones that failed.
      expect(report.verdicts[0]?.confidence).toBe('medium');
      expect(resultOf(report, 'news')).toMatchObject({
        state: 'skipped',
        detail: 'not-carried',
        tries: 0,
        observations: [],
      });
      const telegram = resultOf(report, 'telegram-media');
      expect(telegram).toMatchObject({ state: 'ok', endpoints: { tried: 1, ok: 1, failed: 0, skipped: 0 } });
      expect(telegram.ms.firstByte).toBeGreaterThan(0);
      expect(exchanges(report, 'telegram-media')).toMatchObject([{ dc: 203, proxyStage: 'resPQ', port: 8443 }]);
    },
  );

  it('alone is judged by itself: Telegram works, the rest is not carried, the clock and the machine are still read', async () => {
    const { report } = await ran({ withoutDirect: true, only: ['telegram-dc1', 'telegram-dc4', 'news'] });
    expect(report.routes.map(({ id }) => id)).toEqual(['mtproxy']);
    expect(verdicts(report)).toEqual({
      'telegram-dc1': 'reachable reachable.endpoints',
      'telegram-dc4': 'reachable reachable.endpoints',
      news: 'inconclusive route.not-carried',
    });
    expect(report.environment.clockSkewMs).not.toBeNull();
    expect(report.environment.captivePortal).toBe(false);
  });

  it('finds all data centres through one place in the queue, which waiting for the clock must not block', async () => {
    const { report } = await ran({ concurrency: 1, withoutDirect: true, only: ['telegram-dc1', 'telegram-dc2'] });
    expect(report.results.map(({ state }) => state)).toEqual(['ok', 'ok']);
  });
});

describe.concurrent('an MTProxy that does not work', () => {
  it('with a wrong secret of fake TLS answers as an ordinary site, and nobody is accused over it', async () => {
    const proxies = [mtproxy({ typed: wrong(secrets['fake-tls']) })];
    const { report } = await ran({ proxies, withoutDirect: true, only: ['telegram-dc2', 'news'] });
    const failure = { step: 'proxy', kind: 'proxy-protocol', detail: 'ordinary-site' };
    expect(routeOf(report)).toMatchObject({ baseline: { ok: false, passed: 0 }, failure });
    expect(verdicts(report)['telegram-dc2']).toBe('inconclusive route.mtproxy-dead');
    expect(exchanges(report, 'telegram-dc2')).toMatchObject([
      { proxyStage: 'hello', helloProfile: 'modern', purpose: 'main', try: 1, failure },
      { proxyStage: 'hello', helloProfile: 'classic', purpose: 'fallback', try: 1, failure },
      { proxyStage: 'hello', helloProfile: 'modern', purpose: 'main', try: 2, failure },
    ]);
  });

  it.each(['plain', 'padded'] as const)(
    'with a wrong %s secret is a dead route, and Telegram is fine',
    async (kind) => {
      const proxies = [mtproxy({ secret: secrets[kind], typed: wrong(secrets[kind]) })];
      const { report } = await ran({ proxies, only: ['telegram-dc2'] });
      expect(routeOf(report)).toMatchObject({ baseline: { ok: false }, failure: { step: 'mtproto', kind: 'timeout' } });
      expect(verdicts(report)).toEqual({ 'telegram-dc2': 'route-broken route.dead' });
      expect(exchanges(report, 'telegram-dc2')[0]).toMatchObject({ proxyStage: 'first-payload' });
    },
  );

  it.each(['silent', 'refuses'] as const)('%s at its address, it is dead at the connection', async (state) => {
    const { report } = await ran({ proxies: [mtproxy({ state })], only: ['telegram-dc2'] });
    expect(routeOf(report).failure).toMatchObject({
      step: 'connect',
      kind: state === 'silent' ? 'timeout' : 'refused',
    });
    expect(exchanges(report, 'telegram-dc2')).toEqual([]);
  });

  it('that is a web site and no proxy at all is told from one that is silent', async () => {
    const proxies = [mtproxy({ host: '18.196.40.5', address: '18.196.40.5', port: 443 })];
    const { report } = await ran({ proxies, only: ['telegram-dc2'] });
    expect(routeOf(report).failure).toMatchObject({ kind: 'proxy-protocol', detail: 'ordinary-site' });
  });
});

describe.concurrent('an MTProxy of long ago', () => {
  it('takes the hello of older apps only, which is found out once and said', async () => {
    const { report } = await ran({ proxies: [mtproxy({ longestHello: 517 })], only: ['telegram-dc1', 'telegram-dc2'] });
    const all = ['telegram-dc1', 'telegram-dc2'].flatMap((id) => exchanges(report, id));
    for (const item of all.filter(({ purpose }) => purpose === 'main')) {
      expect(item).toMatchObject({ helloProfile: 'modern', proxyStage: 'hello', failure: { detail: 'ordinary-site' } });
    }
    expect(all.filter(({ purpose }) => purpose === 'fallback')).toMatchObject([
      { helloProfile: 'classic', proxyStage: 'resPQ' },
    ]);
    for (const id of ['telegram-dc1', 'telegram-dc2']) {
      expect(resultOf(report, id)).toMatchObject({
        state: 'failed',
        failure: { step: 'proxy', detail: 'hello-shape' },
      });
    }
  });
});

describe.concurrent('a wrong clock', () => {
  const proxies = [mtproxy({ tolerance: { behind: 3, ahead: 3 } })];

  it.each([-90_000, 6000, 45_000])('of %i ms is measured first, and mended in the hello', async (ms) => {
    const { report } = await ran({ proxies, clock: skewed(ms), only: ['telegram-dc2'] });
    expect(Math.abs((report.environment.clockSkewMs ?? 0) - ms)).toBeLessThan(1500);
    expect(resultOf(report, 'telegram-dc2').state).toBe('ok');
  });

  it('that no site tells makes the proxy look like an ordinary site', async () => {
    const blind = sites.filter(({ baseline }) => !baseline);
    const { report } = await ran({ proxies, sites: blind, clock: skewed(45_000), only: ['telegram-dc2'] });
    expect(report.environment.clockSkewMs).toBeNull();
    expect(routeOf(report).failure).toMatchObject({ detail: 'ordinary-site' });
  });
});

describe.concurrent('a provider that looks for MTProxies', () => {
  it('by the older shape of hello does not find ours', async () => {
    const isp = { hellos: [{ shape: 'classic' as const, action: 'silence' as const }] };
    const { report } = await ran({ isp, only: ['telegram-dc2'] });
    expect(exchanges(report, 'telegram-dc2')).toMatchObject([{ helloProfile: 'modern', proxyStage: 'resPQ' }]);
  });

  it('by the name in the hello leaves us at the hello, and the older shape is tried once in the whole run', async () => {
    const isp = { tls: [{ names: [domain], action: 'silence' as const }] };
    const { report } = await ran({ isp, only: ['telegram-dc1', 'telegram-dc2', 'telegram-dc3'] });
    expect(routeOf(report).failure).toEqual({ step: 'proxy', kind: 'timeout', detail: 'server-hello' });
    const all = ['telegram-dc1', 'telegram-dc2', 'telegram-dc3'].flatMap((id) => exchanges(report, id));
    expect(new Set(all.map(({ proxyStage }) => proxyStage))).toEqual(new Set(['hello']));
    expect(all.filter(({ helloProfile }) => helloProfile === 'classic')).toHaveLength(1);
    for (const item of all) expect(item.purpose).toBe(item.helloProfile === 'classic' ? 'fallback' : 'main');
  });

  it('silently after the handshake is told from a proxy that is down: its hello was answered and signed', async () => {
    const isp = { tls: [{ names: [domain], action: 'silence-after-hello' as const }] };
    const { report } = await ran({ isp, only: ['telegram-dc2'] });
    expect(routeOf(report).failure).toMatchObject({ step: 'mtproto', kind: 'timeout' });
    expect(exchanges(report, 'telegram-dc2')[0]).toMatchObject({ proxyStage: 'first-payload', bytesReceived: 0 });
    expect(verdicts(report)).toEqual({ 'telegram-dc2': 'route-broken route.dead' });
  });

  it('that swallows obfuscated streams stops plain secrets and not fake TLS', async () => {
    const isp = { unknownProtocol: 'swallow' as const };
    const proxies = [
      mtproxy({ id: 'plain', secret: secrets.plain }),
      mtproxy({ id: 'hidden', address: '203.0.113.41', host: '203.0.113.41' }),
    ];
    const { report } = await ran({ isp, proxies, only: ['telegram-dc2'] });
    expect(routeOf(report, 'plain').baseline.ok).toBe(false);
    expect(routeOf(report, 'hidden').baseline.ok).toBe(true);
    expect(verdicts(report)).toEqual({ 'telegram-dc2': 'blocked mtproto.swallowed' });
    expect(report.verdicts[0]?.workingRoutes).toEqual(['hidden']);
  });
});

describe('speed', () => {
  it('asks six data centres through an MTProxy in well under a second and a half', async () => {
    const { report, ms } = await ran({ withoutDirect: true, only: dataCentres.map(({ id }) => id) });
    expect(report.results.every(({ state }) => state === 'ok')).toBe(true);
    expect(ms).toBeLessThan(1500);
  });
});
