import { afterEach, describe, expect, it } from 'vitest';
import type { RunOrder } from '../../../app/engine-process/protocol.ts';
import { createHost } from '../../../app/host/create-host.ts';
import type { Host, HostPorts } from '../../../app/host/ports.ts';
import type { Cell } from '../../../model/run-view.ts';
import { type TestPorts, testPorts } from '../../support/a-host.ts';
import { aPlan, cellsOf, type FakeEngine, fakeEngine } from '../../support/fake-engine.ts';
import { type WatchedHost, watchHost } from '../../support/watch-host.ts';

interface Opened extends WatchedHost {
  readonly host: Host;
  readonly ports: TestPorts;
  readonly engine: FakeEngine;
  /** What was last ordered. */
  order(): RunOrder;
}

const opened: Opened[] = [];

async function open(changes: Partial<HostPorts> = {}): Promise<Opened> {
  const engine = fakeEngine();
  const ports = testPorts(() => engine.child, changes);
  const host = await createHost(ports);
  const order = () => {
    const orders = engine.heard.flatMap((message) => (message.type === 'run' ? [message.order] : []));
    const last = orders.at(-1);
    if (!last) throw new Error('nothing was ordered');
    return last;
  };
  const all = { ...watchHost(host), host, ports, engine, order };
  opened.push(all);
  return all;
}

afterEach(async () => {
  for (const { host, ports, engine } of opened.splice(0)) {
    engine.exit();
    await host.close();
    ports.remove();
  }
});

/** Starts a check and lets its engine say the plan. */
async function begin({ host, engine, order, ask }: Opened, input: unknown = {}): Promise<string> {
  const before = engine.heard.length;
  const pending = host.call('startCheck', input);
  await expect.poll(() => engine.heard.slice(before).some(({ type }) => type === 'run')).toBe(true);
  const { runId } = order();
  engine.say({ type: 'updates', runId, updates: [{ type: 'started', plan: aPlan(runId, 2, 2) }] });
  expect(await pending).toEqual({ ok: true, value: { runId } });
  await ask('readCurrentRun');
  return runId;
}

