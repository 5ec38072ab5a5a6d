import { describe, expect, it } from 'vitest';
import type { Network } from '../../../engine/network.ts';
import { run } from '../../../engine/run/run.ts';
import type { OtherHost, RunInput } from '../../../engine/run/run-input.ts';
import { createLab, type Lab } from '../../../lab/create-lab.ts';
import { defineScenario } from '../../../lab/scenario.ts';
import { russia2018 } from '../../../lab/scenarios/russia-2018.ts';
import type { AddressFacts } from '../../../model/cloud.ts';
import { type RunEvent, runEventSchema } from '../../../model/event.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import type { Target } from '../../../model/target.ts';
import { type FastClock, fastClock } from '../../support/fast-clock.ts';
import { labRunInput } from '../../support/lab-run.ts';

const speed = 20;
/** In 52.58.0.0/15, which fell; the last two are down for everybody. */
const more = [
  { id: 'toys', address: '52.58.30.1' },
  { id: 'books', address: '52.58.40.1' },
  { id: 'music', address: '52.59.50.1' },
  { id: 'films', address: '52.59.60.1' },
  { id: 'dead-one', address: '52.58.70.1', down: true },
  { id: 'dead-two', address: '52.59.80.1', down: true },
];
/** Where nothing but an address lives, in the range that fell and in the one that was left alone. */
const published = ['52.58.63.252', '54.93.32.2'] as const;

const evening = defineScenario({
  ...russia2018,
  id: 'siblings',
  isp: { connect: [...(russia2018.isp.connect ?? []), { prefixes: ['54.93.30.30/32'], action: 'drop' }] },
  sites: [
    ...russia2018.sites,
    ...more.map(({ id, address, down }) => ({
      host: `www.${id}.example`,
      addresses: [address],
      ...(down ? { answer: { kind: 'down', how: 'silent' } as const } : {}),
      target: { id, name: id, group: 'stores' },
    })),
    ...published.map((address, at) => ({
      host: `ec2-${at}.amazon.example`,
      addresses: [address],
      scheme: 'http' as const,
      strangers: 'same-answer' as const,
    })),
    {
      host: 'www.library.example',
      addresses: ['54.93.30.30'],
      target: { id: 'library', name: 'library', group: 'stores' },
    },
  ],
});

const facts = (address: string): AddressFacts => {
  const start = address.split('.').slice(0, 2).join('.');
  const prefix = { '52.58': '52.58.0.0/15', '52.59': '52.58.0.0/15', '54.93': '54.93.0.0/16' }[start];
  return prefix === undefined ? {} : { operator: 'aws', prefix, asn: 16509 };
};

interface Dial {
  readonly address: string;
  readonly at: number;
}

/** The lab's network, which writes down whom it dials and how many were dialled at once. */
function watchDials(network: Network, clock: FastClock, isWatched: (address: string) => boolean) {
  const dials: Dial[] = [];
  let open = 0;
  let most = 0;
  const watched: Network = {
    ...network,
    connect: async (endpoint, options) => {
      if (!isWatched(endpoint.address)) return network.connect(endpoint, options);
      dials.push({ address: endpoint.address, at: clock.now() });
      open += 1;
      most = Math.max(most, open);
      try {
        return await network.connect(endpoint, options);
      } finally {
        open -= 1;
      }
    },
  };
  return { watched, dials, most: () => most };
}

interface Play {
  readonly targets: readonly string[];
  readonly others?: readonly string[];
  readonly addresses?: readonly string[];
  readonly change?: (lab: Lab) => Partial<RunInput>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly network?: (network: Network, clock: FastClock) => Network;
}

async function play({ targets: chosen, others = [], addresses = [], ...rest }: Play) {
  const lab = await createLab(evening, { latencyMs: 2 });
  const clock = fastClock(speed, 0.5);
  const pick = (id: string): Target => {
    const found = lab.targets.find((target) => target.id === id);
    if (!found) throw new Error(`no target ${id}`);
    return found;
  };
  const siblings = {
    targets: others.map((id): OtherHost => ({ target: pick(id), source: id === 'toys' ? 'own' : 'built-in' })),
    addresses,
  };
  const events: RunEvent[] = [];
  try {
    const isOther = new Set([...siblings.targets.flatMap(({ target }) => addressesOf(target.id)), ...addresses]);
    const { watched, dials, most } = watchDials(lab.network, clock, (address) => isOther.has(address));
    const change = { targets: chosen.map(pick), profile: 'deep', siblings, ...rest.change?.(lab) } as const;
    const { input, dependencies } = labRunInput(lab, clock, change);
    const network = rest.network?.(watched, clock) ?? watched;
    const report = await run(
      input,
      { ...dependencies, network, facts },
      {
        signal: rest.signal ?? new AbortController().signal,
        onEvent: (event) => {
          events.push(event);
          rest.onEvent?.(event);
        },
      },
    );
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    for (const event of events) expect(runEventSchema.safeParse(event).error).toBeUndefined();
    return { report, events, dials, most: most(), clock };
  } finally {
    await lab.close();
  }
}

