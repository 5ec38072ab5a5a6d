import { describe, expect, it } from 'vitest';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import type { RunInput } from '../../../engine/run/run-input.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { findScenario } from '../../../lab/scenarios/all-scenarios.ts';
import type { RunEvent } from '../../../model/event.ts';
import { runEventSchema } from '../../../model/event.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import { labRunInput } from '../../support/lab-run.ts';

interface Ran {
  readonly report: RunReport;
  readonly events: readonly RunEvent[];
  readonly ms: number;
}

/** Short deadlines: the practice network answers in milliseconds, and what it drops never answers. */
const timeouts = {
  resolve: 1500,
  connect: 600,
  proxy: 1500,
  tls: 800,
  firstByte: 1000,
  stall: 800,
  mtproto: 600,
  job: 6000,
};

async function runScenario(
  name: string,
  only: readonly string[],
  options: { signal?: AbortSignal; change?: Partial<RunInput>; onEvent?: (event: RunEvent) => void } = {},
): Promise<Ran> {
  const scenario = findScenario(name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  const lab = await createLab(scenario, { latencyMs: 4 });
  const events: RunEvent[] = [];
  try {
    const targets = lab.targets.filter(({ id }) => only.length === 0 || only.includes(id));
    if (only.length > 0) expect(targets.map(({ id }) => id).sort()).toEqual([...only].sort());
    const { input, dependencies } = labRunInput(lab, nodeClock(), { targets, timeouts, ...options.change });
    const startedAt = performance.now();
    const report = await run(input, dependencies, {
      signal: options.signal ?? new AbortController().signal,
      onEvent: (event) => {
        events.push(event);
        options.onEvent?.(event);
      },
    });
    return { report, events, ms: performance.now() - startedAt };
  } finally {
    await lab.close();
  }
}

function verdictOf(report: RunReport, id: string) {
  const verdict = report.verdicts.find(({ targetId }) => targetId === id);
  return verdict && { verdict: verdict.verdict, mechanism: verdict.mechanism, rule: verdict.rule };
}

describe('a run in the practice network', () => {
  it('April 2018: whole ranges dropped, and one proxy restores all', async () => {
    const { report } = await runScenario('russia-2018', ['gmail', 'example-bank', 'wikipedia', 'telegram-web']);
    const dropped = { verdict: 'blocked', mechanism: 'ip', rule: 'ip.timeout' };
    expect(verdictOf(report, 'gmail')).toEqual(dropped);
    expect(verdictOf(report, 'example-bank')).toEqual(dropped);
    expect(verdictOf(report, 'telegram-web')).toEqual(dropped);
    expect(verdictOf(report, 'wikipedia')?.verdict).toBe('reachable');
    expect(report.verdicts.find(({ targetId }) => targetId === 'gmail')?.workingRoutes).toEqual(['socks-abroad']);
  });

  it('2026: names cut in the handshake, forged answers, frozen downloads', async () => {
    const { report } = await runScenario('russia-2026', [
      'youtube',
      'meduza',
      'whatsapp',
      'stackoverflow',
      'wikipedia',
    ]);
    expect(verdictOf(report, 'youtube')).toEqual({ verdict: 'blocked', mechanism: 'tls-sni', rule: 'tls.sni.reset' });
    expect(verdictOf(report, 'meduza')).toEqual({ verdict: 'blocked', mechanism: 'dns', rule: 'dns.stub' });
    expect(verdictOf(report, 'whatsapp')).toEqual({ verdict: 'blocked', mechanism: 'dns', rule: 'dns.nxdomain' });
    expect(verdictOf(report, 'stackoverflow')).toEqual({
      verdict: 'blocked',
      mechanism: 'freeze',
      rule: 'freeze.after-first-kilobytes',
    });
    expect(verdictOf(report, 'wikipedia')?.verdict).toBe('reachable');
  });

  it('accuses nobody behind a captive portal, and says to sign in', async () => {
    const { report } = await runScenario('captive-portal', ['wikipedia', 'gmail', 'vk']);
    expect(report.environment.captivePortal).toBe(true);
    expect(new Set(report.verdicts.map(({ rule }) => rule))).toEqual(new Set(['gate.captive-portal']));
    expect(report.verdicts[0]?.next).toContain('sign-in-to-network');
  });

  it('accuses nobody when offline', async () => {
    const { report } = await runScenario('offline', ['wikipedia', 'gmail', 'vk']);
    expect(report.verdicts.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
  });

  it('calls the current connection what it is when a tunnel carries it', async () => {
    const { report } = await runScenario('vpn-on', ['wikipedia']);
    expect(report.environment.tunnel).toEqual({ up: true, interface: 'utun4', sign: 'interface' });
    expect(report.verdicts[0]?.evidence.map(({ says }) => says)).toContain('tunnel-up');
  });

  it('writes reports and events that its own schemas accept, with no number missing', async () => {
    const { report, events } = await runScenario('healthy', ['wikipedia', 'github', 'vk']);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    for (const event of events) expect(runEventSchema.safeParse(event).error).toBeUndefined();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]?.type).toBe('started');
    expect(events.at(-1)?.type).toBe('finished');
    expect(events.filter(({ type }) => type === 'result')).toHaveLength(3 * report.routes.length);
    expect(events.filter(({ type }) => type === 'verdict')).toHaveLength(3);
    const ids = report.results.flatMap(({ observations }) => observations.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stops at once when told to, at any moment, with a report that is partial and valid', async () => {
    for (const afterMs of [0, 5, 40, 150, 400, 700]) {
      const stop = new AbortController();
      let stoppedAt = Number.NaN;
      const timer = setTimeout(() => {
        stoppedAt = performance.now();
        stop.abort(new Error('stop'));
      }, afterMs);
      const { report } = await runScenario('russia-2018', [], { signal: stop.signal, change: { concurrency: 6 } });
      const took = performance.now() - stoppedAt;
      clearTimeout(timer);
      expect(report.partial).toBe(true);
      expect(reportSchema.safeParse(report).error).toBeUndefined();
      expect(report.results).toHaveLength(report.targets.length * report.routes.length);
      expect(report.verdicts).toHaveLength(report.targets.length);
      expect(report.verdicts.filter(({ verdict }) => verdict === 'blocked')).toEqual([]);
      // Closing the practice network itself is part of what is timed here.
      expect(took).toBeLessThan(400);
    }
  }, 20_000);
});
