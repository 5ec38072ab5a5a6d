import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeProblem } from '../../../app/input/problem.ts';
import { maxInputBytes, readInput } from '../../../app/input/read-input.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waylight-input-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const noStdin = () => Promise.reject(new Error('not asked for'));

async function readBytes(bytes: Uint8Array) {
  const file = join(folder, 'input');
  await writeFile(file, bytes);
  return readInput(file, noStdin);
}

describe('readInput', () => {
  it('reads UTF-8 and drops a byte order mark', async () => {
    expect(await readBytes(Buffer.from('\ufeffпривет\r\n'))).toMatchObject({ ok: true, value: 'привет\r\n' });
  });

  it.each([
    ['a NUL byte, with its line', Buffer.from('a\nb\nc\0d\n'), 'file-has-nul', 3],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0xfe]), 'file-not-utf8', undefined],
    ['UTF-16', Buffer.from('\ufeffhttps://a.example', 'utf16le'), 'file-not-utf8', undefined],
  ])('refuses %s', async (_, bytes, code, line) => {
    const read = await readBytes(bytes);
    expect(read).toMatchObject({ ok: false, problems: [{ code, file: join(folder, 'input') }] });
    expect(read.ok ? 0 : read.problems[0]?.line).toBe(line);
  });

  it('refuses a missing file, a folder, and what is too large, by size or by what comes', async () => {
    expect(await readInput(join(folder, 'none'), noStdin)).toMatchObject({ problems: [{ code: 'file-missing' }] });
    expect(await readInput(folder, noStdin)).toMatchObject({ problems: [{ code: 'file-is-directory' }] });
    const large = join(folder, 'large');
    await writeFile(large, '');
    await truncate(large, 50 * 1024 * 1024);
    const read = await readInput(large, noStdin);
    expect(read).toMatchObject({ problems: [{ code: 'file-too-large', params: { limit: 16 } }] });
    expect(read.ok ? '' : read.problems.map(describeProblem).join()).toBe(`${large}: is larger than 16 MB; split it`);
    // A device has no size: only reading shows that it does not end.
    expect(await readInput('/dev/zero', noStdin)).toMatchObject({ problems: [{ code: 'file-too-large' }] });
  });

  it('reads standard input for -, up to the same limit', async () => {
    const read = await readInput('-', async (limit) => {
      expect(limit).toBe(maxInputBytes);
      return Buffer.from('x');
    });
    expect(read).toMatchObject({ value: 'x' });
    const tooLarge = Object.assign(new Error('large'), { name: 'TooLargeError' });
    expect(await readInput('-', () => Promise.reject(tooLarge))).toMatchObject({
      problems: [{ code: 'file-too-large', file: '-' }],
    });
  });
});
