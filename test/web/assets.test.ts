import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAssets } from '../../web/assets.ts';
import { type Message, send } from './support/send.ts';
import { startTestHost, type TestHost } from './support/start-test-host.ts';

let host: TestHost;
let folder = '';
beforeAll(async () => {
  host = await startTestHost();
  folder = await mkdtemp(join(tmpdir(), 'waylight-assets-'));
  await mkdir(join(folder, 'renderer'));
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'renderer', 'secret.txt'), 'not in the map');
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, message: Message = {}) =>
  send(host, {
    method: 'GET',
    path,
    ...message,
    headers: { 'x-waylight-token': undefined, 'content-type': undefined, origin: undefined, ...message.headers },
  });

describe('the page', () => {
  it.each(['/', '/index.html'])('%s is given with every wall around it', async (path) => {
    const { status, headers, text } = await get(path, { headers: { 'sec-fetch-site': 'none' } });
    expect({ status, text }).toMatchObject({ status: 200, text: expect.stringContaining('<title>Waylight') });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(Object.keys(headers).filter((name) => /^access-control|^server$|^x-powered/.test(name))).toEqual([]);
  });

  it('has the same walls around refusals and calls', async () => {
    const replies = await Promise.all([get('/nothing'), send(host), send(host, { headers: { origin: 'null' } })]);
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it('HEAD says how long it is and gives nothing', async () => {
    const { status, headers, text } = await get('/chunks/page.js', { method: 'HEAD' });
    expect({ status, text, type: headers['content-type'] }).toEqual({
      status: 200,
      text: '',
      type: 'text/javascript; charset=utf-8',
    });
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
  });

  it.each(['cross-site', 'same-site', 'cross-site, none', ''])('is not for a page that is %j', async (site) => {
    expect((await get('/chunks/page.js', { headers: { 'sec-fetch-site': site } })).status).toBe(403);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])('is not for the origin %s', async (origin) => {
    expect((await get('/', { headers: { origin } })).status).toBe(403);
  });

  it('is not given to a name that was made to lead here', async () => {
    expect((await get('/', { headers: { host: `evil.example:${host.port}` } })).status).toBe(403);
  });
});

describe('paths', () => {
  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/chunks/../../../etc/passwd',
    '/chunks/..%5c..%5cpackage.json',
    '/chunks\\..\\page.js',
    '//etc/passwd',
    '/./index.html',
    '/chunks//page.js',
    '/chunks/page.js/',
    '/chunks/page.js%00.html',
    '/chunks/page.js?x',
    '/chunks/page%2ejs',
    '/CHUNKS/page.js',
    '/chunks/',
    '/assets.json',
    '/secret.txt',
    '/__proto__',
    '/constructor',
    '/?',
    '/#',
    '*',
    'index.html',
    'file:///etc/passwd',
    '/%c0%ae%c0%ae/package.json',
    `/${'a/'.repeat(4000)}`,
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await get(path);
    expect([400, 404]).toContain(status);
    expect(text).not.toMatch(/root:|"name"|doctype/);
  });
});

describe('the asset map', () => {
  const write = (map: unknown) => writeFile(join(folder, 'assets.json'), JSON.stringify(map));

  it('is all that is given', async () => {
    await write({ 'index.html': { type: 'text/html; charset=utf-8' } });
    expect([...(await loadAssets(folder)).keys()].sort()).toEqual(['/', '/index.html']);
  });

  it.each([
    ['without a page', {}],
    ['that is a list', []],
    ['with a file that is missing', { 'index.html': { type: 'text/html' }, 'a.js': { type: 'text/javascript' } }],
    ['that climbs', { 'index.html': { type: 'text/html' }, '../assets.json': { type: 'text/plain' } }],
    ['with a type that is none', { 'index.html': { type: 7 } }],
    ['with a type that ends the header', { 'index.html': { type: 'text/html\r\nset-cookie: a=b' } }],
  ])('is refused %s', async (_name, map) => {
    await write(map);
    await expect(loadAssets(folder)).rejects.toThrow();
  });
});
