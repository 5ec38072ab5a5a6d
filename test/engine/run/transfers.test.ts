import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import type { RunInput } from '../../../engine/run/run-input.ts';
import { defaultTimeouts } from '../../../engine/step.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { defineScenario, type ScenarioDeclaration } from '../../../lab/scenario.ts';
import { findScenario } from '../../../lab/scenarios/all-scenarios.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { labRunInput } from '../../support/lab-run.ts';

type Limits = NonNullable<NonNullable<ScenarioDeclaration['isp']>['limits']>;

const proxies: ScenarioDeclaration['proxies'] = [
  {
    id: 'abroad',
    label: 'abroad',
    kind: 'socks5h',
    host: '203.0.113.40',
    address: '203.0.113.40',
    port: 1080,
  },
];

function healthy() {
  const found = findScenario('healthy');
  if (!found) throw new Error('no scenario');
  return found;
}

/** Telegram Web by the deep profile, on an open network but for the limits. */
async function check(
  limits: Limits,
  change: Partial<RunInput> = {},
  sites: ScenarioDeclaration['sites'] = healthy().sites,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunReport> {
  const lab = await createLab(defineScenario({ ...healthy(), sites, proxies, isp: { limits } }), { latencyMs: 4 });
  try {
    const targets = lab.targets.filter(({ id }) => id === 'telegram-web');
    const timeouts = { ...defaultTimeouts, stall: 700, firstByte: 900, job: 9000 };
    const { input, dependencies } = labRunInput(lab, nodeClock(), { profile: 'deep', targets, timeouts, ...change });
    const report = await run(input, dependencies, { signal, onEvent: () => {} });
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    return report;
  } finally {
    await lab.close();
  }
}

function verdictOf(report: RunReport): Verdict {
  const [verdict] = report.verdicts;
  if (!verdict) throw new Error('no verdict');
  return verdict;
}

function transfers(report: RunReport, route: string): readonly ObservationOf<'transfer'>[] {
  return report.results
    .filter(({ routeId }) => routeId === route)
    .flatMap(({ observations }) => observations)
    .filter((item): item is ObservationOf<'transfer'> => item.step === 'transfer');
}

const told = (report: RunReport, route: string) =>
  transfers(report, route).map((item) => `${item.direction} ${item.try} ${item.failure?.kind ?? 'ok'}`);

const web = ['web.telegram.org'];
const neutral = ['www.google.com'];

describe.concurrent('timed transfers in the practice network', () => {
  it('go both ways once where nothing is wrong, and only in the deep profile', async () => {
    const report = await check([]);
    expect(verdictOf(report)).toMatchObject({ verdict: 'reachable', rule: 'reachable.current' });
    expect(told(report, 'direct')).toEqual(['down 1 ok', 'up 1 ok']);
    expect(told(report, 'abroad')).toEqual(['down 1 ok', 'up 1 ok']);
    expect(transfers(report, 'direct').every(({ bytes }) => bytes >= 256 * 1024)).toBe(true);
    expect(transfers(await check([], { profile: 'standard' }), 'direct')).toEqual([]);
  });

  it('downloads at 120 KiB/s are throttled, seen twice, with the ratios', async () => {
    const report = await check([{ names: web, kibPerSecond: 120 }]);
    const verdict = verdictOf(report);
    expect(verdict).toMatchObject({
      verdict: 'impaired',
      mechanism: 'throttling',
      rule: 'throttling.goodput-ratio',
      workingRoutes: ['direct', 'abroad'],
    });
    expect(told(report, 'direct')).toEqual(['down 1 ok', 'down 2 ok', 'up 1 ok']);
    const ids = transfers(report, 'direct').map(({ id }) => id);
    const slower = verdict.evidence.filter(({ says }) => says === 'slower-than-control');
    expect(slower.map(({ observation }) => observation)).toEqual(ids.slice(0, 2));
    for (const { ratio } of slower) expect(ratio).toBeLessThan(0.25);
    expect(verdict.evidence.find(({ says }) => says === 'neutral-transfer-ok')?.ratio).toBeGreaterThan(0.5);
  }, 40_000);

  it('uploads at 120 KiB/s are too, and downloads are not', async () => {
    const report = await check([{ names: web, kibPerSecond: 120, direction: 'up' }]);
    expect(verdictOf(report)).toMatchObject({ verdict: 'impaired', rule: 'throttling.goodput-ratio' });
    expect(told(report, 'direct')).toEqual(['down 1 ok', 'up 1 ok', 'up 2 ok']);
    expect(told(report, 'abroad')).toEqual(['down 1 ok', 'up 1 ok', 'up 2 ok']);
  }, 40_000);

  it('a download that stops after 16 KiB of the connection is a freeze, with its place', async () => {
    const small = ({ host }: { readonly host: string }) => web.includes(host);
    const sites = healthy().sites.map((site) => (small(site) ? { ...site, answer: { kind: 'page', kib: 1 } } : site));
    const report = await check([{ names: web, freezeAfterKib: 16 }], {}, sites as ScenarioDeclaration['sites']);
    expect(verdictOf(report)).toMatchObject({
      verdict: 'impaired',
      mechanism: 'freeze',
      rule: 'freeze.after-first-kilobytes',
    });
    expect(transfers(report, 'direct').slice(0, 2)).toMatchObject([
      { direction: 'down', try: 1, receivedBytes: 16 * 1024 },
      { direction: 'down', try: 2, receivedBytes: 16 * 1024 },
    ]);
  }, 40_000);

  it('an upload that stops is a stall, and blames no mechanism where the kernel hid the place', async () => {
    const timeouts = { ...defaultTimeouts, stall: 700, job: 2500 };
    const report = await check([{ names: web, freezeAfterKib: 24, direction: 'up' }], { timeouts });
    expect(verdictOf(report)).toMatchObject({ verdict: 'impaired', rule: 'http.stall' });
    expect(verdictOf(report).mechanism).toBeUndefined();
    const [, first, second] = transfers(report, 'direct');
    for (const item of [first, second]) {
      expect(item?.direction).toBe('up');
      // On loopback the kernel takes more than any test may send.
      expect(['stall', 'too-slow']).toContain(item?.failure?.kind);
      expect(item?.bytes).toBeGreaterThan(20 * 1024);
    }
  }, 40_000);

  it('accuse nobody when the neutral object is as slow', async () => {
    const report = await check([{ names: [...web, ...neutral], kibPerSecond: 120 }]);
    expect(verdictOf(report)).toMatchObject({ verdict: 'reachable', rule: 'reachable.current' });
  }, 60_000);

  it('accuse nobody when there is no neutral object', async () => {
    const open = await createLab(defineScenario({ ...healthy(), proxies }), { latencyMs: 0 });
    const baselines = open.baselines.map(({ transfer: _down, upload: _up, ...rest }) => rest);
    await open.close();
    const report = await check([{ names: web, kibPerSecond: 120 }], { baselines });
    expect(verdictOf(report)).toMatchObject({ verdict: 'reachable', rule: 'reachable.current' });
    expect(told(report, 'direct')).toContain('down 2 ok');
  }, 40_000);

  it.each(['down', 'up'] as const)(
    'stop at once in the middle of a transfer %s, and accuse nobody',
    async (direction) => {
      const stop = new AbortController();
      let stoppedAt = Number.NaN;
      setTimeout(() => {
        stoppedAt = performance.now();
        stop.abort(new Error('stop'));
      }, 3500);
      const limits: Limits = [{ names: [...web, ...neutral], kibPerSecond: 40, direction }];
      const timeouts = { ...defaultTimeouts, stall: 9000, job: 9000 };
      const report = await check(limits, { timeouts }, undefined, stop.signal);
      // Closing the practice network itself is part of what is timed here.
      expect(performance.now() - stoppedAt).toBeLessThan(400);
      expect(report.partial).toBe(true);
      expect(verdictOf(report).verdict).toBe('reachable');
    },
  );
});
