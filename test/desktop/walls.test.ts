import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callNames } from '../../model/call-names.ts';
import type { Input } from '../../model/contract.ts';
import { aFolder } from './a-folder.ts';
import { ask, askFor, hasBrowser, outFolder } from './ask-page.ts';
import { type Desktop, startDesktop } from './start-desktop.ts';

describe.skipIf(!hasBrowser)('the walls around the page', () => {
  let desktop: Desktop;
  const dataFolder = aFolder();
  beforeAll(async () => {
    desktop = await startDesktop({ dataFolder, outFolder });
  });
  afterAll(() => desktop?.close());

  it('gives its page the contract and nothing besides, frozen', async () => {
    const { page } = desktop;
    const keys = await page.evaluate('Object.keys(api)');
    expect((keys as string[]).sort()).toEqual([...callNames, 'subscribe'].sort());
    const facts = await page.evaluate(`({
      frozen: Object.isFrozen(api) && Object.values(api).every(Object.isFrozen),
      replaced: (() => { try { 'use strict'; globalThis.api = {}; } catch {} return Object.keys(api).length; })(),
      deleted: delete globalThis.api,
      node: ['require', 'process', 'module', 'global', 'Buffer', 'electron', 'ipcRenderer', 'standIn', 'standInSend']
        .filter((name) => name in globalThis),
    })`);
    expect(facts).toEqual({ frozen: true, replaced: callNames.length + 1, deleted: false, node: [] });
  });

  it('shows its first screen, and answers', async () => {
    const { page, app } = desktop;
    await page.getByRole('button').first().waitFor();
    const host = await askFor(page, 'readHost');
    expect(host).toMatchObject({ host: 'desktop', secrets: 'keychain', setAside: [] });
    expect(host.dataFolder).toBe(join(dataFolder, 'waylight'));
    const garbage = { id: { toString: 'x' }, enabled: 'yes' } as unknown as Input<'toggleRoute'>;
    expect(await ask(page, 'toggleRoute', garbage)).toEqual({ ok: false, problems: [{ code: 'call-malformed' }] });
    expect(app.said()).toBe('');
  });

  it('serves every file of the page from the map, under one policy', async () => {
    const outcomes = desktop.app.all('request').map(({ address, outcome }) => [new URL(address).protocol, outcome]);
    expect(outcomes.length).toBeGreaterThan(2);
    expect(outcomes.every(([scheme, outcome]) => scheme === 'app:' && outcome === 'served')).toBe(true);
    expect(await desktop.page.evaluate('isSecureContext')).toBe(true);
  });

  it('gives a frame nothing', async () => {
    const inFrame = await desktop.page.evaluate(`(() => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const has = 'api' in frame.contentWindow;
      frame.remove();
      return has;
    })()`);
    expect(inFrame).toBe(false);
  });

  it('runs no script and loads no address that is not of the app', async () => {
    const ran = await desktop.page.evaluate(`(async () => {
      const broken = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => broken.push(effectiveDirective));
      const inline = document.createElement('script');
      inline.textContent = 'globalThis.inlineRan = true';
      document.body.append(inline);
      const errors = [];
      await fetch('http://127.0.0.1:1/').catch(() => errors.push('fetch'));
      try { new WebSocket('ws://127.0.0.1:1/').onerror = () => errors.push('socket'); } catch { errors.push('socket'); }
      await new Promise((done) => {
        const image = document.body.appendChild(new Image());
        image.onerror = done;
        image.src = 'https://example.org/x.png';
      });
      try { new Function('globalThis.inlineRan = true')(); } catch {}
      return { broken, errors, inline: globalThis.inlineRan === true };
    })()`);
    expect(ran).toMatchObject({ inline: false });
    expect((ran as { errors: string[] }).errors).toContain('fetch');
    expect((ran as { broken: string[] }).broken).toEqual(
      expect.arrayContaining(['script-src-elem', 'connect-src', 'img-src']),
    );
  });

  it('stays where it is, and opens nothing', async () => {
    const { page, app } = desktop;
    const before = page.url();
    await page.evaluate("location.href = 'https://example.org/'");
    await app.next('request', ({ address, outcome }) => address === 'https://example.org/' && outcome === 'prevented');
    await page.evaluate("location.href = 'https://other.app.invalid/index.html'");
    await app.next(
      'request',
      ({ address, outcome }) => address === 'app://other/index.html' && outcome === 'prevented',
    );
    await page.evaluate('location.reload()');
    await app.next(
      'request',
      ({ address, outcome }) => address === 'app://waylight/index.html' && outcome === 'prevented',
    );
    expect(await page.evaluate("window.open('https://example.org/popup')")).toBeNull();
    expect(await app.next('popup')).toMatchObject({ action: 'deny' });
    expect(page.url()).toBe(before);
    expect((await askFor(page, 'readHost')).host).toBe('desktop');
  });

  it('asks for nothing a browser could grant', async () => {
    const states = await desktop.page.evaluate(`Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'clipboard-write'].map(
        async (name) => (await navigator.permissions.query({ name })).state,
      ),
    )`);
    expect(new Set(states as string[])).toEqual(new Set(['denied']));
  });

  it('opens only its own pages in a browser', async () => {
    const { page, app } = desktop;
    expect(await askFor(page, 'openLink', { link: 'source' })).toEqual({ outcome: 'done' });
    const foreign = { link: 'https://example.org/' } as unknown as Input<'openLink'>;
    expect(await ask(page, 'openLink', foreign)).toEqual({ ok: false, problems: [{ code: 'call-malformed' }] });
    await app.next('external');
    expect(app.all('external').map(({ address }) => new URL(address).origin)).toEqual(['https://github.com']);
  });

  it('cancels the request of a page that got around its policy', async () => {
    const { page, app } = desktop;
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setBypassCSP', { enabled: true });
    const loaded = page.waitForEvent('load');
    await app.reload();
    await loaded;
    await page.evaluate("fetch('http://127.0.0.1:1/leak').catch(() => {})");
    await app.next(
      'request',
      ({ address, outcome }) => address === 'http://127.0.0.1:1/leak' && outcome === 'cancelled',
    );
    await page.evaluate("void (new Image().src = 'https://example.org/leak')");
    await app.next(
      'request',
      ({ address, outcome }) => address === 'https://example.org/leak' && outcome === 'cancelled',
    );
    expect(app.all('request').filter(({ outcome }) => outcome === 'no-network')).toEqual([]);
  });
});