function addressesOf(id: string): readonly string[] {
  return more.flatMap((site) => (site.id === id ? [site.address] : []));
}

const collateralOf = (report: RunReport, id: string) =>
  report.cloud.find(({ targetId }) => targetId === id)?.collateral;
const seenOf = (report: RunReport) =>
  (report.siblings ?? []).map(({ address, here, control }) => [address, here, control]);

describe('hosts that are asked besides', () => {
  it('make a single host that fails likely, where they fail too and are alive', async () => {
    const alone = await play({ targets: ['example-wallet'] });
    expect(collateralOf(alone.report, 'example-wallet')).toMatchObject({ band: 'possible' });
    expect(alone.report.siblings).toBeUndefined();
    const { report } = await play({ targets: ['example-wallet'], others: ['toys', 'books'] });
    expect(collateralOf(report, 'example-wallet')).toMatchObject({ band: 'likely' });
    expect(collateralOf(report, 'example-wallet')?.evidence).toContain('siblings-fail');
    expect(report.siblings).toEqual([
      {
        address: '52.58.30.1',
        host: 'www.toys.example',
        prefix: '52.58.0.0/15',
        source: 'own',
        here: 'failed',
        control: 'ok',
      },
      {
        address: '52.58.40.1',
        host: 'www.books.example',
        prefix: '52.58.0.0/15',
        source: 'built-in',
        here: 'failed',
        control: 'ok',
      },
    ]);
    // They are nobody's result: only what was asked for has one.
    expect(report.targets.map(({ id }) => id)).toEqual(['example-wallet']);
  }, 30_000);

  it('do not count where the control does not reach them either', async () => {
    const { report } = await play({ targets: ['example-wallet'], others: ['dead-one', 'dead-two'] });
    expect(seenOf(report)).toEqual([
      ['52.58.70.1', 'failed', 'failed'],
      ['52.59.80.1', 'failed', 'failed'],
    ]);
    expect(collateralOf(report, 'example-wallet')).toMatchObject({ band: 'possible', score: 0.581 });
  }, 30_000);

  it('make it unlikely where they answer, and need no control for that', async () => {
    const { report } = await play({ targets: ['library'], others: ['example-school'] });
    expect(report.siblings).toMatchObject([
      { address: '54.93.10.10', here: 'ok', control: 'none', ms: expect.any(Number) },
    ]);
    expect(collateralOf(report, 'library')).toMatchObject({ band: 'unlikely', otherwise: 'address' });
  }, 30_000);

  it('are two at once and four in all for a range, with half a second between them', async () => {
    const { report, dials, most } = await play({
      targets: ['example-wallet'],
      others: ['toys', 'books', 'music', 'films', 'dead-one', 'dead-two'],
    });
    expect(report.siblings).toHaveLength(4);
    const times = dials.map(({ at }) => at);
    expect(dials).toHaveLength(4);
    expect(most).toBe(2);
    for (const [index, at] of times.entries()) {
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(500);
    }
  }, 30_000);

  it('are published addresses only where somebody agreed: else not one packet goes there', async () => {
    const asked = await play({ targets: ['example-wallet', 'library'], addresses: published });
    expect(seenOf(asked.report)).toEqual([
      ['52.58.63.252', 'failed', 'ok'],
      ['54.93.32.2', 'ok', 'none'],
    ]);
    expect(collateralOf(asked.report, 'library')).toMatchObject({ band: 'unlikely' });
    const dialled: string[] = [];
    const listen = (network: Network): Network => ({
      ...network,
      connect: (endpoint, options) => {
        dialled.push(endpoint.address);
        return network.connect(endpoint, options);
      },
    });
    const { report } = await play({ targets: ['example-wallet', 'library'], network: listen });
    expect(report.siblings).toBeUndefined();
    expect(dialled.filter((address) => (published as readonly string[]).includes(address))).toEqual([]);
  }, 60_000);

  it.each<[string, Partial<Play>]>([
    ['in another profile', { change: () => ({ profile: 'standard' }) }],
    ['by a tool that alters packets', { change: (lab) => ({ host: { ...lab.host, bypassTools: ['zapret'] } }) }],
    [
      'over a route that resolves names at its far end',
      {
        change: ({ routes }) => {
          const proxy = routes.find(({ kind }) => kind === 'socks5h');
          if (!proxy) throw new Error('no proxy');
          return { routes: [proxy] };
        },
      },
    ],
  ])(
    'are left alone %s',
    async (_, more) => {
      const { report, dials } = await play({ targets: ['example-wallet'], others: ['toys', 'books'], ...more });
      expect(report.siblings).toBeUndefined();
      expect(dials).toEqual([]);
    },
    30_000,
  );

  it('are never looked up by the resolver of the machine', async () => {
    const names: string[] = [];
    const listen = (network: Network): Network => ({
      ...network,
      lookup: (name, options) => {
        names.push(name);
        return network.lookup(name, options);
      },
    });
    const { report } = await play({ targets: ['example-wallet'], others: ['toys'], network: listen });
    expect(report.siblings).toHaveLength(1);
    expect(names).toContain('pay.wallet.example');
    expect(names).not.toContain('www.toys.example');
  }, 30_000);
});

