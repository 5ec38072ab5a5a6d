import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type OpenedRunStore,
  openRunStore,
  type RunStoreOptions,
  type SetAside,
} from '../../../app/history/open-run-store.ts';
import { packReportInTurns } from '../../../app/history/pack-report.ts';
import { setFileAside } from '../../../app/history/set-aside.ts';
import type { KeptRun } from '../../../app/host/ports.ts';
import type { RunReport } from '../../../model/report.ts';
import { aLargeReport } from '../../support/many-runs.ts';
import { sampleReport } from '../report/sample-report.ts';

const now = () => new Date('2026-08-22T12:00:00.000Z');
let folder = '';
let file = '';
let stores: { close(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-history-'));
  file = join(folder, 'data', 'history.sqlite');
  stores = [];
});
afterEach(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: RunStoreOptions = {}): Extract<OpenedRunStore, { ok: true }> {
  const opened = openRunStore(file, { now, ...options });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  stores.push(opened.store);
  return opened;
}

const at = (day: number, hour = 10) => new Date(Date.UTC(2026, 7, day, hour)).toISOString();

function aRun(id: string, startedAt: string, change: Partial<RunReport> = {}, about: Partial<KeptRun> = {}): KeptRun {
  const report = sampleReport({ id, startedAt, finishedAt: startedAt, redaction: 'standard', ...change });
  return { kind: 'check', ...about, report };
}

/** The sample with another state of the site over the current connection, and another verdict. */
function changed(state: 'ok' | 'failed', verdict: 'reachable' | 'blocked', rule = 'a.rule'): Partial<RunReport> {
  const { results, verdicts } = sampleReport();
  return {
    results: results.map((item, index) => {
      if (index > 0) return item;
      const { failure, ...rest } = item;
      return { ...rest, state, ...(state === 'failed' && failure ? { failure } : {}) };
    }),
    verdicts: verdicts.map((item, index) => (index > 0 ? item : { ...item, verdict, rule })),
  };
}

/** The only file of the folder that is set aside. */
const keptAside = () => readdirSync(join(folder, 'data')).filter((name) => name.endsWith('.kept'));

describe('what is kept', () => {
  it('may be packed before it comes', async () => {
    const { store } = open();
    const run = aRun('a', at(20));
    store.add(run, await packReportInTurns(run.report));
    expect(store.read('a')).toEqual(run);
  });

  it('is listed newest first, whatever the order it came in, and read back whole', () => {
    const { store } = open();
    for (const [id, day] of [
      ['b', 20],
      ['c', 21],
      ['a', 19],
    ] as const)
      store.add(aRun(id, at(day)));
    expect(store.list(10).map(({ runId }) => runId)).toEqual(['c', 'b', 'a']);
    expect(store.list(2).map(({ runId }) => runId)).toEqual(['c', 'b']);
    expect(store.read('b')).toEqual(aRun('b', at(20)));
    expect(store.read('nobody')).toBeUndefined();
  });

  it('has the counts of its routes and verdicts in its line', () => {
    const { store } = open();
    store.add(aRun('p', at(20), { partial: true }, { kind: 'practice', scenario: 'russia-2018' }));
    expect(store.list(1)).toEqual([
      {
        runId: 'p',
        kind: 'practice',
        scenario: 'russia-2018',
        startedAt: at(20),
        finishedAt: at(20),
        partial: true,
        profile: 'standard',
        targets: 2,
        routes: [
          { id: 'direct', label: 'Current connection', ok: 0 },
          { id: 'my-proxy', label: 'Aunt Vera', ok: 1 },
          { id: 'interface-wg-home', label: 'wg-home', ok: 0 },
        ],
        verdicts: { blocked: 1, impaired: 1 },
      },
    ]);
    expect(store.read('p')).toMatchObject({ kind: 'practice', scenario: 'russia-2018' });
  });

  it('is still there for the next one who opens it, and replaced by a run of the same id', () => {
    const { store } = open();
    store.add(aRun('a', at(20), { partial: true }));
    store.add(aRun('a', at(20)));
    store.close();
    const again = open();
    expect(again.setAside).toBeUndefined();
    expect(again.store.list(10)).toMatchObject([{ runId: 'a', partial: false }]);
  });

  it('may be read and written by two at once', () => {
    const [a, b] = [open().store, open().store];
    a.add(aRun('a', at(20)));
    b.add(aRun('b', at(21), { targets: sampleReport().targets.slice(0, 1) }));
    a.remove('b');
    b.add(aRun('c', at(21), { routes: sampleReport().routes.slice(0, 1) }));
    expect(a.list(10)).toEqual(b.list(10));
    expect(a.list(10).map(({ targets, routes }) => [targets, routes.length])).toEqual([
      [2, 1],
      [2, 3],
    ]);
    expect(a.compare('a', 'c')).toEqual(b.compare('a', 'c'));
  });

  it('is for the eyes of its owner only', () => {
    const { store } = open();
    store.add(aRun('a', at(20)));
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, 'data'))) {
      expect(statSync(join(folder, 'data', name)).mode & 0o777, name).toBe(0o600);
    }
  });
});

