import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeProblem } from '../../app/input/problem.ts';
import { asnAttribution, loadRanges, type RangesFiles } from '../../app/load-ranges.ts';
import { rangesSourceSchema } from '../../model/cloud.ts';
import { sampleAsnBytes } from '../engine/ranges/sample-asn-table.ts';
import { sampleFile } from '../engine/ranges/sample-ranges.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-ranges-'));
  write(
    'asn.bin',
    sampleAsnBytes([
      ['8.8.8.0', '8.8.8.255', 15169],
      ['52.56.0.0', '52.59.255.255', 16509],
      ['54.0.0.0', '54.0.0.255', 14618],
    ]),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
function write(name: string, content: string | Uint8Array): string {
  writeFileSync(path(name), content);
  return path(name);
}
const listText = (head: Record<string, unknown> = {}, region = 'eu-central-1') =>
  JSON.stringify(sampleFile([['52.58.0.0/15', region, 'EC2']], head));
const newer = { syncToken: '1787433426', createDate: '2026-08-23-00-00-00' };

async function load(files: Partial<RangesFiles> = {}) {
  const loaded = await loadRanges({ asnFile: path('asn.bin'), ...files });
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'));
  expect(rangesSourceSchema.safeParse(loaded.value.source).success).toBe(true);
  return { ...loaded.value, notices: loaded.notices };
}
async function refusal(content: string | Uint8Array, files: Partial<RangesFiles> = {}) {
  const file = write('given', content);
  const loaded = await loadRanges({ asnFile: path('asn.bin'), file, ...files });
  if (loaded.ok) throw new Error('was accepted');
  expect(loaded.problems).toHaveLength(1);
  const [problem] = loaded.problems;
  expect(problem && describeProblem(problem)).toContain(file);
  return problem;
}

describe('loadRanges', () => {
  it.each([
    ['plain', listText()],
    ['gzip', gzipSync(listText())],
    ['with a byte order mark', `\ufeff${listText()}`],
  ])('reads a file given, %s', async (_, content) => {
    const { facts, source, notices, aws } = await load({ file: write('given', content) });
    expect(source).toEqual({ source: 'file', createdAt: '2026-08-22T21:17:05.000Z', rows: 1 });
    expect(facts('52.58.1.1')).toEqual({
      asn: 16509,
      asName: 'Network 16509',
      operator: 'aws',
      prefix: '52.58.0.0/15',
      region: 'eu-central-1',
      service: 'EC2',
      range2018: { prefix: '52.58.0.0/15', firstSeen: '2018-04-16' },
    });
    expect([notices, aws?.file]).toEqual([[], path('given')]);
  });

  it('reads standard input', async () => {
    const { source } = await load({ file: '-', readStdin: async () => Buffer.from(gzipSync(listText())) });
    expect(source.source).toBe('file');
  });

  it('prefers the cached list, then the packaged one, unless that is newer', async () => {
    const cacheFile = write('cache.json', listText({}, 'cached'));
    const packagedFile = write('packaged.json.gz', gzipSync(listText({}, 'packaged')));
    expect((await load({ cacheFile, packagedFile })).source.source).toBe('official');
    expect((await load({ packagedFile, cacheFile: path('none') })).source.source).toBe('packaged');
    write('packaged.json.gz', gzipSync(listText(newer, 'packaged')));
    const { facts, source } = await load({ cacheFile, packagedFile });
    expect([source.source, facts('52.58.1.1').region]).toEqual(['packaged', 'packaged']);
  });

  it('falls back, and says so, when the cached list is damaged', async () => {
    const cacheFile = write('cache.json', listText().slice(0, 100));
    const packagedFile = write('packaged.json', listText());
    const { source, notices } = await load({ cacheFile, packagedFile });
    expect(source.source).toBe('packaged');
    expect(notices).toEqual([{ file: cacheFile, code: 'ranges-truncated' }]);
  });

  it('knows Amazon by operator alone without a list', async () => {
    const { facts, source, notices } = await load({ cacheFile: path('none'), packagedFile: path('none') });
    expect(source).toEqual({ source: 'operator', createdAt: '2026-06-17T00:00:00.000Z', rows: 2 });
    expect(facts('54.0.0.1')).toEqual({ asn: 14618, asName: 'Network 14618', operator: 'aws' });
    expect(facts('8.8.8.8').operator).toBe('google');
    expect(notices).toEqual([]);
  });

  it('works without an AS table, and says that it is missing or damaged', async () => {
    const file = write('given', listText());
    const without = await load({ file, asnFile: path('none') });
    expect(without.facts('52.58.1.1')).toMatchObject({ operator: 'aws', region: 'eu-central-1' });
    expect(without.notices).toEqual([{ file: path('none'), code: 'asn-missing' }]);
    const damaged = await load({ asnFile: file });
    expect(damaged.notices).toEqual([{ file, code: 'asn-unusable', params: { reason: 'not-asn-table' } }]);
    expect(damaged.source).toEqual({ source: 'operator', createdAt: null, rows: 0 });
  });

  it('credits the AS data', () => expect(asnAttribution).toMatch(/RouteViews.*DB-IP.*CC BY 4\.0/));
});

describe('loadRanges, of a file that cannot be used', () => {
  const packed = gzipSync(listText());
  const flipped = Buffer.from(packed);
  flipped[20] = (flipped[20] ?? 0) ^ 0xff;

  it.each([
    ['an empty file', '', { code: 'ranges-truncated' }],
    ['cut JSON', listText().slice(0, -1), { code: 'ranges-truncated' }],
    ['cut gzip', packed.subarray(0, packed.length - 9), { code: 'ranges-gzip-truncated' }],
    ['gzip without its last byte', packed.subarray(0, -1), { code: 'ranges-gzip-truncated' }],
    ['cut JSON in whole gzip', gzipSync(listText().slice(0, 80)), { code: 'ranges-truncated' }],
    ['damaged gzip', flipped, { code: 'ranges-gzip-damaged' }],
    ['a web page', '<!doctype html>', { code: 'json-malformed' }],
    ['other JSON', '{"targets":[]}', { code: 'ranges-not-aws', params: { field: 'syncToken' } }],
    ['a JSON list', '[]', { code: 'ranges-malformed' }],
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), { code: 'file-not-utf8' }],
    ['no rows', JSON.stringify(sampleFile([])), { code: 'ranges-no-rows' }],
    [
      'a prefix with host bits',
      JSON.stringify(
        sampleFile([
          ['10.0.0.0/8', 'a', 'B'],
          ['10.0.0.1/8', 'a', 'B'],
        ]),
      ),
      { code: 'ranges-prefix', field: 'prefixes[1].ip_prefix' },
    ],
    ['too large', Buffer.alloc(32 * 1024 * 1024 + 1, 0x20), { code: 'ranges-too-large' }],
    ['a gzip bomb', gzipSync(Buffer.alloc(40 * 1024 * 1024, 0x20)), { code: 'ranges-too-large' }],
  ])('%s', async (_, content, problem) => expect(await refusal(content)).toMatchObject(problem));

  it('missing, or a folder', async () => {
    const codeOf = async (file: string) => {
      const loaded = await loadRanges({ asnFile: path('asn.bin'), file });
      return loaded.ok ? undefined : loaded.problems.map(({ code, file: named }) => [code, named]);
    };
    expect(await codeOf(path('none'))).toEqual([['file-missing', path('none')]]);
    expect(await codeOf(folder)).toEqual([['file-is-directory', folder]]);
  });

  it('older than the cached list; as new, or with a cached list that is damaged, it is accepted', async () => {
    const cacheFile = write('cache.json', listText(newer));
    const problem = await refusal(listText(), { cacheFile });
    expect(problem).toMatchObject({ code: 'ranges-older' });
    expect(problem && describeProblem(problem)).toMatch(/2026-08-22.*2026-08-23/);
    const file = write('given', listText(newer));
    expect((await load({ file, cacheFile })).source.source).toBe('file');
    write('cache.json', 'x');
    expect((await load({ file, cacheFile })).notices).toEqual([{ file: cacheFile, code: 'json-malformed' }]);
  });

  it('falls back to nothing: the person asked for that file', async () => {
    const cacheFile = write('cache.json', listText());
    expect(await refusal('{', { cacheFile })).toMatchObject({ code: 'ranges-truncated' });
  });
});
