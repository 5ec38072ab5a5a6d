import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEngineClient } from '../../../app/engine-process/engine-client.ts';
import type { RunEnd, RunOrder } from '../../../app/engine-process/protocol.ts';
import { viewOfReport } from '../../../app/engine-process/view-of-report.ts';
import { createHost } from '../../../app/host/create-host.ts';
import { type CurrentRun, createCurrentRun } from '../../../app/host/current-run.ts';
import type { Host } from '../../../app/host/ports.ts';
import type { PowerEvent } from '../../../app/host/watch-surroundings.ts';
import type { HostEvent } from '../../../model/contract.ts';
import { aCheck } from '../../support/a-check.ts';
import { type TestPorts, testPorts } from '../../support/a-host.ts';
import { aPlan, cellsOf, type FakeEngine, fakeEngine } from '../../support/fake-engine.ts';
import { watchHost } from '../../support/watch-host.ts';

function endOf(runId: string, more: Partial<RunEnd> = {}): RunEnd {
  const report = { ...aCheck(0, { cells: { t0: 'fw', t1: 'ww' } }), id: runId };
  const { outcome } = viewOfReport({ kind: 'check', report });
  if (!outcome) throw new Error('it is over');
  return { report, outcome, latencies: [], packed: new Uint8Array(1), ...more };
}

const setup = {
  dataFolder: '',
  programFolder: '',
  rangesFile: null,
  systemProxy: null,
  software: { name: 'waylight', version: '0' },
};
const direct = { id: 'direct', kind: 'direct', label: 'Current connection' } as const;
const orderOf = (runId: string, recheck: { readonly recheck?: true } = {}): RunOrder => {
  return { kind: 'check', runId, profile: 'quick', targets: [], routes: [direct], ...recheck };
};

function open() {
  const engine = fakeEngine();
  const events: HostEvent[] = [];
  const ended: string[] = [];
  const client = createEngineClient({ spawn: () => engine.child, setup });
  const current = createCurrentRun(
    client,
    (event) => events.push(event),
    (order) => ended.push(order.runId),
  );
  const plan = (runId: string) =>
    engine.say({ type: 'updates', runId, updates: [{ type: 'started', plan: aPlan(runId, 2, 2) }] });
  const end = (runId: string) => {
    engine.say({ type: 'measured', runId });
    engine.say({ type: 'ended', runId, end: endOf(runId) });
  };
  return { engine, events, ended, current, plan, end };
}

const ordered = ({ heard }: FakeEngine) => heard.flatMap((each) => (each.type === 'run' ? [each.order.runId] : []));

async function begin(current: CurrentRun, plan: (runId: string) => void, order: RunOrder): Promise<void> {
  const started = current.start(order);
  plan(order.runId);
  expect(await started).toEqual({ ok: true, value: { runId: order.runId } });
}

describe('a second look', () => {
  it('leaves the last check on screen, is no run under way, and is told when it is over', async () => {
    const { engine, events, ended, current, plan, end } = open();
    await begin(current, plan, orderOf('first'));
    end('first');
    const before = events.length;
    await begin(current, plan, orderOf('look', { recheck: true }));
    expect(current.isUnderWay()).toBe(false);
    engine.say({
      type: 'updates',
      runId: 'look',
      updates: [{ type: 'cells', cells: cellsOf(aPlan('look', 2, 2)), done: 4 }],
    });
    end('look');
    expect(current.read()?.view.plan.runId).toBe('first');
    expect([events.length, ended]).toEqual([before, ['first', 'look']]);
  });

  it('makes way for whatever a person starts, and for no other second look', async () => {
    const { engine, current, plan, end } = open();
    await begin(current, plan, orderOf('look', { recheck: true }));
    expect(await current.start(orderOf('other', { recheck: true }))).toMatchObject({ ok: false });
    const pressed = current.start(orderOf('mine'));
    const again = current.start(orderOf('twice'));
    expect(engine.heard.filter(({ type }) => type === 'cancel')).toHaveLength(2);
    expect(ordered(engine)).toEqual(['look']);
    end('look');
    await expect.poll(() => ordered(engine)).toEqual(['look', 'mine']);
    plan('mine');
    expect(await pressed).toEqual({ ok: true, value: { runId: 'mine' } });
    expect(await again).toMatchObject({ ok: false, problems: [{ code: 'run-busy' }] });
    expect([current.isUnderWay(), current.read()?.view.plan.runId]).toEqual([true, 'mine']);
  });

  it('does not wait for one that was lost', async () => {
    const { engine, current, plan } = open();
    await begin(current, plan, orderOf('look', { recheck: true }));
    const pressed = current.start(orderOf('mine'));
    engine.exit();
    await expect.poll(() => ordered(engine)).toEqual(['look', 'mine']);
    plan('mine');
    expect((await pressed).ok).toBe(true);
  });
});