describe('changes', () => {
  it('are those since the last run of the same kind and scenario', () => {
    const { store } = open();
    const next = aRun('next', at(21), changed('ok', 'reachable'));
    expect(store.changesSinceLast(next)).toBeNull();
    store.add(aRun('practice', at(20), {}, { kind: 'practice', scenario: 'x' }));
    store.add(aRun('later', at(22)));
    expect(store.changesSinceLast(next)).toBeNull();
    store.add(aRun('older', at(18), changed('ok', 'reachable')));
    store.add(aRun('last', at(19)));
    const expected = [{ targetId: 'site', from: 'blocked', to: 'reachable' }];
    expect(store.changesSinceLast(next)).toEqual(expected);
    store.add(next);
    expect(store.changesSinceLast(next)).toEqual(expected);
    const practice = aRun('p2', at(21), changed('ok', 'reachable'), { kind: 'practice', scenario: 'y' });
    expect(store.changesSinceLast(practice)).toBeNull();
    expect(store.changesSinceLast({ ...practice, scenario: 'x' })).toEqual(expected);
  });

  it('are not made of what was never tested', () => {
    const { store } = open();
    store.add(aRun('a', at(19), changed('failed', 'blocked', 'run.cancelled')));
    expect(store.changesSinceLast(aRun('b', at(20), changed('ok', 'reachable')))).toEqual([]);
    store.add(aRun('c', at(20), changed('ok', 'reachable')));
    expect(store.changesSinceLast(aRun('d', at(21), changed('failed', 'blocked', 'run.skipped')))).toEqual([]);
  });

  it('of two runs come line by line, without what only one of them has', () => {
    const { store } = open();
    const { routes, targets } = sampleReport();
    store.add(aRun('a', at(19), { targets: [...targets].reverse(), routes: routes.slice(0, 2) }));
    store.add(aRun('b', at(20), { ...changed('ok', 'reachable'), routes: [...routes].reverse() }));
    const comparison = store.compare('a', 'b');
    expect(comparison).toMatchObject({ a: { runId: 'a' }, b: { runId: 'b' } });
    expect(comparison?.changes).toEqual([
      {
        targetId: 'site',
        name: 'A site',
        group: 'news',
        verdict: { from: 'blocked', to: 'reachable', since: at(20) },
        cells: [
          {
            routeId: 'direct',
            label: 'Current connection',
            from: { state: 'failed', failure: { step: 'http', kind: 'block-page' } },
            to: { state: 'ok' },
            since: at(20),
          },
        ],
      },
    ]);
    expect(store.compare('a', 'a')?.changes).toEqual([]);
  });

  it('of two runs hold since the first of those that all had it so', () => {
    const { store } = open();
    const good = changed('ok', 'reachable');
    const days = [good, {}, good, good, changed('ok', 'reachable', 'run.cancelled'), good];
    for (const [index, change] of days.entries()) store.add(aRun(`run-${index}`, at(10 + index), change));
    store.add(aRun('practice', at(12, 11), {}, { kind: 'practice', scenario: 'x' }));
    store.add(aRun('bad', at(1)));
    expect(store.compare('bad', 'run-5')?.changes).toMatchObject([
      { verdict: { since: at(12) }, cells: [{ routeId: 'direct', since: at(12) }] },
    ]);
    // The run before the one it is compared with is no witness, and neither is one after it.
    expect(store.compare('run-1', 'run-3')?.changes).toMatchObject([{ verdict: { since: at(12) } }]);
    expect(store.compare('run-0', 'run-1')?.changes).toMatchObject([{ verdict: { since: at(11) } }]);
    expect(store.compare('run-5', 'run-1')?.changes).toMatchObject([{ verdict: { since: at(11) } }]);
  });

  it('are undefined for a run that is not there', () => {
    const { store } = open();
    store.add(aRun('a', at(19)));
    expect(store.compare('a', 'nobody')).toBeUndefined();
  });
});

