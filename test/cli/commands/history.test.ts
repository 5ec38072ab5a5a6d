import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepRun } from '../../../cli/open-history.ts';
import { runProgram } from '../../../cli/program.ts';
import { type RunReport, reportSchema } from '../../../model/report.ts';
import { sampleReport } from '../../app/report/sample-report.ts';
import { createFakeIo } from '../fake-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-cli-history-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fakeIo = () => createFakeIo({ env: { XDG_DATA_HOME: folder } });

async function runWords(...words: string[]) {
  const io = fakeIo();
  const code = await runProgram(['history', ...words], io, folder);
  return { code, out: io.out(), err: io.err() };
}

async function keep(id: string, day: number, change: Partial<RunReport> = {}) {
  const at = new Date(Date.UTC(2026, 7, day, 10)).toISOString();
  const io = fakeIo();
  await keepRun(io, { kind: 'check', report: sampleReport({ id, startedAt: at, finishedAt: at, ...change }) }, [
    '203.0.113.5',
  ]);
  return io.err();
}

const works: Partial<RunReport> = {
  results: sampleReport().results.map((item, index) => {
    const { failure: _failure, ...rest } = item;
    return index === 0 ? { ...rest, state: 'ok' } : item;
  }),
  verdicts: sampleReport().verdicts.map((item, index) => (index === 0 ? { ...item, verdict: 'reachable' } : item)),
};

describe('waylight history', () => {
  it('says so where nothing is kept', async () => {
    expect(await runWords()).toEqual({ code: 0, out: 'No check has been kept yet.\n', err: '' });
  });

  it('lists runs newest first, with ids that tell them apart', async () => {
    await keep('aaaaaaaa-1111', 20);
    await keep('aaaaaaaa-2222', 21, { ...works, partial: true });
    const { code, out, err } = await runWords('list');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [head, newest, oldest] = out.split('\n');
    expect(head).toMatch(/^Id +Started \(UTC\) +Check +Works +Verdicts$/);
    expect(newest).toMatch(/^aaaaaaaa-2 +2026-08-21 10:00 +standard, stopped +Current connection 1\/2, .* 1 impaired$/);
    expect(oldest).toMatch(
      /^aaaaaaaa-1 +2026-08-20 10:00 +standard +Current connection 0\/2, .* 1 blocked, 1 impaired$/,
    );
    const listed = await runWords('--json', '-');
    expect(JSON.parse(listed.out)).toMatchObject({
      schema: 'waylight.history/1',
      runs: [{ runId: 'aaaaaaaa-2222' }, { runId: 'aaaaaaaa-1111' }],
    });
  });

  it('shows a run again, redacted, by as much of its id as is needed', async () => {
    await keep('aaaa-1', 20);
    await keep('aabb-1', 21);
    expect(await runWords('show', 'aa')).toMatchObject({ code: 2, err: expect.stringContaining('write more of it') });
    expect(await runWords('show', '')).toMatchObject({ code: 2, out: '' });
    const { code, out } = await runWords('show', 'aaa');
    expect(code).toBe(0);
    expect(out).toContain('0 of 2 targets work on');
    const file = join(folder, 'shown.json');
    expect((await runWords('show', 'aaaa-1', '--json', file)).out).toContain('Problems');
    const text = readFileSync(file, 'utf8');
    expect(reportSchema.parse(JSON.parse(text))).toMatchObject({ id: 'aaaa-1', redaction: 'standard' });
    expect(text).not.toMatch(/192\.168\.7\.23|secret-cookie/);
  });

  it('compares two runs', async () => {
    await keep('before', 20);
    await keep('after', 21, works);
    const { code, out } = await runWords('diff', 'before', 'after');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      '2026-08-20 10:00 UTC (standard, before) → 2026-08-21 10:00 UTC (standard, after)',
      '',
      'A site: blocked → reachable',
      '  Current connection: block page → ok',
      '',
    ]);
    expect((await runWords('diff', 'before', 'before')).out).toContain('Nothing that both tested has changed.');
    const json = await runWords('diff', 'before', 'after', '--json', '-');
    expect(JSON.parse(json.out)).toMatchObject({ schema: 'waylight.diff/1', changes: [{ targetId: 'site' }] });
    expect(await runWords('diff', 'x', 'y')).toMatchObject({ code: 2, err: expect.stringMatching(/id x.*\n.*id y/) });
  });

  it('takes away what is old, and no more', async () => {
    await keep('old', 1);
    await keep('new', 20);
    expect((await runWords('prune')).out).toMatch(/^0 removed, 2 kept, \d+\.\d MiB on disk\.\n$/);
    const later = fakeIo();
    await runProgram(['history', 'prune'], { ...later, now: () => new Date('2026-11-10T00:00:00Z') }, folder);
    expect(later.out()).toMatch(/^1 removed, 1 kept/);
    expect((await runWords('list')).out).toMatch(/\nnew /);
  });

  it('takes away what is older than was said, or everything', async () => {
    for (const [id, day] of [
      ['first', 1],
      ['second', 10],
      ['third', 20],
    ] as const)
      await keep(id, day);
    expect(await runWords('prune', '--days', '0')).toMatchObject({ code: 2, err: expect.stringContaining('--days') });
    expect(await runWords('prune', '--size', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('--size') });
    expect(await runWords('prune', '--all', '--days', '3')).toMatchObject({ code: 2 });
    expect((await runWords('list')).out).toContain('first');
    expect((await runWords('prune', '--days', '15')).out).toMatch(/^1 removed, 2 kept/);
    expect((await runWords('prune', '--all')).out).toMatch(/^2 removed, 0 kept/);
  });
});

describe('keeping a run', () => {
  it('is a notice where the folder cannot be used, and never more', async () => {
    writeFileSync(join(folder, 'waylight'), 'a file where the folder should be');
    expect(await keep('a', 20)).toMatch(
      /^waylight: .*history\.sqlite: cannot be opened \(E\w+\); checks work and are not kept\n$/,
    );
    expect(await runWords('list')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('cannot be opened'),
    });
  });

  it('begins a new history beside a broken one, and says where that is', async () => {
    await keep('a', 20);
    const file = join(folder, 'waylight', 'history.sqlite');
    writeFileSync(file, 'broken '.repeat(1000));
    expect(await keep('b', 21)).toMatch(
      /was damaged; it is kept as history\.sqlite\.\S+\.kept, and a new history was begun/,
    );
    expect((await runWords('list')).out.split('\n')).toHaveLength(3);
    expect(readdirSync(join(folder, 'waylight')).filter((name) => name.endsWith('.kept'))).toHaveLength(1);
  });

  it('has the run at `standard` even where the person was shown all of it', async () => {
    await keep('a', 20, { redaction: 'none' });
    const { out } = await runWords('show', 'a', '--json', '-');
    expect(JSON.parse(out)).toMatchObject({ redaction: 'standard' });
    await keep('b', 21, { redaction: 'strict' });
    expect(JSON.parse((await runWords('show', 'b', '--json', '-')).out)).toMatchObject({ redaction: 'strict' });
  });
});
