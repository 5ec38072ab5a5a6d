import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createHost } from '../../../app/host/create-host.ts';
import type { Host } from '../../../app/host/ports.ts';
import type { RunUpdate } from '../../../model/run-view.ts';
import { foldRunUpdates, openRunState, type RunState, startRunState } from '../../../renderer/store/run-state.ts';
import { type SampleRow, sampleFile } from '../../engine/ranges/sample-ranges.ts';
import { type EngineFault, forkPracticeEngine, type TestPorts, testPorts } from '../../support/a-host.ts';
import { type WatchedHost, watchHost } from '../../support/watch-host.ts';

interface Opened extends WatchedHost {
  readonly host: Host;
  readonly ports: TestPorts;
  /** Every process so far. */
  readonly children: readonly ChildProcess[];
}

const opened: Opened[] = [];

async function open(scenario: string, fault: EngineFault = 'none'): Promise<Opened> {
  const children: ChildProcess[] = [];
  // Only the first process goes wrong: what matters is that the next one works.
  const ports = testPorts(() =>
    forkPracticeEngine(
      { scenario, fault: children.length === 0 ? fault : 'none' },
      (child) => void children.push(child),
    ),
  );
  const host = await createHost(ports, { listening: [] });
  const all = { ...watchHost(host), host, ports, children };
  opened.push(all);
  return all;
}

afterEach(async () => {
  for (const { host, ports } of opened.splice(0)) {
    await host.close();
    ports.remove();
  }
});

/** What is the same however a page came to know of a run. */
function essence({ plan: _plan, ...rest }: RunState) {
  return rest;
}

