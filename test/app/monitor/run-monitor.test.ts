import { afterEach, describe, expect, it } from 'vitest';
import { runMonitor } from '../../../app/monitor/run-monitor.ts';
import type { RunReport } from '../../../model/report.ts';
import type { ResultState } from '../../../model/result.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { sampleReport } from '../report/sample-report.ts';

const minute = 60_000;

interface Setup {
  readonly everyMs?: number;
  /** How long each check takes. */
  readonly takesMs?: (index: number) => number;
  /** How `a` does in each check; `b` always works. */
  readonly states?: (index: number) => ResultState;
  /** How long it takes until what was found is told. */
  readonly tellMs?: number;
}

let end: (() => Promise<void>) | undefined;
afterEach(async () => {
  await end?.();
  end = undefined;
});

/** A monitor over a clock that the test moves, with everything it does in one list. */
function start({ everyMs = 15 * minute, takesMs = () => 20_000, states = () => 'ok', tellMs = 0 }: Setup = {}) {
  const clock = manualClock();
  const stop = new AbortController();
  const log: string[] = [];
  const origin = clock.now();
  const say = (text: string) => log.push(`${Math.round((clock.now() - origin) / 1000)} ${text}`);
  let index = -1;
  let underWay = 0;
  const ended = runMonitor({
    everyMs,
    clock,
    signal: stop.signal,
    check: async (ids, signal) => {
      index += 1;
      underWay += 1;
      expect(underWay).toBe(1);
      const own = index;
      say(`check ${ids?.join(',') ?? 'all'}`);
      let partial = false;
      await clock.sleep(takesMs(own), signal).catch(() => {
        partial = true;
      });
      underWay -= 1;
      return aReport(clock, own, states(own), partial, ids);
    },
    onRun: async ({ kind, report, news }) => {
      const changes = news.confirmed.map(({ targetId, from, to }) => ` ${targetId} ${from}→${to}`).join('');
      say(`${kind} ${report.id}${changes}`);
      if (tellMs > 0) await clock.sleep(tellMs, stop.signal);
    },
    onDiscarded: async ({ kind, runId, gapMs }) => {
      say(`discarded ${kind} ${runId} ${Math.round(gapMs / 1000)}`);
    },
  });
  end = async () => {
    stop.abort(new Error('over'));
    await ended;
  };
  return { clock, stop, ended, log };
}

function aReport(
  clock: ManualClock,
  index: number,
  state: ResultState,
  partial: boolean,
  ids: readonly string[] = ['a', 'b'],
): RunReport {
  const sample = sampleReport();
  const at = new Date(clock.wall()).toISOString();
  const stateOf = (id: string) => (id === 'a' ? state : 'ok');
  return {
    ...sample,
    id: `r${index}`,
    startedAt: at,
    finishedAt: at,
    partial,
    environment: { ...sample.environment, tunnel: { up: false }, captivePortal: false, connectsProveNothing: false },
    routes: [
      {
        id: 'direct',
        kind: 'direct',
        label: 'Current connection',
        endpoint: null,
        remoteDns: false,
        baseline: { ok: true, passed: 4, tried: 4 },
      },
    ],
    targets: ids.map((id) => ({ id, name: id, group: 'own', protocol: 'https', host: `${id}.example`, port: 443 })),
    results: ids.map((targetId) => ({
      targetId,
      routeId: 'direct',
      state: stateOf(targetId),
      ms: {},
      tries: 1,
      observations: [],
    })),
    verdicts: ids.map((targetId) => ({
      targetId,
      verdict: stateOf(targetId) === 'ok' ? 'reachable' : 'likely-blocked',
      rule: 'reachable.current',
      confidence: 'high',
      workingRoutes: [],
      evidence: [],
      next: [],
    })),
    cloud: [],
  };
}

describe('the schedule', () => {
  it('checks at once, and then each time the interval comes round', async () => {
    const { clock, log } = start();
    await clock.pass(31 * minute);
    expect(log).toEqual([
      '0 check all',
      '20 full r0',
      '900 check all',
      '920 full r1',
      '1800 check all',
      '1820 full r2',
    ]);
  });

  it('never runs two at once, and makes up for nothing: what takes longer goes on at the next time', async () => {
    const { clock, log } = start({ everyMs: minute, takesMs: (index) => (index === 0 ? 150_000 : 5000) });
    await clock.pass(5 * minute - 1000);
    expect(log).toEqual(['0 check all', '150 full r0', '180 check all', '185 full r1', '240 check all', '245 full r2']);
  });

  it('waits for what is told of a run, however long that takes, and goes on at the next time', async () => {
    const { clock, log } = start({ everyMs: minute, tellMs: 90_000 });
    await clock.pass(3 * minute);
    expect(log).toEqual(['0 check all', '20 full r0', '120 check all', '140 full r1']);
  });

  it('goes on soon after a machine that slept between two runs wakes', async () => {
    const { clock, log } = start();
    await clock.pass(minute);
    clock.suspend(8 * 60 * minute);
    await clock.pass(20_000);
    expect(log.slice(2)).toEqual(['80 check all']);
    await clock.pass(15 * minute);
    // Once, and not for every time that was missed.
    expect(log.slice(2)).toEqual(['80 check all', '100 full r1', '980 check all']);
  });

  it('keeps to its interval when somebody sets the clock back, or far ahead and back again', async () => {
    const { clock, log } = start();
    await clock.pass(minute);
    clock.setBy(-365 * 24 * 60 * minute);
    await clock.pass(14 * minute);
    expect(log.slice(2)).toEqual(['900 check all']);
    await clock.pass(minute);
    clock.setBy(2 * 365 * 24 * 60 * minute);
    await clock.pass(minute);
    clock.setBy(-365 * 24 * 60 * minute);
    await clock.pass(16 * minute);
    // The leap was taken for a sleep, once; after it the interval holds.
    expect(log.slice(4).filter((line) => line.endsWith('check all'))).toHaveLength(2);
  });
});

