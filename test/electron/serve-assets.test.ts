import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Protocol } from 'electron';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAssetMap, readAssetMap } from '../../electron/asset-map.ts';
import { serveAssets } from '../../electron/serve-assets.ts';

const folder = mkdtempSync(join(tmpdir(), 'waylight-assets-'));
mkdirSync(join(folder, 'renderer/chunks'), { recursive: true });
const page = '<!doctype html><title>Waylight</title>';
writeFileSync(join(folder, 'renderer/index.html'), page);
writeFileSync(join(folder, 'renderer/chunks/a-1.js'), 'export {};');
writeFileSync(join(folder, 'renderer/unlisted.txt'), 'not for the page');
writeFileSync(join(folder, 'secret.txt'), 'not for the page');
const types = {
  'index.html': { type: 'text/html; charset=utf-8' },
  'chunks/a-1.js': { type: 'text/javascript; charset=utf-8' },
  'gone.css': { type: 'text/css' },
};
writeFileSync(join(folder, 'assets.json'), JSON.stringify(types));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Handler = (request: Request) => Response | Promise<Response>;

async function openServer(): Promise<Handler> {
  const handlers = new Map<string, Handler>();
  const protocol: Pick<Protocol, 'handle'> = { handle: (scheme, handler) => void handlers.set(scheme, handler) };
  serveAssets(protocol, await readAssetMap(folder));
  expect([...handlers.keys()]).toEqual(['app']);
  return handlers.get('app') ?? (() => Response.error());
}
const answer = await openServer();

/** A request of Chromium's is a URL as it stands; Node's own would already have tidied it. */
const ask = (url: string, method = 'GET') => answer({ url, method } as Request);

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'none'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe('app://', () => {
  it('serves what the map lists, with its type', async () => {
    const html = await ask('app://waylight/index.html');
    expect([html.status, await html.text()]).toEqual([200, page]);
    expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const script = await ask('app://waylight/chunks/a-1.js');
    expect([script.status, await script.text()]).toEqual([200, 'export {};']);
  });

  it('says the policy on every answer, found or not', async () => {
    const answers = await Promise.all([
      ask('app://waylight/index.html'),
      ask('app://waylight/nothing'),
      ask('app://waylight/gone.css'),
      ask('app://waylight/index.html', 'POST'),
      ask('app://other/index.html'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 500, 405, 404]);
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toBe(contentPolicy);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('takes no notice of a fragment, and answers HEAD without a body', async () => {
    expect((await ask('app://waylight/index.html#/../secret.txt')).status).toBe(200);
    const head = await ask('app://waylight/index.html', 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it.each([
    'app://waylight/unlisted.txt',
    'app://waylight/',
    'app://waylight',
    'app://waylight/../secret.txt',
    'app://waylight/%2e%2e/secret.txt',
    'app://waylight/%2E%2E%2Fsecret.txt',
    'app://waylight/chunks/..%2f..%2fsecret.txt',
    'app://waylight/chunks%2fa-1.js',
    'app://waylight/..\\secret.txt',
    'app://waylight/..%5csecret.txt',
    'app://waylight//index.html',
    'app://waylight///etc/passwd',
    'app://waylight/index.html/',
    'app://waylight/index.html%00',
    'app://waylight/index.html\u0000.js',
    'app://waylight/index.html%00.js',
    'app://waylight/%69ndex.html',
    'app://waylight/INDEX.HTML',
    'app://waylight/index.html?',
    'app://waylight/__proto__',
    'app://waylight/constructor',
    'app://waylight/index.html?x=1',
    'app://waylight/index.html?../secret.txt#x',
    'app://WAYLIGHT/index.html',
    'app://waylight./index.html',
    'app://waylight:443/index.html',
    'app://user@waylight/index.html',
    'app://user:pw@waylight/index.html',
    'app://other/index.html',
    'app://waylight.evil/index.html',
    'app:///index.html',
    'app:waylight/index.html',
    'app:index.html',
    'file:///etc/passwd',
    'https://waylight/index.html',
    'data:text/html,<p>',
    'not an address',
    '',
  ])('gives no file for %j', async (url) => {
    const { status, body } = await ask(url);
    // An empty query is none: `?` alone leads to the same file.
    if (url.endsWith('?')) return expect(status).toBe(200);
    expect([status, body]).toEqual([404, null]);
  });

  it('serves two files and no third, whatever is asked', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '%2f',
        '%5c',
        '\\',
        '/',
        'index.html',
        'renderer',
        'chunks',
        'a-1.js',
        '%00',
        '?',
        '#',
      ),
      fc.string({ maxLength: 8 }),
    );
    const listed = new Set([page, 'export {};']);
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        const found = await ask(`app://waylight/${parts.join('')}`);
        if (found.status === 200) expect(listed.has(await found.text())).toBe(true);
        else expect(found.status).toBe(404);
      }),
      { numRuns: 2000, seed: 45 },
    );
  });
});

describe('the asset map', () => {
  const anAsset = { type: 'text/plain' };
  it.each([
    '../secret.txt',
    'a/../../secret.txt',
    '/etc/passwd',
    'C:\\x',
    'a\\b',
    'a//b',
    '.env',
    'a/.env',
    'a%2fb',
    'a b',
    '',
    'x'.repeat(300),
  ])('is refused with the name %j in it', (name) => {
    const text = JSON.stringify({ 'index.html': anAsset, [name]: anAsset });
    expect(() => parseAssetMap(text, folder)).toThrow();
  });

  it.each(['text/html\r\nx-injected: 1', 'html', '', 'text/html; boundary=x'])(
    'is refused with the type %j',
    (type) => {
      expect(() => parseAssetMap(JSON.stringify({ 'index.html': { type } }), folder)).toThrow();
    },
  );

  it('is refused without a page, damaged or empty', () => {
    for (const text of ['', '{', '[]', 'null', '{}', JSON.stringify({ 'a.js': anAsset })]) {
      expect(() => parseAssetMap(text, folder)).toThrow();
    }
  });
});