describe('a run in a process of its own', () => {
  it('gives, folded event by event, at every moment exactly what a page that reloads is given', async () => {
    const { host, ask, awaitUpdate, events } = await open('healthy');
    const updates: RunUpdate[] = [];
    const checked: Promise<void>[] = [];
    let compared = 0;
    host.subscribe((event) => {
      if (event.type !== 'run') return;
      updates.push(...event.updates);
      const [first] = updates;
      if (first?.type !== 'started') throw new Error('the plan does not come first');
      const folded = foldRunUpdates(startRunState(first.plan), updates);
      checked.push(
        ask('readCurrentRun').then((current) => {
          expect(current?.seq).toBe(event.seq);
          expect(current && essence(openRunState(current.view))).toEqual(essence(folded));
          compared += 1;
        }),
      );
    });
    const over = awaitUpdate('over');
    const rows: readonly SampleRow[] = [
      ['0.0.0.0/1', 'eu-central-1', 'EC2'],
      ['128.0.0.0/1', 'eu-west-1', 'EC2'],
    ];
    await ask('updateRanges', { text: JSON.stringify(sampleFile(rows)) });
    const { runId } = await ask('startPractice', { scenario: 'healthy' });
    await over;
    await Promise.all(checked);
    const seqs = events.flatMap((event) => (event.type === 'run' ? [event.seq] : []));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(compared).toBe(seqs.length);
    const current = await ask('readCurrentRun');
    expect(current?.view.cells).toHaveLength(current?.view.plan.jobs ?? -1);
    expect(current?.view.outcome?.partial).toBe(false);
    expect(current?.view.outcome?.telegram?.routes[0]?.state).toBe('works');
    // What the report says and what was said on the way are the same.
    const { cells, verdicts } = current?.view ?? { cells: [], verdicts: [] };
    for (const { targetId } of verdicts.slice(0, 5)) {
      const detail = await ask('readTarget', { runId, targetId });
      expect(detail.verdict).toEqual(verdicts.find((verdict) => verdict.targetId === targetId));
      expect(detail.results.map(({ observations: _seen, ...cell }) => cell)).toEqual(
        cells.filter((cell) => cell.targetId === targetId),
      );
      expect(detail.results[0]?.observations.length).toBeGreaterThan(0);
    }
    const places = updates.flatMap((update) => (update.type === 'cloud' ? update.cloud : []));
    const found = current?.view.outcome?.cloud ?? [];
    expect(found.length).toBeGreaterThan(0);
    expect(places).toEqual(expect.arrayContaining(found.map(({ collateral: _score, ...place }) => place)));
    expect(current?.view.cloud).toEqual([]);
    // Practice is not kept.
    expect(await ask('listRuns', { limit: 10 })).toEqual([]);
  });

  it('is lost with what arrived when its process is killed; the next run works', async () => {
    const { ask, awaitUpdate, children, problemsOf } = await open('russia-2026');
    const some = awaitUpdate('cells');
    const { runId } = await ask('startPractice', { scenario: 'russia-2026' });
    await some;
    const over = awaitUpdate('over');
    process.kill(children[0]?.pid ?? 0, 'SIGKILL');
    expect((await over).updates).toEqual([{ type: 'lost' }]);
    const current = await ask('readCurrentRun');
    expect(current?.view).toMatchObject({ lost: true, outcome: null });
    const [cell] = current?.view.cells ?? [];
    expect(cell).toBeDefined();
    const detail = await ask('readTarget', { runId, targetId: cell?.targetId ?? '' });
    expect(detail.results[0]).toMatchObject({ ...cell, observations: [] });
    expect(await problemsOf('previewReport', { runId, redaction: 'standard' })).toEqual(['run-has-no-report']);
    const next = awaitUpdate('over');
    await ask('startPractice', { scenario: 'healthy' });
    expect((await next).updates).toMatchObject([{ type: 'finished', outcome: { partial: false } }]);
    expect(children).toHaveLength(2);
  });

  it('stops when it is told to, with a report that says so', async () => {
    const { ask, awaitUpdate, children } = await open('russia-2026');
    const some = awaitUpdate('cells');
    const { runId } = await ask('startPractice', { scenario: 'russia-2026' });
    await some;
    const over = awaitUpdate('over');
    const askedAt = performance.now();
    await ask('cancelRun', { runId });
    expect((await over).updates).toMatchObject([{ type: 'finished', outcome: { partial: true } }]);
    expect(performance.now() - askedAt).toBeLessThan(1500);
    const preview = await ask('previewReport', { runId, redaction: 'strict' });
    expect(preview.text.length).toBeGreaterThan(100);
    expect(children).toHaveLength(1);
  });

  it.for<EngineFault>(['hang', 'deaf'])('is ended with its process where that does not obey (%s)', async (fault) => {
    const { ask, awaitUpdate, children } = await open('russia-2026', fault);
    const some = awaitUpdate('cells');
    const { runId } = await ask('startPractice', { scenario: 'russia-2026' });
    await some;
    const over = awaitUpdate('over');
    const askedAt = performance.now();
    await ask('cancelRun', { runId });
    expect((await over).updates).toEqual([{ type: 'lost' }]);
    expect(performance.now() - askedAt).toBeLessThan(4000);
    expect((await ask('readCurrentRun'))?.view.cells.length).toBeGreaterThan(0);
    await expect.poll(() => children[0]?.signalCode).toBe('SIGKILL');
    expect(await ask('lookUp', { words: ['192.0.2.1'] })).toHaveLength(1);
    expect(children).toHaveLength(2);
  });

  it('is lost where its process speaks nonsense, and nothing else is', async () => {
    const { ask, awaitUpdate, children } = await open('russia-2026', 'nonsense');
    const over = awaitUpdate('over');
    await ask('startPractice', { scenario: 'russia-2026' });
    expect((await over).updates).toEqual([{ type: 'lost' }]);
    expect(await ask('lookUp', { words: ['192.0.2.1'] })).toHaveLength(1);
    expect(children).toHaveLength(2);
  });

  it('stays whole for the next process when its own is lost after the end', async () => {
    const { ask, awaitUpdate, children } = await open('healthy');
    const over = awaitUpdate('over');
    const { runId } = await ask('startPractice', { scenario: 'healthy', without: [] });
    await over;
    const before = await ask('previewReport', { runId, redaction: 'none' });
    const detail = await ask('readTarget', { runId, targetId: 'telegram-dc2' });
    const [first] = children;
    const gone = new Promise((resolve) => first?.once('exit', resolve));
    process.kill(first?.pid ?? 0, 'SIGKILL');
    await gone;
    expect(await ask('previewReport', { runId, redaction: 'none' })).toEqual(before);
    expect(await ask('readTarget', { runId, targetId: 'telegram-dc2' })).toEqual(detail);
    expect(children).toHaveLength(2);
  });

  it('leaves out the practice proxies that are switched off', async () => {
    const { ask, awaitUpdate } = await open('healthy');
    const some = awaitUpdate('started');
    const { runId } = await ask('startPractice', {
      scenario: 'russia-2026',
      without: ['mtproxy-museum', 'http-mistyped'],
    });
    await some;
    const current = await ask('readCurrentRun');
    expect(current?.view.plan.routes.map(({ id }) => id)).toEqual(['direct', 'socks-abroad']);
    const over = awaitUpdate('over');
    await ask('cancelRun', { runId });
    await over;
  });
});