describe('a gap in the clock', () => {
  it.each(['suspend', 'freeze'] as const)(
    'throws away the run under way (%s) and starts anew when one is due',
    async (how) => {
      const { clock, log } = start();
      await clock.pass(5000);
      clock[how](30 * minute);
      await clock.pass(1000);
      const inWords = () => log.map((line) => line.replace(/^\d+ /, ''));
      const discarded = expect.stringMatching(/^discarded full r0 (1799|1800)$/);
      expect(inWords()).toEqual(['check all', discarded]);
      await clock.pass(16 * minute);
      expect(inWords()).toEqual(['check all', discarded, 'check all', 'full r1']);
    },
  );

  it('is seen even where the run ended before anybody looked', async () => {
    const { clock, log } = start({ takesMs: () => 500 });
    await clock.pass(400);
    clock.suspend(minute);
    await clock.pass(100);
    expect(log.slice(1)).toEqual(['1 discarded full r0 60']);
  });

  it('is none where a busy machine is late by seconds', async () => {
    const { clock, log } = start();
    await clock.pass(5000);
    clock.freeze(9000);
    await clock.pass(20_000);
    expect(log.map((line) => line.replace(/^\d+ /, ''))).toEqual(['check all', 'full r0']);
  });

  it('says nothing of a run before it: what was discarded is compared with nothing', async () => {
    const { clock, log } = start({ states: (index) => (index === 1 ? 'failed' : 'ok') });
    await clock.pass(15 * minute + 5000);
    clock.suspend(minute);
    await clock.pass(30 * minute);
    expect(log.join('\n')).not.toContain('→');
    expect(log.join('\n')).not.toContain('check a\n');
  });
});

describe('what looks different', () => {
  it('is tested again a minute later, alone, and told once it holds', async () => {
    const { clock, log } = start({ states: (index) => (index === 0 ? 'ok' : 'failed') });
    await clock.pass(32 * minute);
    expect(log.slice(2)).toEqual([
      '900 check all',
      '920 full r1',
      '980 check a',
      '1000 recheck r2 a ok→failed',
      '1800 check all',
      '1820 full r3',
    ]);
  });

  it('is not told when it does not hold, and is looked at once only', async () => {
    const { clock, log } = start({ states: (index) => (index === 1 ? 'failed' : 'ok') });
    await clock.pass(32 * minute);
    expect(log.slice(3)).toEqual(['920 full r1', '980 check a', '1000 recheck r2', '1800 check all', '1820 full r3']);
  });

  it('waits for the next run where that comes within the minute', async () => {
    const { clock, log } = start({ everyMs: minute, states: (index) => (index === 0 ? 'ok' : 'failed') });
    await clock.pass(2 * minute + 30_000);
    expect(log.slice(2)).toEqual(['60 check all', '80 full r1', '120 check all', '140 full r2 a ok→failed']);
  });

  it('keeps the schedule where the second look takes long', async () => {
    const takesMs = (index: number) => (index === 2 ? 20 * minute : 20_000);
    const { clock, log } = start({ takesMs, states: (index) => (index === 0 ? 'ok' : 'failed') });
    await clock.pass(46 * minute);
    expect(log.slice(4)).toEqual(['980 check a', '2180 recheck r2 a ok→failed', '2700 check all', '2720 full r3']);
  });
});

describe('the end', () => {
  it.each([
    ['in a run', 5000],
    ['between two runs', 60_000],
    ['before a second look', 15 * minute + 40_000],
  ])('comes at once %s, and says nothing of what was under way', async (_, at) => {
    const { clock, stop, ended, log } = start({ states: (index) => (index === 0 ? 'ok' : 'failed') });
    await clock.pass(at);
    const before = [...log];
    stop.abort(new Error('stop'));
    await ended;
    expect(log).toEqual(before);
    expect(clock.pending()).toBe(0);
  });

  it('comes at once where it was over before it began', async () => {
    const clock = manualClock();
    let checks = 0;
    const check = async () => {
      checks += 1;
      return sampleReport();
    };
    const nothing = async () => {};
    const over = AbortSignal.abort(new Error('stop'));
    await runMonitor({ everyMs: minute, clock, signal: over, check, onRun: nothing, onDiscarded: nothing });
    expect({ checks, pending: clock.pending() }).toEqual({ checks: 0, pending: 0 });
  });

  it('is a rejection for a defect', async () => {
    const clock = manualClock();
    const check = () => Promise.reject(new TypeError('a defect'));
    const nothing = async () => {};
    const { signal } = new AbortController();
    const ended = runMonitor({ everyMs: minute, clock, signal, check, onRun: nothing, onDiscarded: nothing });
    await expect(ended).rejects.toThrow('a defect');
    expect(clock.pending()).toBe(0);
  });
});