describe('availability', () => {
  it('is every check of the last days, oldest first, with the newest names', () => {
    const { store } = open();
    const [site, ...others] = sampleReport().targets;
    const renamed = { targets: [...(site ? [{ ...site, name: 'Renamed' }] : []), ...others] };
    store.add(aRun('new', at(21), { ...changed('ok', 'reachable'), ...renamed }));
    store.add(aRun('old', at(20)));
    store.add(aRun('ancient', at(1)));
    store.add(aRun('practice', at(21), {}, { kind: 'practice', scenario: 'x' }));
    const series = store.availability(7);
    expect(series.find(({ targetId, routeId }) => targetId === 'site' && routeId === 'direct')).toEqual({
      targetId: 'site',
      name: 'Renamed',
      routeId: 'direct',
      label: 'Current connection',
      counted: 2,
      ok: 1,
      points: [
        { runId: 'old', at: at(20), state: 'failed' },
        { runId: 'new', at: at(21), state: 'ok' },
      ],
    });
    expect(series).toHaveLength(4);
    expect(store.availability(40)[0]?.points).toHaveLength(3);
  });

  it('counts every check that tells something, and tells the last sixty', () => {
    const { store } = open({ limits: { days: 3650, bytes: 1e9 } });
    const minutes = (count: number) => new Date(Date.UTC(2026, 7, 20, 0, count)).toISOString();
    for (let count = 0; count < 70; count++) {
      const change = count < 50 && count % 2 === 0 ? changed('ok', 'reachable') : changed('failed', 'blocked');
      store.add(aRun(`run-${count}`, minutes(count), change));
    }
    const { results } = sampleReport();
    const skipped = results.map(({ failure: _none, ...rest }) => ({ ...rest, state: 'skipped' as const, tries: 0 }));
    store.add(aRun('skipped', minutes(70), { results: skipped }));
    const [site] = store.availability(30);
    expect(site).toMatchObject({ counted: 70, ok: 25, failingSince: minutes(49) });
    expect(site?.points).toHaveLength(60);
    expect(site?.points.map(({ runId }) => runId)).toEqual([
      ...Array.from({ length: 59 }, (_, index) => `run-${index + 11}`),
      'skipped',
    ]);
  });
});

