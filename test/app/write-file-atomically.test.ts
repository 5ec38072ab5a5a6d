import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from '../../app/write-file-atomically.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waylight-write-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomically', () => {
  it('replaces a file, leaves nothing beside it, and lets only the owner read it', async () => {
    const file = join(folder, 'report.json');
    await writeFile(file, 'old');
    await writeFileAtomically(file, 'new');
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['report.json']);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('keeps the old text and no draft when it cannot finish', async () => {
    const file = join(folder, 'report.json');
    await mkdir(file);
    await writeFile(join(file, 'inside'), 'x');
    await expect(writeFileAtomically(file, 'new')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['report.json']);
    await expect(writeFileAtomically(join(folder, 'none', 'x'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.runIf(process.platform === 'linux')('writes devices in place', async () => {
    await writeFileAtomically('/dev/null', 'x');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });
});
