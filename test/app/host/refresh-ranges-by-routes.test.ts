import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineClient } from '../../../app/engine-process/engine-client.ts';
import { createHost } from '../../../app/host/create-host.ts';
import { isAttemptDue, openRangesAttempts, type RangesAttempt } from '../../../app/host/ranges-attempt.ts';
import {
  createRangesRefresher,
  orderRoutes,
  type RangesRefresher,
} from '../../../app/host/refresh-ranges-by-routes.ts';
import { emptyState, type KeptProxy, type SettingsState } from '../../../app/settings/settings-state.ts';
import type { Answer, HostEvent, RangesInfo } from '../../../model/contract.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Route } from '../../../model/route.ts';
import { defaultSettings, type Settings } from '../../../model/settings.ts';
import { aDataFolder } from '../../support/a-data-folder.ts';
import { testPorts } from '../../support/a-host.ts';
import { aHost } from '../../support/a-host-context.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

const minute = 60_000;
const hour = 60 * minute;
const agreed = { consentedAt: '2026-01-01T00:00:00.000Z' };
const proxy = (id: string, more: Partial<KeptProxy> = {}): KeptProxy => ({
  id,
  label: `Proxy ${id}`,
  enabled: true,
  kind: 'socks5h',
  host: `${id}.example`,
  port: 1080,
  username: 'ann',
  secret: 'korova-92',
  ...more,
});
const info: RangesInfo = {
  source: { source: 'official', createdAt: '2026-08-22T21:17:05.000Z', rows: 16_826 },
  checkedAt: '2026-09-20T12:00:00.000Z',
  attribution: '',
  problems: [],
};
type Refreshed = Answer<{ readonly updated: boolean; readonly info: RangesInfo }>;
const taken: Refreshed = { ok: true, value: { updated: true, info } };
const not = (code: Problem['code'], params?: Problem['params']): Refreshed => ({
  ok: false,
  problems: [{ code, ...(params && { params }) }],
});
const current = { id: 'direct', label: 'Current connection' };
const unreachable = not('fetch-unreachable', { reason: 'timeout' });

const open: RangesRefresher[] = [];
beforeEach(() => vi.useFakeTimers({ now: Date.parse('2026-09-20T12:00:00.000Z') }));
afterEach(() => {
  for (const refresher of open.splice(0)) refresher.stop();
  vi.useRealTimers();
});

