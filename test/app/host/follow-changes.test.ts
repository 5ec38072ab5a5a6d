import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEnd, RunOrder } from '../../../app/engine-process/protocol.ts';
import { viewOfReport } from '../../../app/engine-process/view-of-report.ts';
import { type FollowerTools, followChanges } from '../../../app/host/follow-changes.ts';
import type { ChangeNotice } from '../../../app/host/ports.ts';
import { emptyState } from '../../../app/settings/settings-state.ts';
import type { HostEvent } from '../../../model/contract.ts';
import type { RunReport } from '../../../model/report.ts';
import { defaultSettings, type Settings } from '../../../model/settings.ts';
import { aCheck, type CheckShape } from '../../support/a-check.ts';

type CheckOrder = RunOrder & { readonly kind: 'check' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const good: CheckShape = { cells: { youtube: 'ww', signal: 'ww' } };
const bad: CheckShape = { cells: { youtube: 'fw', signal: 'ww' } };

interface World {
  readonly settings?: Partial<Settings>;
  readonly canNotify?: boolean;
  /** The check that is kept from before the app was opened, and whether it was made here. */
  readonly kept?: RunReport;
  readonly isHere?: boolean;
  readonly notify?: (notice: ChangeNotice) => void;
}

function open({ settings = {}, canNotify = true, kept, isHere = true, notify }: World = {}) {
  const notices: ChangeNotice[] = [];
  const events: HostEvent[] = [];
  const orders: CheckOrder[] = [];
  const places: string[] = [];
  let chosen = { ...defaultSettings, consentedAt: '2026-01-01T00:00:00.000Z', ...settings };
  let busy = false;
  let over = Promise.withResolvers<void>();
  const tools = {
    ports: { info: { can: { notify: canNotify } }, notify: notify ?? ((notice) => void notices.push(notice)) },
    settings: { state: () => ({ ...emptyState, settings: chosen }) },
    engine: {
      ask: async (name: string) => {
        if (!kept) return { ok: true, value: [] };
        return {
          ok: true,
          value:
            name === 'listRuns' ? [{ runId: kept.id, kind: 'check' }] : viewOfReport({ kind: 'check', report: kept }),
        };
      },
    },
    current: {
      start: async (order: CheckOrder) => {
        orders.push(order);
        over = Promise.withResolvers();
        return { ok: true, value: { runId: order.runId } };
      },
      isUnderWay: () => busy,
      finished: () => over.promise,
    },
    emit: (event: HostEvent) => void events.push(event),
    places: { keep: async (runId: string) => void places.push(runId), isWhere: async () => isHere },
    network: () => 'eth0',
  } as unknown as FollowerTools;
  const follower = followChanges(tools);
  let count = 0;
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const take = async (shape: CheckShape, more: Partial<CheckOrder> = {}, end: Partial<RunEnd> = {}) => {
    const report = aCheck(count++, shape);
    const order: CheckOrder = {
      kind: 'check',
      runId: report.id,
      profile: 'quick',
      targets: [],
      routes: [direct],
      ...more,
    };
    follower.take(order, { report, ...end } as RunEnd);
    await pass(0);
  };
  return {
    follower,
    notices,
    orders,
    events,
    places,
    pass,
    take,
    /** The second look that was ordered last is over. */
    recheck: async (shape: CheckShape) => {
      await take(shape, { recheck: true });
      over.resolve();
      await pass(0);
    },
    choose: (next: Partial<Settings>) => {
      chosen = { ...chosen, ...next };
    },
    setBusy: (now: boolean) => {
      busy = now;
    },
  };
}

const direct = { id: 'direct', kind: 'direct', label: 'Current connection' } as const;

describe('what changes from check to check', () => {
  it('is looked at again a minute later, those services only, and told once when it is so', async () => {
    const { take, recheck, pass, orders, notices, follower, places } = open();
    await take(good);
    await take(bad);
    expect(follower.view().recheck).toEqual({ targets: 1, state: 'waiting' });
    await pass(59_000);
    expect(orders).toEqual([]);
    await pass(2000);
    expect(orders).toMatchObject([{ kind: 'check', recheck: true, profile: 'quick', targets: [{ id: 'youtube' }] }]);
    expect(orders[0]?.targets).toHaveLength(1);
    expect(follower.view().recheck).toEqual({ targets: 1, state: 'running' });
    expect(notices).toEqual([]);
    await recheck({ cells: { youtube: 'fw' } });
    expect(notices).toHaveLength(1);
    expect(notices[0]?.changes).toMatchObject([{ targetId: 'youtube', routeId: 'direct', from: 'ok', to: 'failed' }]);
    expect(follower.view()).toMatchObject({ recheck: null, changes: [{ targetId: 'youtube' }] });
    await take(bad);
    await pass(120_000);
    expect([notices.length, orders.length]).toEqual([1, 1]);
    // A second look is no place to begin from: it is not kept.
    expect(places).toEqual(['run-0', 'run-1', 'run-3']);
  });

  it('is told to nobody when the second look shows nothing of it, and leads to no third look', async () => {
    const { take, recheck, pass, orders, notices } = open();
    await take(good);
    await take(bad);
    await pass(61_000);
    await recheck({ cells: { youtube: 'wf' } });
    await pass(300_000);
    expect([notices.length, orders.length]).toEqual([0, 1]);
  });

  it.each<[string, World, boolean]>([
    ['notices are on', {}, true],
    ['there is a schedule', { canNotify: false, settings: { scheduleMinutes: 60 } }, true],
    ['notices are off and there is no schedule', { settings: { notify: false } }, false],
    ['no notice can be shown and there is no schedule', { canNotify: false }, false],
  ])('is looked at again by itself only where somebody wants to know: %s', async (_name, world, isLookedAt) => {
    const { take, pass, orders, notices } = open(world);
    await take(good);
    await take(bad);
    await pass(61_000);
    expect(orders).toHaveLength(isLookedAt ? 1 : 0);
    // Whoever checks by hand gets to know all the same.
    await take(bad);
    expect(notices).toHaveLength(1);
  });

  it('is not looked at again while a person checks something else, nor once nobody wants to know', async () => {
    for (const stop of ['busy', 'choose', 'drop', 'close'] as const) {
      const { take, pass, orders, setBusy, choose, follower } = open();
      await take(good);
      await take(bad);
      if (stop === 'busy') setBusy(true);
      if (stop === 'choose') choose({ notify: false });
      if (stop === 'drop') follower.dropRecheck();
      if (stop === 'close') follower.close();
      await pass(61_000);
      expect([stop, orders]).toEqual([stop, []]);
      if (stop !== 'close') expect(follower.view().recheck).toBeNull();
    }
  });

  it('stays to be looked at when a person checks other services meanwhile', async () => {
    const { take, pass, orders } = open();
    await take(good);
    await take(bad);
    await pass(30_000);
    await take({ cells: { signal: 'ww' } });
    await pass(61_000);
    expect(orders[0]?.targets.map(({ id }) => id)).toEqual(['youtube']);
  });

  it('counts from the check before the app was opened, where that was made in this network', async () => {
    const kept = aCheck(-1, good);
    for (const [isHere, count] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const { take, notices } = open({ kept, isHere });
      await take(bad);
      await take(bad);
      expect(notices).toHaveLength(count);
    }
  });

  it('begins anew in another network, and counts nothing of a check that was disturbed', async () => {
    const { take, follower, notices, pass, orders } = open();
    await take(good);
    await take(bad, {}, { disturbance: 'machine-slept' });
    await take(bad);
    follower.restart();
    await pass(61_000);
    expect(orders).toEqual([]);
    await take(bad);
    await take(bad);
    expect(notices).toEqual([]);
    await take(good);
    await take(good);
    expect(notices).toHaveLength(1);
    follower.restart();
    expect(follower.view()).toEqual({ recheck: null, changes: [], routes: [] });
  });

  it('is one notice for however many services, shown or not', async () => {
    const all = (state: string): CheckShape => ({
      cells: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`t${index}`, state])),
    });
    const { take, notices, follower } = open();
    for (const state of ['w', 'f', 'f', 'f']) await take(all(state));
    expect(notices).toHaveLength(1);
    expect(notices[0]?.changes).toHaveLength(500);
    expect(follower.view().changes).toHaveLength(200);
    const broken = open({
      notify: () => {
        throw new Error('no notices here');
      },
    });
    for (const state of ['w', 'f', 'f']) await broken.take(all(state));
    expect(broken.places).toHaveLength(3);
  });
});