describe('calls that start and stop runs', () => {
  it('send nothing before the person has agreed, and practise without', async () => {
    const { engine, problemsOf, host, ask, order } = await open();
    expect(await problemsOf('startCheck', {})).toEqual(['consent-missing']);
    expect(await problemsOf('startCheck', { targetIds: ['telegram-dc2'] })).toEqual(['consent-missing']);
    expect(await problemsOf('testRoute', { id: 'direct' })).toEqual(['consent-missing']);
    expect(engine.heard).toEqual([]);
    void host.call('startPractice', { scenario: 'offline' });
    await expect.poll(() => engine.heard.length).toBe(2);
    expect(order()).toMatchObject({ kind: 'practice', scenario: 'offline', without: [] });
    expect(await problemsOf('startPractice', { scenario: 'nowhere' })).toEqual(['scenario-unknown']);
    await ask('giveConsent');
    expect(await problemsOf('startCheck', {})).toEqual(['run-busy']);
  });

  it('order what is chosen: profile, targets, routes', async () => {
    const all = await open();
    const { ask, order, problemsOf } = all;
    await ask('giveConsent');
    await ask('addRoute', { kind: 'http', label: 'Off', host: 'off.example', port: '8080' });
    const { routes } = await ask('addRoute', { kind: 'http', label: 'On', host: 'on.example', port: '8080' });
    const off = routes.find(({ label }) => label === 'Off');
    await ask('toggleRoute', { id: off?.id ?? '', enabled: false });
    expect(await problemsOf('startCheck', { targetIds: ['unheard-of'] })).toEqual(['target-unknown']);
    await begin(all, { profile: 'quick', targetIds: ['youtube', 'telegram-dc2', 'youtube'] });
    const ordered = order();
    expect(ordered).toMatchObject({ kind: 'check', profile: 'quick' });
    if (ordered.kind !== 'check') return;
    expect(ordered.targets.map(({ id }) => id)).toEqual(['youtube', 'telegram-dc2']);
    expect(ordered.routes.map(({ label }) => label)).toEqual(['Current connection', 'On']);
  });

  it('name others to ask in a deep check alone, and published addresses only where somebody agreed', async () => {
    const all = await open();
    const { ask, engine, host, order } = all;
    await ask('giveConsent');
    const orderOf = async (profile: 'standard' | 'deep') => {
      const before = engine.heard.length;
      const pending = host.call('startCheck', { profile, targetIds: ['youtube'] });
      await expect.poll(() => engine.heard.slice(before).some(({ type }) => type === 'run')).toBe(true);
      const ordered = order();
      engine.say({ type: 'refused', runId: ordered.runId, problems: [{ code: 'targets-none' }] });
      await pending;
      return ordered.kind === 'check' ? ordered.siblings : undefined;
    };
    expect(await orderOf('standard')).toBeUndefined();
    const asked = await orderOf('deep');
    expect(asked?.addresses).toEqual([]);
    expect(asked?.targets.map(({ target }) => target.id)).toContain('telegram-web');
    expect(asked?.targets.map(({ target }) => target.id)).not.toContain('youtube');
    await ask('changeSettings', { askReachability: true });
    expect((await orderOf('deep'))?.addresses.length).toBeGreaterThan(100);
  });

  it('refuse a second run and a test of a route while one is under way, from the call that starts it on', async () => {
    const all = await open();
    const { ask, engine, problemsOf } = all;
    await ask('giveConsent');
    const runId = await begin(all);
    expect(await problemsOf('startCheck', {})).toEqual(['run-busy']);
    expect(await problemsOf('startPractice', { scenario: 'healthy' })).toEqual(['run-busy']);
    expect(await problemsOf('testRoute', { id: 'direct' })).toEqual(['run-busy']);
    expect(await problemsOf('removeRun', { runId })).toEqual(['run-busy']);
    expect(await problemsOf('previewReport', { runId, redaction: 'strict' })).toEqual(['run-has-no-report']);
    engine.exit();
    await begin(all);
  });

  it('stop the run they name and no other', async () => {
    const all = await open();
    const { ask, engine, problemsOf } = all;
    await ask('giveConsent');
    expect(await problemsOf('cancelRun', { runId: 'unheard-of' })).toEqual(['run-unknown']);
    const runId = await begin(all);
    expect(await problemsOf('cancelRun', { runId: 'unheard-of' })).toEqual(['run-unknown']);
    expect(engine.heard.filter(({ type }) => type === 'cancel')).toEqual([]);
    await ask('cancelRun', { runId });
    expect(engine.heard.at(-1)).toEqual({ type: 'cancel', runId });
    engine.exit();
    // Too late is no mistake.
    expect(await problemsOf('cancelRun', { runId })).toEqual([]);
  });

  it('say why a run could not begin, and leave the one before on screen', async () => {
    const all = await open();
    const { ask, engine, host, order, events } = all;
    await ask('giveConsent');
    const first = await begin(all);
    engine.exit();
    const seen = events.length;
    for (const last of ['refused', 'lost'] as const) {
      const before = engine.heard.length;
      const pending = host.call('startCheck', {});
      await expect.poll(() => engine.heard.slice(before).some(({ type }) => type === 'run')).toBe(true);
      if (last === 'lost') engine.exit();
      else engine.say({ type: 'refused', runId: order().runId, problems: [{ code: 'targets-none' }] });
      const code = last === 'lost' ? 'engine-lost' : 'targets-none';
      expect(await pending).toEqual({ ok: false, problems: [{ code }] });
    }
    expect(events.slice(seen)).toEqual([]);
    expect((await ask('readCurrentRun'))?.view).toMatchObject({ plan: { runId: first }, lost: true });
  });

  it('take in no cell of a stranger, and none twice', async () => {
    const all = await open();
    const { ask, engine, events } = all;
    await ask('giveConsent');
    const runId = await begin(all);
    const cells = cellsOf(aPlan(runId, 3, 3));
    engine.say({ type: 'updates', runId, updates: [{ type: 'cells', cells, done: 9 }] });
    engine.say({ type: 'updates', runId, updates: [{ type: 'cells', cells, done: 18 }] });
    const current = await ask('readCurrentRun');
    expect(current?.view.cells).toEqual(cellsOf(aPlan(runId, 2, 2)));
    expect(current?.view.done).toBe(4);
    const told = events.flatMap((event) => (event.type === 'run' ? event.updates : []));
    expect(told.flatMap((update) => (update.type === 'cells' ? update.cells : []))).toEqual(current?.view.cells);
  });

  it('take in the repeat of a failure in a deep check, once, and count it', async () => {
    const all = await open();
    const { ask, engine, host, order } = all;
    await ask('giveConsent');
    const pending = host.call('startCheck', {});
    await expect.poll(() => engine.heard.some(({ type }) => type === 'run')).toBe(true);
    const { runId } = order();
    const plan = { ...aPlan(runId, 2, 2), profile: 'deep' } as const;
    engine.say({ type: 'updates', runId, updates: [{ type: 'started', plan }] });
    await pending;
    const say = (cells: readonly Cell[], jobs: number) =>
      engine.say({ type: 'updates', runId, updates: [{ type: 'cells', cells, done: 99, jobs }] });
    const cells = cellsOf(plan);
    say(cells, 6);
    const [first, control] = cells;
    if (!first || !control) throw new Error('no cells');
    const repeat = { ...first, state: 'impaired', tries: 3 } as const;
    // Twice the same, one of a route that is not judged, and more jobs than there can be.
    say([repeat, { ...repeat, state: 'failed' }, { ...control, state: 'failed', tries: 3 }], 1e9);
    const view = (await ask('readCurrentRun'))?.view;
    expect(view?.cells).toEqual([repeat, ...cells.slice(1)]);
    expect(view?.done).toBe(5);
    expect(view?.plan.jobs).toBe(6);
  });

  it('take in places on clouds of their own targets, each once, and keep none beside an outcome', async () => {
    const all = await open();
    const { ask, engine, events } = all;
    await ask('giveConsent');
    const runId = await begin(all);
    const place = { targetId: 't0', host: 't0.example', address: '192.0.2.1', operator: 'aws', list2018: false };
    const cloud = [place, { ...place, targetId: 'stranger' }, { ...place, address: '192.0.2.2' }, place];
    engine.say({ type: 'updates', runId, updates: [{ type: 'cloud', cloud }] });
    engine.say({ type: 'updates', runId, updates: [{ type: 'cloud', cloud: [place] }] });
    const own = [place, { ...place, address: '192.0.2.2' }];
    expect((await ask('readCurrentRun'))?.view.cloud).toEqual(own);
    const told = events.flatMap((event) => (event.type === 'run' ? event.updates : []));
    expect(told.flatMap((update) => (update.type === 'cloud' ? update.cloud : []))).toEqual(own);
  });

  it('drop a run and its traces when everything is deleted', async () => {
    const all = await open();
    const { ask, engine, host } = all;
    await ask('giveConsent');
    await begin(all);
    void host.call('deleteEverything', { confirm: 'delete everything' });
    await expect.poll(() => engine.isKilled()).toBe(true);
    expect(await ask('readCurrentRun')).toBeNull();
  });
});

describe('a listener that fails', () => {
  it('keeps no other from hearing, and no run from going on', async () => {
    const all = await open();
    const { ask, host, events, engine } = all;
    host.subscribe(() => {
      throw new Error('a broken page');
    });
    let later = 0;
    host.subscribe(() => {
      later += 1;
    });
    await ask('giveConsent');
    const runId = await begin(all);
    engine.say({ type: 'updates', runId, updates: [{ type: 'cells', cells: cellsOf(aPlan(runId, 2, 2)), done: 4 }] });
    expect(events.filter(({ type }) => type === 'run')).toHaveLength(2);
    expect(later).toBe(events.length);
  });

  it('or a host that cannot show its news costs nothing either', async () => {
    const all = await open({
      checkFinished: () => {
        throw new Error('no notifications here');
      },
    });
    const { ask, engine } = all;
    await ask('giveConsent');
    const runId = await begin(all);
    const outcome = { partial: false, finishedAt: '2026-11-22T15:00:00.000Z', changes: null, problems: [] };
    const report = { schema: 'waylight.report/1', id: runId };
    engine.say({ type: 'ended', runId, end: { outcome, report, latencies: [], packed: new Uint8Array(0) } });
    await begin(all);
  });
});