describe('what is taken away', () => {
  it('leaves nothing of itself in the file', () => {
    const { store } = open();
    const [, proxy] = sampleReport().routes;
    store.add(aRun('a', at(20)));
    store.add(aRun('b', at(21), { routes: proxy ? [{ ...proxy, label: 'Uncle Misha' }] : [] }));
    store.remove('b');
    expect(store.list(10).map(({ runId }) => runId)).toEqual(['a']);
    const bytes = () =>
      readdirSync(join(folder, 'data'))
        .map((name) => readFileSync(join(folder, 'data', name), 'latin1'))
        .join('');
    expect(bytes()).toContain('Aunt Vera');
    expect(bytes()).not.toContain('Uncle Misha');
    store.removeAll();
    expect(store.size().runs).toBe(0);
    expect(bytes()).not.toContain('Aunt Vera');
    expect(store.availability(90)).toEqual([]);
  });

  it('goes by age after each run', () => {
    const { store } = open({ limits: { days: 10, bytes: 1e9 } });
    store.add(aRun('old', at(1)));
    store.add(aRun('edge', at(13)));
    store.add(aRun('new', at(20)));
    expect(store.list(10).map(({ runId }) => runId)).toEqual(['new', 'edge']);
  });

  it('goes by what a person chose, whoever adds the next run', () => {
    const { store } = open();
    store.add(aRun('old', at(1)));
    store.add(aRun('new', at(20)));
    expect(store.limits()).toEqual({ days: 90, bytes: 500 * 1024 * 1024 });
    store.limit({ days: 10, bytes: 1e9 });
    store.limit({ days: 5, bytes: 1e9 });
    expect(store.list(10)).toHaveLength(2);
    const other = open().store;
    expect(other.limits()).toEqual({ days: 5, bytes: 1e9 });
    other.add(aRun('newer', at(21)));
    expect(store.list(10).map(({ runId }) => runId)).toEqual(['newer', 'new']);
  });

  it('goes by size after each run, oldest first, and gives the space back; the newest stays', () => {
    const { store } = open({ limits: { days: 90, bytes: 400_000 } });
    for (let index = 0; index < 40; index++) {
      const report = {
        ...aLargeReport(index, { targets: 60, routes: 3, observations: 4 }),
        id: `r${index}`,
        startedAt: at(20, index % 24),
      };
      store.add({
        kind: 'check',
        report: { ...report, startedAt: new Date(Date.UTC(2026, 7, 20, 0, index)).toISOString() },
      });
    }
    const left = store.list(100).map(({ runId }) => runId);
    expect(left.length).toBeGreaterThan(3);
    expect(left.length).toBeLessThan(40);
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => `r${39 - index}`));
    store.close();
    expect(statSync(file).size).toBeLessThan(500_000);
    const { store: tiny } = open({ limits: { days: 90, bytes: 1 } });
    expect(tiny.prune({ days: 90, bytes: 1 })).toBe(left.length - 1);
    expect(tiny.list(10).map(({ runId }) => runId)).toEqual(['r39']);
    expect(tiny.size().runs).toBe(1);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['of a newer version', () => writeDatabase('PRAGMA user_version = 999'), 'history-newer'],
    ['that is no database', () => writeFileSync(file, 'not a database at all\n'.repeat(400)), 'history-damaged'],
    ['of another program', () => writeForeign(), 'history-damaged'],
    ['without its tables', () => writeDatabase('DROP TABLE verdicts'), 'history-damaged'],
    ['cut short', () => writeFileSync(file, readFileSync(file).subarray(0, 20_000)), 'history-damaged'],
  ])('%s is set aside with all its bytes, and a new one begun', (_, spoil, code) => {
    fill();
    spoil();
    const before = readFileSync(file);
    const { store, setAside } = open();
    expect(setAside).toMatchObject({ file: 'history.sqlite', problem: { file, code } });
    expect(keptAside()).toEqual([setAside?.keptAs]);
    expect(readFileSync(join(folder, 'data', setAside?.keptAs ?? ''))).toEqual(before);
    expect(store.list(10)).toEqual([]);
    store.add(aRun('new', at(20)));
    store.close();
    expect(open().store.list(10)).toHaveLength(1);
    expect(keptAside()).toHaveLength(1);
  });

  it('takes its log of writes along, so that an old log never gets into a new file', () => {
    for (const ending of ['', '-wal', '-shm']) writeFileSync(join(folder, `x${ending}`), `x${ending}`);
    const keptAs = setFileAside(join(folder, 'x'), now());
    expect(keptAs).toMatch(/^x\.20260822T120000Z-[0-9a-f]{6}\.kept$/);
    expect(readdirSync(folder).sort()).toEqual([keptAs, `${keptAs}-shm`, `${keptAs}-wal`]);
    expect(readFileSync(join(folder, `${keptAs}-wal`), 'utf8')).toBe('x-wal');
  });

  it('while it is open is set aside too, and the run that met it is kept in the new one', () => {
    const told: SetAside[] = [];
    const { store } = open({ onSetAside: (setAside) => told.push(setAside) });
    for (let index = 0; index < 30; index++)
      store.add({
        kind: 'check',
        report: { ...aLargeReport(index, { targets: 60, routes: 3 }), id: `r${index}`, startedAt: at(20) },
      });
    store.close();
    const opened = open({ onSetAside: (setAside) => told.push(setAside) });
    expect(opened.setAside).toBeUndefined();
    // Everything but the first pages, where the list of runs is.
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xa5, 100_000));
    opened.store.add(aRun('new', at(21)));
    for (const { runId } of opened.store.list(100)) opened.store.read(runId);
    opened.store.availability(90);
    opened.store.removeAll();
    opened.store.add(aRun('last', at(21)));
    expect(opened.store.read('last')?.report.id).toBe('last');
    expect(told).toMatchObject([{ problem: { code: 'history-damaged' } }]);
    expect(keptAside()).toEqual(told.map(({ keptAs }) => keptAs));
  });

  it('and a report in it that does not unpack is a run that is not kept any more', () => {
    fill();
    writeDatabase("UPDATE reports SET document = x'00112233'");
    const { store } = open();
    expect(store.read('old')).toBeUndefined();
    expect(store.list(10)).toHaveLength(1);
  });

  it('for want of a folder is a problem, not an error', () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    expect(openRunStore(file)).toEqual({
      ok: false,
      problems: [{ file, code: 'history-unavailable', params: { code: expect.stringMatching(/^E(EXIST|NOTDIR)$/) } }],
    });
    rmSync(join(folder, 'data'));
    expect(openRunStore(folder)).toMatchObject({
      ok: false,
      problems: [{ code: 'history-unavailable', params: { code: 'EISDIR' } }],
    });
  });
});

function fill(): void {
  const { store } = open();
  store.add(aRun('old', at(20)));
  store.close();
}

function writeDatabase(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

function writeForeign(): void {
  rmSync(file);
  writeDatabase('CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 1');
}
