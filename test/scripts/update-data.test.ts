import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../model/problem.ts';
import { type DataSource, updateData } from '../../scripts/update-data.ts';
import { createSyntheticRanges } from '../bench/synthetic-ranges.ts';

/** As large as Amazon's own list, published `seconds` after it. */
const synthetic = JSON.parse(createSyntheticRanges());
function list(seconds: number, changes: object = {}): string {
  const date = new Date((Number(synthetic.syncToken) + seconds) * 1000).toISOString();
  const createDate = date.slice(0, 19).replaceAll(/[T:]/g, '-');
  return JSON.stringify({
    ...synthetic,
    syncToken: String(Number(synthetic.syncToken) + seconds),
    createDate,
    ...changes,
  });
}

let out: string;
let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: (string | undefined)[];
beforeEach(async () => {
  out = mkdtempSync(join(tmpdir(), 'waylight-update-data-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip-ranges.json`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(out, { recursive: true });
});

const snapshot = () => join(out, 'ranges', 'ip-ranges.json.gz');
const embedded = () => gunzipSync(readFileSync(snapshot())).toString();
const fetchIt = (world: DataSource['world'] = {}) => updateData({ out, url, world: { loopbackHttp: true, ...world } });
const etag = () => JSON.parse(readFileSync(join(out, 'ip-ranges.checked'), 'utf8')).etag;
const codes = async (result: ReturnType<typeof updateData>) => {
  const outcome = await result;
  return outcome.ok
    ? outcome.value.updated
    : outcome.problems.map(({ code, params }) => [code, params?.reason ?? null]);
};
const give =
  (text: string | Uint8Array, headers: Record<string, string> = {}, status = 200): typeof answer =>
  (_, response) => {
    response.writeHead(status, headers).end(text);
  };

describe('npm run data:update', () => {
  it('embeds the list, keeps its ETag, and asks again with it', async () => {
    answer = give(list(10), { etag: '"one"' });
    expect(await fetchIt()).toMatchObject({ ok: true, value: { updated: true, rows: 16_826 } });
    expect(embedded()).toBe(list(10));
    expect(readdirSync(out).sort()).toEqual(['ip-ranges.checked', 'ranges']);
    expect(readdirSync(join(out, 'ranges'))).toEqual(['ip-ranges.json.gz']);
    answer = give('', {}, 304);
    expect(await fetchIt()).toMatchObject({ ok: true, value: { updated: false, rows: 16_826 } });
    expect(asked).toEqual([undefined, '"one"']);
    answer = give(list(20));
    expect(await codes(fetchIt())).toBe(true);
    expect(embedded()).toBe(list(20));
    expect(etag()).toBeUndefined();
  });

  it('asks for the whole list when the snapshot of its ETag is gone or damaged, or the ETag is no ETag', async () => {
    answer = give(list(10), { etag: '"one"' });
    await fetchIt();
    writeFileSync(snapshot(), 'damaged');
    expect(await codes(fetchIt())).toBe(true);
    const kept = JSON.parse(readFileSync(join(out, 'ip-ranges.checked'), 'utf8'));
    writeFileSync(join(out, 'ip-ranges.checked'), JSON.stringify({ ...kept, etag: '"one"\r\nhost: elsewhere' }));
    expect(await codes(fetchIt())).toBe(false);
    expect(asked).toEqual([undefined, undefined, undefined]);
  });

  it('takes a file in place of a download, packed too', async () => {
    const from = join(out, 'given');
    writeFileSync(from, gzipSync(list(10)));
    expect(await codes(updateData({ out, from, url }))).toBe(true);
    expect(embedded()).toBe(list(10));
    expect(asked).toEqual([]);
    expect(await updateData({ out, from: join(out, 'none') })).toEqual({
      ok: false,
      problems: [{ file: join(out, 'none'), code: 'file-missing' }],
    });
  });

  it.each([
    ['a page', '<!doctype html><title>Blocked</title>', [['json-malformed', null]]],
    ['another JSON', '{"a":1}', [['ranges-not-aws', null]]],
    ['a list cut short', list(20).slice(0, 500_000), [['ranges-truncated', null]]],
    ['an older list', list(5), [['ranges-older', null]]],
    [
      'a list without its second half',
      list(20, { prefixes: synthetic.prefixes.slice(0, 3000) }),
      [['ranges-row-count', null]],
    ],
    ['the same list', list(10), false],
  ])('with a list already: %s changes nothing', async (_, text, expected) => {
    answer = give(list(10), { etag: '"one"' });
    await fetchIt();
    answer = give(text, { etag: '"two"' });
    expect(await codes(fetchIt())).toEqual(expected);
    expect(embedded()).toBe(list(10));
    expect(etag()).toBe(expected === false ? '"two"' : '"one"');
  });

  it.each([
    ['older than the floor', list(-1), [['ranges-older', null]]],
    ['a few rows', list(20, { prefixes: synthetic.prefixes.slice(0, 5000) }), [['ranges-row-count', null]]],
  ])('without a list yet: %s is not embedded', async (_, text, expected) => {
    answer = give(text);
    expect(await codes(fetchIt())).toEqual(expected);
    expect(existsSync(snapshot())).toBe(false);
  });

  it.each<[string, typeof answer, ProblemCode, string | null]>([
    ['an error of the server', give('no', {}, 503), 'fetch-status', null],
    ['304 to a question without an ETag', give('', {}, 304), 'fetch-status', null],
    ['a redirect, even to itself', give('', { location: '/' }, 302), 'fetch-redirect', null],
    [
      'an answer broken off',
      (_, response) => response.writeHead(200, { 'content-length': '9' }).end('{', () => response.destroy()),
      'fetch-broken',
      'eof',
    ],
  ])('%s embeds nothing and says why', async (_, given, code, reason) => {
    answer = given;
    expect(await codes(fetchIt())).toEqual([[code, reason]]);
    expect(readdirSync(out)).toEqual([]);
  });

  it('gives up on a server that never ends', async () => {
    answer = (_, response) => void response.writeHead(200).write('{');
    expect(await codes(fetchIt({ deadlineMs: 100 }))).toEqual([['fetch-slow', 'timeout']]);
  });

  it('reads no more than the limit, counted after unpacking', async () => {
    answer = give(gzipSync(Buffer.alloc(40 * 1024 * 1024)), { 'content-encoding': 'gzip' });
    expect(await codes(fetchIt())).toEqual([['ranges-too-large', null]]);
  });

  it('names a server that nobody runs', async () => {
    await new Promise((closed) => server.close(closed));
    expect(await codes(fetchIt())).toEqual([['fetch-unreachable', 'refused ECONNREFUSED']]);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
});