describe('the repeat of a deep check', () => {
  it('comes 20 s after the failure or later, and is said after the first result of the cell', async () => {
    const { report, events } = await play({ targets: ['example-wallet', 'wikipedia'] });
    const failed = report.results.find(
      ({ targetId, routeId }) => targetId === 'example-wallet' && routeId === 'direct',
    );
    expect(failed).toMatchObject({ state: 'failed', tries: 3 });
    const of = (attempt: number) =>
      failed?.observations.filter((item) => item.purpose === 'main' && item.try === attempt) ?? [];
    const ended = Math.max(...of(2).map(({ startMs, ms }) => startMs + ms));
    expect(of(3).length).toBeGreaterThan(0);
    // A timer of the machine may be a millisecond early, which the fast clock makes twenty of.
    expect(Math.min(...of(3).map(({ startMs }) => startMs)) - ended).toBeGreaterThanOrEqual(20_000 - 2 * speed);
    expect(report.verdicts.find(({ targetId }) => targetId === 'example-wallet')).toMatchObject({
      verdict: 'blocked',
      evidence: expect.arrayContaining([expect.objectContaining({ says: 'current-failed-thrice' })]),
    });
    const said = events.flatMap((event) => (event.type === 'result' ? [event] : []));
    const cells = 2 * report.routes.length;
    expect(said).toHaveLength(cells + 1);
    expect(said.at(-1)).toMatchObject({ done: cells + 1, jobs: cells + 1, result: { tries: 3 } });
    expect(said.slice(0, -1).every(({ done, jobs }) => done < jobs)).toBe(true);
    expect(events.filter(({ type }) => type === 'verdict')).toHaveLength(2);
  }, 30_000);

  it('that succeeds makes it inconclusive, and nobody was called blocked meanwhile', async () => {
    let back = false;
    const comesBack = (network: Network, clock: FastClock): Network => ({
      ...network,
      connect: (endpoint, options) => {
        if (back || endpoint.address !== '54.93.10.10') return network.connect(endpoint, options);
        return clock.sleep(120_000, options.signal).then(() => Promise.reject(new Error('never')));
      },
    });
    const { report, events } = await play({
      targets: ['example-school'],
      network: comesBack,
      onEvent: (event) => {
        back ||= event.type === 'result' && event.result.routeId === 'direct';
      },
    });
    expect(report.results[0]).toMatchObject({ state: 'impaired', tries: 3 });
    const verdicts = events.flatMap((event) => (event.type === 'verdict' ? [event.verdict] : []));
    expect(verdicts).toEqual([expect.objectContaining({ verdict: 'inconclusive', rule: 'tries.disagree' })]);
    expect(verdicts[0]?.evidence).toEqual(expect.arrayContaining([expect.objectContaining({ says: 'later-try-ok' })]));
  }, 30_000);

  it('ends at once when the run is stopped in the wait, and leaves a report of the two tries', async () => {
    const stop = new AbortController();
    let stoppedAt = Number.NaN;
    let jobs = 0;
    const { report, clock } = await play({
      targets: ['example-wallet'],
      others: ['toys', 'books'],
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'result' || event.result.routeId !== 'direct') return;
        jobs = event.jobs;
        setTimeout(() => {
          stoppedAt = performance.now();
          stop.abort(new Error('stop'));
        }, 300);
      },
    });
    const took = performance.now() - stoppedAt;
    expect(jobs).toBe(report.routes.length + 1);
    expect(report.partial).toBe(true);
    expect(report.results[0]).toMatchObject({ state: 'failed', tries: 2 });
    expect(report.verdicts).toHaveLength(1);
    // Closing the practice network itself is part of what is timed here.
    expect(took).toBeLessThan(400);
    expect(clock.pending()).toBe(0);
  }, 30_000);
});