interface Opened {
  readonly host: Host;
  readonly ports: TestPorts;
  readonly engine: FakeEngine;
}
const hosts: Opened[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { host, ports, engine } of hosts.splice(0)) {
    engine.exit();
    await host.close();
    ports.remove();
  }
});

/** A host with a check under way, in a network a test can change. */
async function openChecking() {
  // Nothing is kept from before.
  const engine = fakeEngine((message) => {
    return message.type === 'ask' ? { type: 'answer', id: message.id, answer: { ok: true, value: [] } } : undefined;
  });
  let hear: (event: PowerEvent) => void = () => {};
  const onPower = (listener: typeof hear) => {
    hear = listener;
    return () => {};
  };
  const ports = testPorts(() => engine.child, { onPower });
  let network = 'home';
  const host = await createHost(ports, { network: async () => network });
  hosts.push({ host, ports, engine });
  const watched = watchHost(host);
  await watched.ask('giveConsent');
  const started = watched.ask('startCheck', {});
  await expect.poll(() => ordered(engine)).toHaveLength(1);
  const [runId = ''] = ordered(engine);
  engine.say({ type: 'updates', runId, updates: [{ type: 'started', plan: aPlan(runId, 2, 2) }] });
  await started;
  return {
    ...{ ...watched, engine, ports, runId, host },
    hear: (event: PowerEvent) => hear(event),
    move: (to: string) => {
      network = to;
    },
  };
}

describe('a check under way', () => {
  it('is stopped when the machine goes to sleep, and what failed is taken off the screen', async () => {
    const { engine, hear, runId, ask, events, ports } = await openChecking();
    const cells = cellsOf(aPlan(runId, 2, 2));
    engine.say({ type: 'updates', runId, updates: [{ type: 'cells', cells, done: 4 }] });
    hear('suspend');
    expect(engine.heard.at(-1)).toEqual({ type: 'cancel', runId, disturbance: 'machine-slept' });
    const end = endOf(runId, { disturbance: 'machine-slept' });
    const report: RunEnd['report'] = {
      ...end.report,
      partial: true,
      results: [{ targetId: 't0', routeId: 'direct', state: 'cancelled', ms: {}, tries: 0, observations: [] }],
      verdicts: [],
    };
    const outcome = { ...end.outcome, partial: true, problems: [{ code: 'machine-slept' as const }] };
    engine.say({ type: 'ended', runId, end: { ...end, report, outcome } });
    const shown = await ask('readCurrentRun');
    expect(shown?.view.cells.map(({ state }) => state)).toEqual(['cancelled']);
    expect(shown?.view.outcome?.problems).toEqual([{ code: 'machine-slept' }]);
    // Pages are told why, and then read anew.
    const last = events.flatMap((event) => (event.type === 'run' || event.type === 'missed' ? [event.type] : []));
    expect(last.slice(-2)).toEqual(['run', 'missed']);
    // Nobody colours a tray by it.
    expect([ports.finished, ports.notices]).toEqual([[], []]);
  });

  it('is stopped when the network becomes another', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { engine, move, runId } = await openChecking();
    move('café');
    await vi.advanceTimersByTimeAsync(5000);
    const cancels = () => engine.heard.filter(({ type }) => type === 'cancel');
    expect(cancels()).toEqual([{ type: 'cancel', runId, disturbance: 'network-changed' }]);
  });

  it('and those after it tell the host and its pages what has changed', async () => {
    const { ask, engine, ports, runId, events } = await openChecking();
    expect(await ask('readChanges')).toEqual({ recheck: null, changes: [], routes: [] });
    const finish = (id: string, cells: string) => {
      const report = { ...aCheck(ordered(engine).length, { cells: { t0: cells } }), id };
      engine.say({ type: 'ended', runId: id, end: endOf(id, { report }) });
    };
    finish(runId, 'ww');
    for (const count of [2, 3]) {
      const started = ask('startCheck', {});
      await expect.poll(() => ordered(engine).length).toBe(count);
      const id = ordered(engine).at(-1) ?? '';
      engine.say({ type: 'updates', runId: id, updates: [{ type: 'started', plan: aPlan(id, 2, 2) }] });
      await started;
      finish(id, 'fw');
    }
    await expect.poll(() => ports.notices.length).toBe(1);
    const change = { targetId: 't0', routeId: 'direct', from: 'ok', to: 'failed' };
    expect(ports.notices[0]?.changes).toMatchObject([change]);
    expect(await ask('readChanges')).toMatchObject({ recheck: null, changes: [change] });
    expect(events.filter(({ type }) => type === 'changes')).toHaveLength(1);
    expect(ports.finished).toHaveLength(3);
  });
});
