import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import type { RunInput } from '../../../engine/run/run-input.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { defineScenario } from '../../../lab/scenario.ts';
import { russia2018 } from '../../../lab/scenarios/russia-2018.ts';
import type { AddressFacts } from '../../../model/cloud.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import { labRunInput } from '../../support/lab-run.ts';

const timeouts = {
  resolve: 1500,
  connect: 500,
  proxy: 1500,
  tls: 800,
  firstByte: 1000,
  stall: 800,
  mtproto: 600,
  job: 6000,
};

/** More neighbours, so that three ranges hold enough of them: 18.196.0.0/15 falls, 54.93.0.0/16 does not. */
const more: readonly (readonly [string, string])[] = [
  ['toys', '18.196.77.1'],
  ['books', '18.197.3.3'],
  ['museum', '54.93.20.20'],
  ['library', '54.93.30.30'],
  ['theatre', '54.93.40.40'],
];

/** That evening, and in the range that was left alone the theatre is down and the library alone is dropped. */
const evening = defineScenario({
  ...russia2018,
  id: 'collateral',
  isp: {
    connect: [...(russia2018.isp.connect ?? []), { prefixes: ['54.93.30.30/32'], action: 'drop' }],
  },
  sites: [
    ...russia2018.sites,
    ...more.map(([id, address]) => ({
      host: `www.${id}.example`,
      addresses: [address],
      ...(id === 'theatre' ? { answer: { kind: 'down', how: 'silent' } as const } : {}),
      target: { id, name: id, group: 'stores' },
    })),
  ],
});

const prefixes = ['52.58.0.0/15', '18.196.0.0/15', '54.93.0.0/16'];
const facts = (address: string): AddressFacts => {
  const start = address.split('.').slice(0, 2).join('.');
  const at = [['52.58', '52.59'], ['18.196', '18.197'], ['54.93']].findIndex((starts) => starts.includes(start));
  const prefix = prefixes[at];
  return prefix === undefined ? {} : { operator: 'aws', prefix, asn: 16509 };
};

async function runEvening(
  only: readonly string[],
  change: Partial<RunInput> = {},
  where: (address: string) => AddressFacts = facts,
): Promise<RunReport> {
  const lab = await createLab(evening, { latencyMs: 4 });
  try {
    const targets = lab.targets.filter(({ id }) => only.includes(id));
    expect(targets.map(({ id }) => id).sort()).toEqual([...only].sort());
    const { input, dependencies } = labRunInput(lab, nodeClock(), { targets, timeouts, ...change });
    const options = { signal: new AbortController().signal, onEvent: () => {} };
    return await run(input, { ...dependencies, facts: where }, options);
  } finally {
    await lab.close();
  }
}

const bandsOf = (report: RunReport) =>
  Object.fromEntries(report.cloud.map(({ host, address, collateral }) => [`${host} ${address}`, collateral?.band]));
const onHost = (report: RunReport, name: string) => report.cloud.find(({ host }) => host === name)?.collateral;

const fallen = ['example-bank', 'example-wallet', 'viber', 'example-shop', 'toys', 'books'];
const alone = ['example-school', 'museum', 'library', 'theatre'];

describe('collateral damage in the practice network', () => {
  it('is likely in ranges that fell, and not for a dead or a single filtered host in one that did not', async () => {
    const report = await runEvening([...fallen, ...alone]);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(bandsOf(report)).toEqual({
      'www.viber.com 52.58.103.20': 'likely',
      'www.viber.com 52.59.12.9': 'likely',
      'online.bank.example 52.58.1.1': 'likely',
      'online.bank.example 52.58.1.2': 'likely',
      'pay.wallet.example 52.59.88.14': 'likely',
      'www.shop.example 18.196.40.5': 'likely',
      'www.toys.example 18.196.77.1': 'likely',
      'www.books.example 18.197.3.3': 'likely',
      'www.school.example 54.93.10.10': undefined,
      'www.museum.example 54.93.20.20': undefined,
      'www.library.example 54.93.30.30': 'unlikely',
      'www.theatre.example 54.93.40.40': 'unlikely',
    });
    expect(onHost(report, 'pay.wallet.example')).toEqual({
      score: 0.976,
      band: 'likely',
      evidence: ['connects-time-out', 'control-answers', 'siblings-fail', 'baseline-answers'],
      otherwise: 'local',
    });
    expect(onHost(report, 'www.library.example')).toMatchObject({ otherwise: 'address' });
    expect(onHost(report, 'www.theatre.example')).toMatchObject({ otherwise: 'down' });
  });

  it('is never likely without a control, and nothing is said while a tool alters the packets', async () => {
    const direct = { id: 'direct', label: 'Current connection', kind: 'direct' } as const;
    const report = await runEvening(fallen, { routes: [direct] });
    expect(new Set(Object.values(bandsOf(report)))).toEqual(new Set(['possible']));
    expect(onHost(report, 'pay.wallet.example')?.evidence).toContain('siblings-fail-unconfirmed');
    const host = { platform: 'linux', systemProxy: null, defaultRouteInterfaces: [], bypassTools: ['zapret'] };
    const altered = await runEvening(fallen, { host });
    expect(altered.cloud.length).toBeGreaterThan(0);
    expect(altered.cloud.filter(({ collateral }) => collateral)).toEqual([]);
  }, 20_000);

  it('is at most possible where only the AS is known and some of it answers', async () => {
    const report = await runEvening([...fallen, ...alone], {}, (address) => {
      const { prefix: _, ...known } = facts(address);
      return known;
    });
    const bands = bandsOf(report);
    expect(bands['pay.wallet.example 52.59.88.14']).toBe('possible');
    expect(onHost(report, 'pay.wallet.example')?.capped).toEqual(['mixed-range', 'range-unknown']);
    expect(bands['www.theatre.example 54.93.40.40']).toBe('unlikely');
    expect(Object.values(bands)).not.toContain('likely');
  });
});
