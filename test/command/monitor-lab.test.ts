import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Io } from '../../cli/io.ts';
import { defineScenario } from '../../lab/scenario.ts';
import { healthy } from '../../lab/scenarios/healthy.ts';
import { russia2018 } from '../../lab/scenarios/russia-2018.ts';
import type { MonitorLine } from '../../model/monitor-line.ts';
import type { FakeIo } from '../cli/fake-io.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { findFreePort } from '../support/start-daemon.ts';
import { type LabMonitor, startLabMonitor } from '../support/start-lab-monitor.ts';

const secret = 'canary-7f3a9c';
const evening = defineScenario({
  ...russia2018,
  proxies: russia2018.proxies.map((proxy) =>
    'credentials' in proxy ? { ...proxy, credentials: { username: 'practice', password: secret } } : proxy,
  ),
});

let monitor: LabMonitor | undefined;
afterEach(async () => {
  await monitor?.close();
  monitor = undefined;
});

/** Waits for what the real network of the practice takes; the schedule's clock stands still meanwhile. */
async function until(isSo: () => boolean, ms = 40_000): Promise<void> {
  const end = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const runsIn = (lines: readonly MonitorLine[]) => lines.filter((line) => line.event === 'run');
const countOf = (lines: readonly MonitorLine[], event: MonitorLine['event']) =>
  lines.filter((line) => line.event === event).length;

describe('waylight monitor in a practice network', () => {
  it('says what it found in lines that fit their schema, and keeps each run', async () => {
    const clock = manualClock();
    monitor = await startLabMonitor(evening, { targets: ['github', 'example-school'], clock });
    const own = monitor;
    await until(() => own.kept().length === 1);
    await until(() => countOf(own.lines(), 'verdict') === 2);
    await clock.pass(30_000);
    await until(() => countOf(own.lines(), 'verdict') === 4);
    expect(await own.stop()).toBe(0);

    const lines = own.lines();
    expect(lines[0]).toMatchObject({ event: 'start', everySeconds: 30, redaction: 'standard', targets: 2, routes: 3 });
    expect(lines.at(-1)).toMatchObject({ event: 'stop' });
    expect(runsIn(lines)).toMatchObject([
      { kind: 'full', targets: 2, verdicts: { reachable: 2 } },
      { kind: 'full', targets: 2, verdicts: { reachable: 2 } },
    ]);
    const [newest, oldest] = own.kept();
    expect(runsIn(lines).map(({ runId }) => runId)).toEqual([oldest?.id, newest?.id]);
    const results = lines.flatMap((line) => (line.event === 'result' && line.runId === oldest?.id ? [line] : []));
    expect(results.map(({ targetId, routeId, state, ms }) => ({ targetId, routeId, state, ms }))).toEqual(
      oldest?.results.map(({ targetId, routeId, state, ms }) => ({ targetId, routeId, state, ms })),
    );
    expect(own.io.err()).toMatch(/checked: 2 reachable; 1 of 3 routes without neutral sites\n/);
  });

  it('tells a change once a second look has confirmed it, in a line and in the metrics', async () => {
    const clock = manualClock();
    const port = await findFreePort();
    const shut = new Set<string>();
    const cut = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    monitor = await startLabMonitor(healthy, {
      targets: ['github', 'gmail'],
      clock,
      change: { every: '15m', metrics: `127.0.0.1:${port}` },
      network: (network) => ({
        ...network,
        connect: (to, options) => (shut.has(to.address) ? Promise.reject(cut) : network.connect(to, options)),
      }),
    });
    const own = monitor;
    await until(() => countOf(own.lines(), 'verdict') === 2);
    const seen = own.kept()[0]?.results.find(({ targetId, routeId }) => targetId === 'github' && routeId === 'direct');
    for (const item of seen?.observations ?? []) if (item.step === 'connect' && item.address) shut.add(item.address);
    expect(shut.size).toBeGreaterThan(0);

    await clock.pass(15 * 60_000);
    await until(() => runsIn(own.lines()).length === 2 && clock.pending() === 1);
    // Seen once, so not told yet.
    expect(countOf(own.lines(), 'change')).toBe(0);
    await clock.pass(60_000);
    await until(() => countOf(own.lines(), 'change') === 1);

    const [, full, again] = runsIn(own.lines());
    expect(again).toMatchObject({ kind: 'recheck', targets: 1 });
    expect(own.lines().findLast(({ event }) => event === 'change')).toMatchObject({
      runId: again?.runId,
      targetId: 'github',
      routeId: 'direct',
      from: 'ok',
      to: 'failed',
      verdict: { from: 'reachable', to: 'blocked' },
      since: full?.event === 'run' ? full.finishedAt : '',
    });
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^waylight_changes_total\{target="github",group="\w+"\} 1$/m);
    expect(metrics).toMatch(/^waylight_changes_total\{target="gmail",group="\w+"\} 0$/m);
    expect(metrics).toMatch(/^waylight_verdict_info\{target="github",group="\w+",verdict="blocked",/m);
    expect(metrics).toMatch(/^waylight_verdict_info\{target="gmail",group="\w+",verdict="reachable",/m);
    expect(metrics).toContain('waylight_runs_total{kind="recheck",outcome="finished"} 1');
    // A look at one service is no check of all, and does not stand among them.
    expect(own.kept()).toHaveLength(2);
    expect(own.io.err()).toContain('GitHub over Current connection: ok → failed');
  });

  it('shows no password and no address of this machine, in lines, metrics, files or errors', async () => {
    const port = await findFreePort();
    const clock = manualClock();
    monitor = await startLabMonitor(evening, {
      targets: ['github'],
      clock,
      change: { metrics: `127.0.0.1:${port}`, redact: 'strict' },
    });
    const own = monitor;
    await until(() => countOf(own.lines(), 'verdict') === 1);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('route="route-2"');
    await own.stop();
    const kept = await readdir(join(own.folder, 'waylight'));
    const files = await Promise.all(kept.map((name) => readFile(join(own.folder, 'waylight', name), 'latin1')));
    const addresses = own.lab.network.interfaces().map(({ address }) => address);
    for (const shown of [own.io.out(), own.io.err(), metrics, JSON.stringify(own.kept()), ...files]) {
      expect(shown).not.toContain(secret);
      for (const address of addresses) expect(shown).not.toContain(address);
    }
    // `strict` drops the proxies' places and the labels too.
    for (const shown of [own.io.out(), metrics]) {
      expect(shown).not.toContain('203.0.113.10');
      expect(shown).not.toContain('abroad');
    }
  });

  it('keeps nothing with --no-history, and no metrics are served unless they are asked for', async () => {
    const clock = manualClock();
    monitor = await startLabMonitor(healthy, {
      targets: ['github'],
      clock,
      change: { history: false, quiet: true },
    });
    const own = monitor;
    await until(() => countOf(own.lines(), 'verdict') === 1);
    expect(await readdir(own.folder)).not.toContain('waylight');
    // What a person has to know is said all the same.
    expect(own.io.err()).toMatch(/^The operator of each proxy will see your address [^\n]*\n$/);
    expect(await own.stop()).toBe(0);
  });

  it('throws a run away that a sleep cut in two, and says so', async () => {
    const clock: ManualClock = manualClock();
    monitor = await startLabMonitor(evening, { targets: ['github'], clock });
    const own = monitor;
    // The watch over the clock is the first to sleep on it.
    await until(() => clock.pending() === 1);
    clock.suspend(3_600_000);
    await clock.pass(1000);
    await until(() => countOf(own.lines(), 'discarded') === 1);
    expect(own.lines().at(-1)).toMatchObject({ kind: 'full', reason: 'clock-gap', gapSeconds: 3600 });
    expect(own.kept()).toEqual([]);
    expect(countOf(own.lines(), 'result')).toBe(0);
    expect(own.io.err()).toContain('stood still for 3600 s');
    await clock.pass(30_000);
    await until(() => countOf(own.lines(), 'verdict') === 1);
  });

  it('ends within 100 ms of being asked, in the middle of a run, and calls nothing found', async () => {
    monitor = await startLabMonitor(evening, { targets: ['example-bank', 'example-shop'] });
    const own = monitor;
    await until(() => countOf(own.lines(), 'start') === 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = performance.now();
    expect(await own.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(200);
    expect(own.lines().map(({ event }) => event)).toEqual(['start', 'stop']);
    expect(own.kept()).toEqual([]);
  });
});

describe('a reader', () => {
  /** Standard output with another way of taking what is written. */
  const withFlush =
    (flush: () => Promise<boolean>) =>
    (io: FakeIo): Io => ({
      ...io,
      stdout: { ...io.stdout, flush },
    });

  it('who does not read holds up the lines and the next run, and not the end', async () => {
    const clock = manualClock();
    let flushes = 0;
    const flush = () => {
      flushes += 1;
      // The first line is taken, what comes after it is not.
      return flushes === 1 ? Promise.resolve(true) : new Promise<boolean>(() => {});
    };
    monitor = await startLabMonitor(healthy, { targets: ['github'], clock, io: withFlush(flush) });
    const own = monitor;
    await until(() => flushes === 2);
    const written = own.io.out();
    await clock.pass(10 * 60_000);
    expect(flushes).toBe(2);
    expect(own.io.out()).toBe(written);
    // What was found is kept before anybody is told.
    expect(own.kept()).toHaveLength(1);
    const asked = performance.now();
    expect(await own.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(200);
  });

  it('who has gone ends the monitor, which is exit 0', async () => {
    let flushes = 0;
    const flush = async () => {
      flushes += 1;
      return flushes < 2;
    };
    monitor = await startLabMonitor(healthy, { targets: ['github'], io: withFlush(flush) });
    expect(await monitor.ended).toBe(0);
    expect(monitor.kept()).toHaveLength(1);
  });
});