/** A refresher over routes that are answered as `answer` says. */
function aRefresher(
  answer: (route: Route) => Refreshed | Promise<Refreshed>,
  settings: Partial<Settings> = { ...agreed, refreshRanges: true },
  more: Partial<SettingsState> = {},
) {
  const seen = {
    asked: [] as string[],
    events: [] as HostEvent[],
    routes: [] as Route[],
    busy: false,
    attempt: undefined as RangesAttempt | undefined,
  };
  let state: SettingsState = { ...emptyState, settings: { ...defaultSettings, ...settings }, ...more };
  const ask = async (_: string, { route }: { readonly route: Route }) => {
    seen.asked.push(route.label);
    seen.routes.push(route);
    return answer(route);
  };
  const start = () => {
    const refresher = createRangesRefresher(
      {
        settings: { state: () => state } as Parameters<typeof createRangesRefresher>[0]['settings'],
        emit: (event) => void seen.events.push(event),
        now: () => new Date(),
      },
      { ask: ask as unknown as EngineClient['ask'] },
      { isUnderWay: () => seen.busy },
      {
        last: async () => seen.attempt,
        record: async (attempt) => {
          seen.attempt = attempt;
        },
      },
    );
    open.push(refresher);
    return refresher;
  };
  const refresher = start();
  return {
    refresher,
    seen,
    /** Opens the app again on the same folder. */
    restart: () => {
      refresher.stop();
      return start();
    },
    change: (next: Partial<Settings>) => {
      state = { ...state, settings: { ...state.settings, ...next } };
    },
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

describe('the newest list, when a page asks for it', () => {
  const routes = [
    proxy('a'),
    proxy('m', { kind: 'mtproxy', secret: '00'.repeat(16) }),
    proxy('b'),
    proxy('off', { enabled: false }),
  ];

  it('is asked for over the routes that are on, in turn, and everybody hears of it', async () => {
    const { refresher, seen } = aRefresher(({ label }) => (label === 'Proxy b' ? taken : unreachable), agreed, {
      routes,
    });
    expect(await refresher.refresh()).toEqual({
      ok: true,
      value: {
        info,
        updated: true,
        route: { id: 'b', label: 'Proxy b' },
        problems: [
          { code: 'fetch-unreachable', params: { reason: 'timeout' }, route: current },
          { code: 'fetch-unreachable', params: { reason: 'timeout' }, route: { id: 'a', label: 'Proxy a' } },
        ],
      },
    });
    expect(seen.asked).toEqual(['Current connection', 'Proxy a', 'Proxy b']);
    expect(seen.routes[1]).toMatchObject({ credentials: { username: 'ann', password: 'korova-92' } });
    expect(seen.events).toEqual([{ type: 'ranges', info }]);
  });

  it('tells what was wrong with each route where none served, and no password', async () => {
    const { refresher, seen } = aRefresher(() => not('ranges-older'), agreed, { routes });
    const answer = await refresher.refresh();
    expect(answer).toMatchObject({
      ok: false,
      problems: [{ route: current }, { route: { id: 'a' } }, { route: { id: 'b' } }],
    });
    expect(JSON.stringify(answer)).not.toContain('korova');
    expect(seen.events).toEqual([]);
  });

  it('is not asked for before consent or beside a check', async () => {
    const { refresher, seen, change } = aRefresher(() => taken, {});
    expect(await refresher.refresh()).toMatchObject({ ok: false, problems: [{ code: 'consent-missing' }] });
    change(agreed);
    seen.busy = true;
    expect(await refresher.refresh()).toMatchObject({ ok: false, problems: [{ code: 'run-busy' }] });
    expect(seen.asked).toEqual([]);
  });

  it('is asked for once where two ask at once', async () => {
    const { promise, resolve } = Promise.withResolvers<Refreshed>();
    const { refresher, seen } = aRefresher(() => promise, agreed);
    const both = [refresher.refresh(), refresher.refresh()];
    resolve(taken);
    const [one, two] = await Promise.all(both);
    expect(one).toBe(two);
    expect(seen.asked).toHaveLength(1);
    await refresher.refresh();
    expect(seen.asked).toHaveLength(2);
  });

  it('goes no further when a check begins, the app closes or everything is deleted', async () => {
    const aborted = not('fetch-unreachable', { reason: 'aborted' });
    const busy = aRefresher(
      () => {
        busy.seen.busy = true;
        return aborted;
      },
      agreed,
      { routes },
    );
    expect(await busy.refresher.refresh()).toEqual({ ok: false, problems: [{ code: 'run-busy' }] });
    const closed = aRefresher(
      () => {
        closed.refresher.stop();
        return not('engine-lost');
      },
      agreed,
      { routes },
    );
    expect(await closed.refresher.refresh()).toMatchObject({ ok: false });
    const deleted = aRefresher(
      () => {
        deleted.change({ consentedAt: null });
        return not('engine-lost');
      },
      agreed,
      { routes },
    );
    expect(await deleted.refresher.refresh()).toMatchObject({ ok: false });
    for (const { seen } of [busy, closed, deleted]) expect(seen.asked).toHaveLength(1);
    expect(deleted.seen.attempt).toBeUndefined();
  });

  it('gives up after ten minutes, and says how many routes were left', async () => {
    const many = Array.from({ length: 30 }, (_, index) => proxy(`n${index}`));
    const slow = async () => {
      await vi.advanceTimersByTimeAsync(100_000);
      return not('fetch-slow', { reason: 'timeout' });
    };
    const { refresher, seen } = aRefresher(slow, agreed, { routes: many });
    const answer = await refresher.refresh();
    expect(seen.asked).toHaveLength(6);
    expect(answer.ok ? [] : answer.problems.at(-1)).toEqual({ code: 'refresh-late', params: { count: 25 } });
  });

  it('goes on with the next route where the engine’s process was lost over one', async () => {
    const { refresher, seen } = aRefresher(({ label }) => (label === 'Proxy a' ? taken : not('engine-lost')), agreed, {
      routes,
    });
    expect(await refresher.refresh()).toMatchObject({ ok: true, value: { route: { id: 'a' } } });
    expect(seen.asked).toHaveLength(2);
  });
});

describe('the order of the routes', () => {
  const route = (id: string): Route => ({ id, kind: 'socks5h', label: id, host: 'h.example', port: 1 });

  it('is by what was last measured: quick ones, slow ones, unknown ones in their order, and those that failed', () => {
    const latencies = new Map([
      ['slow', [20, 900]],
      ['quick', [null, 40]],
      ['dead', [30, null]],
      ['direct', [null]],
    ]);
    const direct: Route = { id: 'direct', kind: 'direct', label: 'Current connection' };
    const routes = [direct, ...['dead', 'new', 'slow', 'newer', 'quick'].map(route)];
    expect(orderRoutes(routes, latencies).map(({ id }) => id)).toEqual([
      'quick',
      'slow',
      'new',
      'newer',
      'direct',
      'dead',
    ]);
  });
});

describe('the newest list, by itself', () => {
  it('is asked for a minute after the app was opened, and then once a day', async () => {
    const { seen, pass } = aRefresher(() => taken);
    expect(seen.asked).toHaveLength(0);
    await pass(minute);
    expect(seen.asked).toHaveLength(1);
    await pass(23.9 * hour);
    expect(seen.asked).toHaveLength(1);
    await pass(0.2 * hour);
    expect(seen.asked).toHaveLength(2);
  });

  it('is asked for again an hour after nobody answered, and not that day where somebody did', async () => {
    const failing = aRefresher(() => unreachable);
    await failing.pass(3.5 * hour);
    expect(failing.seen.asked).toHaveLength(4);
    const refused = aRefresher(() => not('ranges-row-count'));
    await refused.pass(20 * hour);
    expect(refused.seen.asked).toHaveLength(1);
  });

  it('counts what a page asked for, and what was asked before the app was closed', async () => {
    const { refresher, seen, pass, restart } = aRefresher(() => taken);
    await refresher.refresh();
    expect(seen.attempt).toEqual({ at: '2026-09-20T12:00:00.000Z', reached: true });
    restart();
    await pass(10 * hour);
    expect(seen.asked).toHaveLength(1);
    await pass(15 * hour);
    expect(seen.asked).toHaveLength(2);
  });

  it.each([
    ['without consent', { refreshRanges: true }],
    ['where the person has not chosen it', agreed],
  ])('is never asked for %s', async (_, settings) => {
    const { seen, pass } = aRefresher(() => taken, settings);
    await pass(30 * hour);
    expect(seen.asked).toEqual([]);
  });

  it('waits for the end of a check, and ends with the app', async () => {
    const { refresher, seen, pass } = aRefresher(() => taken);
    seen.busy = true;
    await pass(2 * hour);
    expect(seen.asked).toEqual([]);
    seen.busy = false;
    await pass(minute);
    expect(seen.asked).toHaveLength(1);
    refresher.stop();
    await pass(30 * hour);
    expect(seen.asked).toHaveLength(1);
  });

  it('survives an engine that fails', async () => {
    const { seen, pass } = aRefresher(() => Promise.reject(new Error('a defect')));
    await pass(3 * minute);
    expect(seen.asked).toHaveLength(3);
  });

  it.each<[string, string, boolean, boolean]>([
    ['a day after an answer', '2026-09-19T12:00:00.000Z', true, true],
    ['a minute before that', '2026-09-19T12:01:00.000Z', true, false],
    ['an hour after none', '2026-09-20T11:00:00.000Z', false, true],
    ['a minute before that', '2026-09-20T11:01:00.000Z', false, false],
    ['where the clock was put right by some minutes', '2026-09-20T12:10:00.000Z', true, false],
    ['where the clock was set back by a year', '2027-09-20T12:00:00.000Z', true, true],
  ])('is due %s', (_, at, reached, due) => {
    expect(isAttemptDue({ at, reached }, Date.parse('2026-09-20T12:00:00.000Z'))).toBe(due);
  });
});

describe('the last attempt', () => {
  const attempt = { at: '2026-09-20T12:00:00.000Z', reached: true };
  beforeEach(() => void vi.useRealTimers());

  it('is known again after the app was closed, and belongs to what “delete everything” takes away', async () => {
    const folder = await aDataFolder();
    await openRangesAttempts(folder).record(attempt);
    expect(await openRangesAttempts(folder).last()).toEqual(attempt);
    expect(await openRangesAttempts(await aDataFolder()).last()).toBeUndefined();
    const { context, calls } = await aHost({ folder });
    expect(context.ports.dataFolder).toBe(folder);
    await calls.deleteEverything({ confirm: 'delete everything' });
    expect(await openRangesAttempts(folder).last()).toBeUndefined();
  });

  it.each(['{"at":"long ago","reached":true}', '{"at":', ''])('is none where its file holds %j', async (text) => {
    const folder = await aDataFolder();
    writeFileSync(join(folder, 'ip-ranges.json.asked'), text);
    expect(await openRangesAttempts(folder).last()).toBeUndefined();
  });

  it('is remembered while the app is open where it cannot be written', async () => {
    const folder = await aDataFolder();
    mkdirSync(join(folder, 'ip-ranges.json.asked'));
    const attempts = openRangesAttempts(folder);
    await attempts.record(attempt);
    expect(await attempts.last()).toEqual(attempt);
  });
});

describe('the host', () => {
  beforeEach(() => void vi.useRealTimers());

  it('answers the call, tells every page, and asks its engine with the routes that are on', async () => {
    const routes: Route[] = [];
    const engine = fakeEngine((message) => {
      if (message.type !== 'ask' || message.name !== 'refreshRanges') return undefined;
      const { route } = message.input as { readonly route: Route };
      routes.push(route);
      return { type: 'answer', id: message.id, answer: route.id === 'direct' ? unreachable : taken };
    });
    const ports = testPorts(() => engine.child);
    const host = await createHost(ports);
    const events: HostEvent[] = [];
    host.subscribe((event) => events.push(event));
    try {
      expect(await host.call('refreshRanges', undefined)).toMatchObject({ problems: [{ code: 'consent-missing' }] });
      expect(await host.call('refreshRanges', { url: 'https://elsewhere.example/' })).toMatchObject({
        problems: [{ code: 'call-malformed' }],
      });
      await host.call('giveConsent', undefined);
      const form = { kind: 'socks5h', label: 'Abroad', host: 'abroad.example', port: '1080' };
      await host.call('addRoute', { ...form, username: 'ann', password: 'korova-92' });
      const answer = await host.call('refreshRanges', undefined);
      expect(answer).toMatchObject({
        ok: true,
        value: { route: { label: 'Abroad' }, problems: [{ route: current }] },
      });
      expect(JSON.stringify([answer, events])).not.toContain('korova');
      expect(events).toContainEqual({ type: 'ranges', info });
      expect(routes).toMatchObject([{ kind: 'direct' }, { credentials: { username: 'ann', password: 'korova-92' } }]);
      expect(await openRangesAttempts(ports.dataFolder).last()).toMatchObject({ reached: true });
    } finally {
      engine.exit();
      await host.close();
      ports.remove();
    }
  });
});