const password = 'canary7731password';
const secretHex = 'ddc0ffee7731c0ffee7731c0ffee7731c0';

/** Every spelling in which a secret could hide in a text or a file. */
function spellings(): readonly string[] {
  const bytes = Buffer.from(secretHex, 'hex');
  const word = Buffer.from(password);
  const encoded = [bytes, word].flatMap((item) => [
    item.toString('hex'),
    item.toString('base64').replace(/=+$/, ''),
    item.toString('base64url'),
    [...item].join(','),
  ]);
  return [password, secretHex.slice(2), bytes.toString('latin1'), ...encoded];
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => statSync(file).isFile());
}

describe('a check over routes with secrets', () => {
  it('keeps them out of every event, answer, report and file', { timeout: 60_000 }, async () => {
    const { host, ports, ask, awaitUpdate, events } = await open('russia-2026');
    await ask('giveConsent');
    const place = { host: '203.0.113.10', port: '1080' };
    await ask('addRoute', { kind: 'socks5h', label: 'Own SOCKS', ...place, username: 'practice', password });
    await ask('addRoute', {
      kind: 'mtproxy',
      label: 'Own MTProxy',
      host: '203.0.113.40',
      port: '443',
      secret: secretHex,
    });
    const over = awaitUpdate('over');
    const { runId } = await ask('startCheck', { targetIds: ['youtube'] });
    expect((await over).updates).toMatchObject([{ type: 'finished' }]);
    const view = (await ask('readCurrentRun'))?.view;
    expect(view?.plan.routes.map(({ kind }) => kind)).toEqual(['direct', 'socks5h', 'mtproxy']);
    // The password is wrong for that proxy, so it was indeed sent to it.
    expect(view?.plan.routes[1]?.failure?.kind).toBe('proxy-auth');
    const told: unknown[] = [events, ports.finished, view];
    for (const redaction of ['none', 'standard', 'strict'] as const) {
      told.push(await ask('previewReport', { runId, redaction }), await ask('copyReport', { runId, redaction }));
      for (const format of ['json', 'html', 'csv', 'markdown'] as const) {
        told.push(await ask('saveReport', { runId, redaction, format }));
      }
    }
    told.push(await ask('readTarget', { runId, targetId: 'youtube' }));
    const { routes } = await ask('readRoutes');
    const [, socks] = routes;
    const tested = await ask('testRoute', { id: socks?.id ?? '' });
    expect(tested).toMatchObject({ ok: false, ms: null, failure: { kind: 'proxy-auth' } });
    told.push(tested);
    told.push(routes, ports.saved, ports.copied, await ask('readRun', { runId }), await ask('listRuns', { limit: 10 }));
    await host.close();
    const texts = [JSON.stringify(told), ...filesIn(ports.dataFolder).map((file) => readFileSync(file, 'latin1'))];
    expect(texts.length).toBeGreaterThan(2);
    expect(ports.saved).toHaveLength(12);
    for (const spelling of spellings()) for (const text of texts) expect(text.includes(spelling)).toBe(false);
    // The search would find them: the user name, which is no secret, is told.
    expect(texts[0]).toContain('practice');
  });

  it('is kept, tells the host and the routes, and can be read again', { timeout: 60_000 }, async () => {
    const { host, ports, ask, awaitUpdate, problemsOf } = await open('healthy');
    await ask('giveConsent');
    const checks: string[] = [];
    for (let count = 0; count < 2; count++) {
      const over = awaitUpdate('over');
      checks.push((await ask('startCheck', { targetIds: ['telegram-dc2', 'youtube'] })).runId);
      const { updates } = await over;
      expect(updates).toMatchObject([
        { type: 'finished', outcome: { changes: count === 0 ? null : [], problems: [] } },
      ]);
    }
    const [first = '', second = ''] = checks;
    expect((await ask('listRuns', { limit: 10 })).map(({ runId }) => runId)).toEqual([second, first]);
    expect(ports.finished.map(({ id, redaction }) => [id, redaction])).toEqual([
      [first, 'standard'],
      [second, 'standard'],
    ]);
    expect(ports.finished[0]?.results.every(({ observations }) => observations.length === 0)).toBe(true);
    const { routes } = await ask('readRoutes');
    expect(routes[0]?.latencies).toHaveLength(2);
    expect(routes[0]?.latencies[0]).toBeGreaterThan(0);
    const old = await ask('readRun', { runId: first });
    expect(old).toMatchObject({ lost: false, done: 2, plan: { runId: first, kind: 'check' } });
    expect((await ask('readTarget', { runId: first, targetId: 'youtube' })).results[0]?.state).toBe('ok');
    expect((await ask('previewReport', { runId: first, redaction: 'strict' })).levels).toEqual(['standard', 'strict']);
    expect(await problemsOf('previewReport', { runId: first, redaction: 'none' })).toEqual(['redaction-gone']);
    expect((await ask('compareRuns', { a: first, b: second })).changes).toEqual([]);
    expect(await problemsOf('compareRuns', { a: first, b: 'unheard-of' })).toEqual(['run-unknown']);
    await ask('removeRun', { runId: second });
    expect(await ask('readCurrentRun')).toBeNull();
    expect(await problemsOf('readRun', { runId: second })).toEqual(['run-unknown']);
    await ask('deleteEverything', { confirm: 'delete everything' });
    expect(await ask('listRuns', { limit: 10 })).toEqual([]);
    expect(await problemsOf('startCheck', {})).toEqual(['consent-missing']);
    await host.close();
  });

  it('keeps what was measured when the app is closed in the middle', { timeout: 60_000 }, async () => {
    const { host, ports, ask, awaitUpdate, children } = await open('russia-2026');
    await ask('giveConsent');
    const some = awaitUpdate('cells');
    const { runId } = await ask('startCheck', { targetIds: ['wikipedia', 'telegram-dc2'] });
    await some;
    const closedAt = performance.now();
    await host.close();
    expect(performance.now() - closedAt).toBeLessThan(3500);
    await expect.poll(() => children.every(({ signalCode }) => signalCode !== null)).toBe(true);
    const next = testPorts(() => forkPracticeEngine({ scenario: 'healthy' }), { dataFolder: ports.dataFolder });
    const reopened = await createHost(next, { listening: [] });
    const again = watchHost(reopened);
    opened.push({ ...again, host: reopened, ports: next, children: [] });
    expect(await again.ask('listRuns', { limit: 10 })).toMatchObject([{ runId, partial: true, targets: 2 }]);
    const old = await again.ask('readRun', { runId });
    expect(old.outcome?.partial).toBe(true);
    expect(old.cells.some(({ state }) => state !== 'cancelled' && state !== 'skipped')).toBe(true);
  });
});
