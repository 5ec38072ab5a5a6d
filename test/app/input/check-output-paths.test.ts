import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOutputPaths } from '../../../app/input/check-output-paths.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waylight-output-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function codes(...paths: string[]) {
  const problems = await checkOutputPaths(paths.map((path, index) => ({ option: `--o${index}`, path })));
  return problems.map(({ option, code }) => `${option} ${code}`);
}

describe('checkOutputPaths', () => {
  it('accepts new and existing files and standard output once, and makes nothing', async () => {
    await writeFile(join(folder, 'old'), 'x');
    expect(await codes(join(folder, 'new'), join(folder, 'old'), '-', '/dev/null')).toEqual([]);
    expect(await readdir(folder)).toEqual(['old']);
  });

  it('refuses folders, missing folders, files used as folders, and two outputs in one place', async () => {
    await writeFile(join(folder, 'old'), 'x');
    expect(await codes(folder)).toEqual(['--o0 output-is-directory']);
    expect(await codes('')).toEqual(['--o0 output-is-directory']);
    expect(await codes(join(folder, 'no', 'x'))).toEqual(['--o0 output-directory-missing']);
    expect(await codes(join(folder, 'old', 'x'))).toEqual(['--o0 output-directory-missing']);
    expect(await codes('-', '-')).toEqual(['--o1 output-twice']);
    expect(await codes(join(folder, 'a'), join(folder, '.', 'a'))).toEqual(['--o1 output-twice']);
  });

  // /proc refuses new files even to root, who may write anywhere else.
  it.runIf(process.platform === 'linux')('refuses a folder in which no file can be made', async () => {
    expect(await codes('/proc/report.json')).toEqual(['--o0 output-not-writable']);
    expect(await codes('/proc/self/report.json')).toEqual(['--o0 output-not-writable']);
  });
});
