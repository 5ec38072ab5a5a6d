import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateRanges } from '../../app/update-ranges.ts';
import { sampleFile } from '../engine/ranges/sample-ranges.ts';

let folder: string;
let cacheFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-update-'));
  cacheFile = join(folder, 'data', 'ip-ranges.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A list with a serial number and a number of rows. */
function list(serial: number, rows: number): string {
  const prefixes = Array.from({ length: rows }, (_, at) => [`10.0.${at}.0/24`, 'r', 'S'] as const);
  return JSON.stringify(sampleFile(prefixes, { syncToken: String(1_787_433_000 + serial) }));
}
async function update(content: string | Uint8Array, packagedFile?: string) {
  const from = join(folder, 'new');
  writeFileSync(from, content);
  return updateRanges({ from, cacheFile, packagedFile });
}
const codesOf = async (result: ReturnType<typeof update>) => {
  const outcome = await result;
  return outcome.ok ? outcome.value.updated : outcome.problems.map(({ code }) => code);
};
const cached = () => readFileSync(cacheFile, 'utf8');

describe('updateRanges', () => {
  it('takes the first list, then a newer one, and keeps the one before', async () => {
    expect(await codesOf(update(gzipSync(list(1, 100))))).toBe(true);
    expect(cached()).toBe(list(1, 100));
    expect(existsSync(`${cacheFile}.previous`)).toBe(false);
    expect(await update(list(2, 101))).toMatchObject({ ok: true, value: { previousFile: `${cacheFile}.previous` } });
    expect(cached()).toBe(list(2, 101));
    expect(readFileSync(`${cacheFile}.previous`, 'utf8')).toBe(list(1, 100));
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['ip-ranges.json', 'ip-ranges.json.previous']);
  });

  it.each([
    ['older', 1, 100, ['ranges-older']],
    ['31 rows fewer of 100', 3, 69, ['ranges-row-count']],
    ['31 rows more of 100', 3, 131, ['ranges-row-count']],
    ['30 rows fewer', 3, 70, true],
    ['30 rows more', 3, 130, true],
    ['the same again', 2, 100, false],
  ])('a list that is %s', async (_, serial, rows, expected) => {
    await update(list(2, 100));
    expect(await codesOf(update(list(serial, rows)))).toEqual(expected);
    expect(cached()).toBe(expected === true ? list(serial, rows) : list(2, 100));
  });

  it('leaves the list in use alone when the new one is damaged', async () => {
    await update(list(2, 100));
    expect(await codesOf(update(list(3, 100).slice(0, -1)))).toEqual(['ranges-truncated']);
    expect(cached()).toBe(list(2, 100));
  });

  it('compares with the packaged list too', async () => {
    const packaged = join(folder, 'packaged.json.gz');
    writeFileSync(packaged, gzipSync(list(5, 100)));
    expect(await codesOf(update(list(4, 100), packaged))).toEqual(['ranges-older']);
    expect(await codesOf(update(list(6, 10), packaged))).toEqual(['ranges-row-count']);
    expect(await codesOf(update(list(6, 100), packaged))).toBe(true);
    expect(existsSync(`${cacheFile}.previous`)).toBe(false);
  });

  it('replaces a damaged list without keeping it', async () => {
    await update(list(2, 100));
    writeFileSync(cacheFile, 'damaged');
    expect(await update(list(1, 10))).toMatchObject({
      ok: true,
      notices: [{ file: cacheFile, code: 'json-malformed' }],
    });
    expect(cached()).toBe(list(1, 10));
    expect(existsSync(`${cacheFile}.previous`)).toBe(false);
  });

  it('says when it cannot write', async () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    expect(await codesOf(update(list(1, 10)))).toEqual(['output-not-writable']);
  });
});
