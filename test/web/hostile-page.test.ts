import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openChromium } from '../e2e/open-chromium.ts';
import { requireTool } from '../support/require-tool.ts';
import { startTestHost, type TestHost } from './support/start-test-host.ts';

/** A browser may be slow to start on a machine that is busy with other tests. */
const patience = 60_000;

let browser: Browser;
let host: TestHost;
/** A page of somebody else, on another port of this machine: the nearest that a page of another origin can be. */
let stranger: Server;
let strangerOrigin = '';
let page: Page;

describe.skipIf(!requireTool(['chromium']))(
  'a page of somebody else, in a real browser',
  () => {
    beforeAll(async () => {
      host = await startTestHost();
      stranger = createServer((_, response) => {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end('<!doctype html><title>Stranger</title><body></body>');
      });
      await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done));
      strangerOrigin = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
      browser = await openChromium();
    }, patience);
    afterAll(async () => {
      await browser?.close();
      stranger?.close();
      await host?.close();
    }, patience);
    beforeEach(async () => {
      page = await (await browser.newContext()).newPage();
      await page.goto(strangerOrigin);
      return () => page.context().close();
    }, patience);

    /** Everything that reached the gate in between; it has to be nothing. */
    const heard = () => host.calls.length;

    it('our own page can do all of it, so that the others show something', async () => {
      await page.goto(`${host.origin}/#code=${host.newCode()}`);
      expect(await page.evaluate('window.loaded')).toBe(true);
      const before = heard();
      const answers = await page.evaluate(async (code) => {
        const json = { 'Content-Type': 'application/json' };
        const claim = await fetch('/api/claim', { method: 'POST', headers: json, body: JSON.stringify({ code }) });
        const { token } = (await claim.json()) as { token: string };
        const headers = { ...json, 'X-Waylight-Token': token };
        const call = await fetch('/api/readHost', { method: 'POST', headers, body: '' });
        const stream = await fetch('/api/subscribe', { method: 'POST', headers, body: '' });
        const reader = stream.body?.getReader();
        const first = new TextDecoder().decode((await reader?.read())?.value);
        await reader?.cancel();
        return { call: await call.json(), type: stream.headers.get('content-type'), first };
      }, host.newCode());
      expect(answers).toEqual({
        call: { ok: true, value: { heard: null } },
        type: 'text/event-stream',
        first: ': open\n\n',
      });
      expect(heard()).toBe(before + 1);
    });

    it.each(['cors', 'no-cors', 'same-origin'] as const)(
      'fetch in the mode %s reads and does nothing',
      async (mode) => {
        const before = heard();
        const told = await page.evaluate(
          async ({ origin, token, mode }) => {
            const bodies: [string, Record<string, string>][] = [
              ['/api/deleteEverything', { 'Content-Type': 'application/json', 'X-Waylight-Token': token }],
              ['/api/deleteEverything', { 'Content-Type': 'text/plain' }],
              ['/api/subscribe', {}],
              ['/api/claim', {}],
            ];
            const posts = bodies.map(([path, headers]) =>
              fetch(origin + path, { method: 'POST', mode, headers, body: '{}', credentials: 'include' }),
            );
            const gets = ['/', '/index.html', '/chunks/page.js', '/api/readHost'].map((path) =>
              fetch(origin + path, { mode }),
            );
            const settled = await Promise.allSettled([...posts, ...gets]);
            return Promise.all(
              settled.map(async (result) =>
                result.status === 'rejected'
                  ? 'failed'
                  : `${result.value.type} ${result.value.status} ${await result.value.text()}`,
              ),
            );
          },
          { origin: host.origin, token: host.token, mode },
        );
        expect(told).toHaveLength(8);
        for (const text of told) expect(text).toMatch(/^(failed|opaque 0 )$/);
        expect(heard()).toBe(before);
      },
    );

    it.each(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'])(
      'a form sent as %s leads to a refusal',
      async (type) => {
        const before = heard();
        const [response] = await Promise.all([
          page.waitForResponse((candidate) => candidate.url().startsWith(host.origin)),
          page.evaluate(
            ({ action, type }) => {
              const form = document.createElement('form');
              Object.assign(form, { method: 'POST', action, enctype: type });
              const field = document.createElement('input');
              Object.assign(field, { name: '{"confirm":"delete everything","x":"', value: '"}' });
              form.append(field);
              document.body.append(form);
              form.submit();
            },
            { action: `${host.origin}/api/deleteEverything`, type },
          ),
        ]);
        expect(response.status()).toBe(403);
        expect(heard()).toBe(before);
      },
    );

    it('images, scripts, styles, frames and objects load nothing', async () => {
      const before = heard();
      const told = await page.evaluate(async (origin) => {
        const make = (name: string, key: string, path: string) =>
          new Promise<string>((done) => {
            const element = document.createElement(name);
            element.addEventListener('load', () => done(`${name} loaded`));
            element.addEventListener('error', () => done(`${name} failed`));
            if (name === 'link') element.setAttribute('rel', 'stylesheet');
            element.setAttribute(key, origin + path);
            document.body.append(element);
          });
        return Promise.all([
          make('img', 'src', '/'),
          make('script', 'src', '/chunks/page.js'),
          make('link', 'href', '/chunks/page.js'),
          make('object', 'data', '/'),
          make('video', 'src', '/'),
        ]);
      }, host.origin);
      expect(told).toEqual(['img failed', 'script failed', 'link failed', 'object failed', 'video failed']);
      expect(await page.evaluate('window.loaded')).toBeUndefined();
      await page.evaluate((origin) => {
        const frame = document.createElement('iframe');
        frame.src = `${origin}/`;
        document.body.append(frame);
        return new Promise((done) => frame.addEventListener('load', done));
      }, host.origin);
      // A frame that was refused shows the browser's own error page.
      for (const frame of page.frames().slice(1)) {
        expect(frame.url()).not.toMatch(/^http/);
        expect(await frame.content().catch(() => '')).not.toContain('Waylight');
      }
      expect(heard()).toBe(before);
    });

    it('a WebSocket, an EventSource and a beacon get nothing', async () => {
      const before = heard();
      const told = await page.evaluate(async (origin) => {
        const socket = new Promise<string>((done) => {
          const opened = new WebSocket(`${origin.replace('http', 'ws')}/api/subscribe`);
          opened.onopen = () => done('open');
          opened.onerror = () => done('failed');
        });
        const source = new Promise<string>((done) => {
          const opened = new EventSource(`${origin}/api/subscribe`);
          opened.onopen = () => done('open');
          opened.onerror = () => {
            opened.close();
            done('failed');
          };
        });
        navigator.sendBeacon(`${origin}/api/deleteEverything`, new Blob(['{}'], { type: 'text/plain' }));
        navigator.sendBeacon(`${origin}/api/deleteEverything`, new Blob(['{}'], { type: 'application/json' }));
        return Promise.all([socket, source]);
      }, host.origin);
      expect(told).toEqual(['failed', 'failed']);
      expect(heard()).toBe(before);
    });

    it('a window that it opens is out of its reach, and hears nothing of it', async () => {
      const before = heard();
      const [popup, told] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate(async (origin) => {
          const opened = window.open(`${origin}/#code=guess`);
          for (let turn = 0; turn < 20; turn += 1) {
            opened?.postMessage({ type: 'waylight', token: 'x' }, '*');
            await new Promise((done) => setTimeout(done, 25));
          }
          let read = 'nothing';
          try {
            read = opened?.document?.title ?? 'nothing';
          } catch (error) {
            read = (error as Error).name;
          }
          return { read, frames: opened?.length ?? 0 };
        }, host.origin),
      ]);
      expect(['nothing', '', 'SecurityError']).toContain(told.read);
      expect(told.frames).toBe(0);
      // Opened by another page it is refused, so that not even its code runs.
      expect(await popup.content()).not.toContain('chunks/page.js');
      expect(heard()).toBe(before);
    });

    it('what it leads to knows nothing of the token, and no address holds it', async () => {
      await page.goto(`${host.origin}/#code=${host.newCode()}`);
      const referrers: (string | undefined)[] = [];
      page.on('request', (sent) => referrers.push(sent.headers().referer));
      await page.goto(strangerOrigin);
      expect(await page.evaluate('document.referrer')).toBe('');
      expect(referrers).toEqual(referrers.map(() => undefined));
    });
  },
  patience,
);
