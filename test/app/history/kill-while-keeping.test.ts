import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRunStore } from '../../../app/history/open-run-store.ts';
import { requireTool } from '../../support/require-tool.ts';

const child = fileURLToPath(new URL('./keep-runs-child.ts', import.meta.url));
const now = () => new Date('2026-08-22T12:00:00Z');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the child said before it ended. With `killAfterMs`, it is killed that long after it opened the file. */
async function runChild(command: readonly string[], killAfterMs?: number): Promise<readonly string[]> {
  const [program = '', ...words] = command;
  const process_ = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ended = new Promise((resolve) => process_.once('close', resolve));
  for await (const chunk of process_.stdout) {
    const isFirst = said === '';
    said += String(chunk);
    if (isFirst && killAfterMs !== undefined) void sleep(killAfterMs).then(() => process_.kill('SIGKILL'));
  }
  await ended;
  // A line that was cut is not a promise that a run is kept.
  return said
    .slice(0, said.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

const lanes = 4;
const kills = 200;

/** Kills one child after another over the same file, each at another moment, and looks at what is left after each. */
async function killInLoop(lane: number): Promise<void> {
  const file = join(folder, `lane-${lane}`, 'history.sqlite');
  const kept = new Set<string>();
  for (let done = 0; done < kills / lanes; done++) {
    const delay = ((done * 37 + lane * 13) % 60) / 2;
    const command = [process.execPath, child, file, String(done * 100_000), '100000', String(10 + lane * 40)];
    const lines = await runChild(command, delay);
    for (const line of lines) if (line.startsWith('kept ')) kept.add(line.slice(5));
    const opened = openRunStore(file, { now });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    expect(opened.setAside).toBeUndefined();
    const listed = opened.store.list(1_000_000).map(({ runId }) => runId);
    // At most the run that was being kept may be there without having been promised.
    expect(listed.length - kept.size).toBeLessThanOrEqual(done + 1);
    const present = new Set(listed);
    expect([...kept].filter((runId) => !present.has(runId))).toEqual([]);
    for (const runId of listed.slice(0, 1))
      expect(opened.store.read(runId)?.report.targets).toHaveLength(10 + lane * 40);
    opened.store.close();
  }
  const db = new DatabaseSync(file);
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  db.close();
  expect(kept.size).toBeGreaterThan(0);
}

describe('a history whose process is killed', () => {
  it('opens again each time and has every run that was kept', { timeout: 150_000 }, async () => {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => killInLoop(lane)));
  });
});

describe.skipIf(!requireTool(['unshare', 'mount'], { root: true }))('a disk', () => {
  const mounted = (options: string, prepare: string) => {
    const place = join(folder, `disk-${options.replace(/\W/g, '')}`);
    const script = `mkdir -p "$1" && mount -t tmpfs -o ${options} tmpfs "$1" && ${prepare} exec "$2" "$3" "$1/history.sqlite" 0 1000 60`;
    return runChild(['unshare', '--mount', 'sh', '-c', script, 'sh', place, process.execPath, child]);
  };

  it('that is full is a problem of the run that does not fit; those before it stay', async () => {
    const lines = await mounted('size=512k', '');
    const kept = lines.filter((line) => line.startsWith('kept ')).length;
    expect(kept).toBeGreaterThan(0);
    expect(lines.slice(-2)).toEqual(['refused SQLITE_FULL', `left ${kept}`]);
  });

  it('that is full from the start, or cannot be written, is a problem of the history', async () => {
    const [full] = await mounted('size=8k', 'head -c 8192 /dev/zero > "$1/filler" || true;');
    expect(JSON.parse(full ?? '')).toMatchObject([{ code: 'history-unavailable' }]);
    const [readOnly] = await mounted('size=1m', 'mount -o remount,ro "$1" &&');
    expect(JSON.parse(readOnly ?? '')).toMatchObject([{ code: 'history-unavailable', params: { code: 'EROFS' } }]);
  });
});
