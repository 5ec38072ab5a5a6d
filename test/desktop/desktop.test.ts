import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callNames } from '../../model/call-names.ts';
import type { Answer, Bridge, Input, Output } from '../../model/contract.ts';
import { findTool, requireTool } from '../support/require-tool.ts';
import { browserNames } from './start-chromium.ts';
import { type Desktop, type DesktopOptions, startAgain, startDesktop } from './start-desktop.ts';

const outFolder = resolve(process.env.WAYLIGHT_OUT ?? 'out');
const hasBrowser = browserNames.some((name) => findTool(name) !== null) || requireTool([browserNames[0]]);

type Name = keyof Omit<Bridge, 'subscribe'>;
interface PageGlobals {
  readonly api: Readonly<Record<string, (input?: unknown) => Promise<unknown>>>;
}

/** A call as the page makes it. */
async function ask<N extends Name>(page: Page, name: N, input?: Input<N>): Promise<Answer<Output<N>>> {
  const answer = await page.evaluate(([called, given]) => (globalThis as unknown as PageGlobals).api[called]?.(given), [
    name as string,
    input as unknown,
  ] as const);
  return answer as Answer<Output<N>>;
}

async function askFor<N extends Name>(page: Page, name: N, input?: Input<N>): Promise<Output<N>> {
  const answer = await ask(page, name, input);
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.problems)}`);
  return answer.value;
}

/** From here on the page keeps what the host tells it. */
const listen = (page: Page) =>
  page.evaluate(`
    globalThis.told = [];
    globalThis.watchers = new Set();
    void api.subscribe((event) => { told.push(event); for (const look of watchers) look(); });
  `);
/** Whether the page was told what fits, or when it is; an expression of `event`. */
const heard = (page: Page, fits: string) =>
  page.evaluate(`new Promise((done) => {
    const look = () => { if (told.some((event) => ${fits})) done(true); };
    watchers.add(look);
    look();
  })`);
const isOver = "event.type === 'run' && event.updates.some(({ type }) => type === 'finished')";

const folders: string[] = [];
const aFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-desktop-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Everything below a folder, as one text. */
const textIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

describe.skipIf(!hasBrowser)('the desktop app', () => {
  let desktop: Desktop;
  const dataFolder = aFolder();

  beforeAll(async () => {
    if (!existsSync(join(outFolder, 'main.js'))) throw new Error(`there is no main.js in ${outFolder}: npm run build`);
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
    await page.evaluate("void window.open('https://example.org/popup')");
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

  it('comes to the front when it is started again, at the screen a link names', async () => {
    const { page, app } = desktop;
    await listen(page);
    const shownBefore = app.all('window').filter(({ event }) => event === 'focused').length;
    const second = await startAgain({ dataFolder, outFolder, words: ['--flag', 'waylight://show/routes', 'tg://x'] });
    expect(await second.app.ended).toBe(0);
    expect(second.app.all('window')).toEqual([]);
    await second.close();
    await heard(page, "event.type === 'show' && event.screen === 'routes'");
    expect(app.all('window').filter(({ event }) => event === 'focused').length).toBe(shownBefore + 1);
    for (const link of ['waylight://show/nothing', 'waylight://x', 'https://example.org/']) await app.openLink(link);
    await app.openLink('waylight://show/settings');
    await heard(page, "event.type === 'show' && event.screen === 'settings'");
    expect(await page.evaluate("told.filter(({ type }) => type === 'show').length")).toBe(2);
  });

  it('practises, saves where the person says, and leaves the page without a path', async () => {
    const { page, app, dialogs } = desktop;
    await listen(page);
    const [scenario] = await askFor(page, 'readScenarios');
    const { runId } = await askFor(page, 'startPractice', { scenario: scenario?.id ?? '' });
    await heard(page, isOver);
    const report = { runId, redaction: 'standard', format: 'json' } as const;
    expect(await askFor(page, 'saveReport', report)).toEqual({ outcome: 'cancelled' });
    const path = join(aFolder(), 'mine.json');
    await app.answerSaveDialog(path);
    expect(await askFor(page, 'saveReport', report)).toEqual({ outcome: 'saved', name: 'mine.json' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ id: runId });
    expect(dialogs()).toHaveLength(2);
    expect(await ask(page, 'copyReport', { runId, redaction: 'standard' })).toMatchObject({ ok: true });
    expect(app.all('clipboard').at(-1)?.text).toContain('Waylight');
  });

  it('tells that the engine was lost in the middle of a run, and runs again', async () => {
    const { page, app } = desktop;
    await listen(page);
    const [scenario] = await askFor(page, 'readScenarios');
    const started = await askFor(page, 'startPractice', { scenario: scenario?.id ?? '' });
    await heard(page, "event.type === 'run' && event.updates.some(({ type }) => type === 'cells')");
    await app.crashEngine();
    await heard(page, "event.type === 'run' && event.updates.some(({ type }) => type === 'lost')");
    const current = await askFor(page, 'readCurrentRun');
    expect(current?.view).toMatchObject({ lost: true, plan: { runId: started.runId } });
    await listen(page);
    await askFor(page, 'startPractice', { scenario: scenario?.id ?? '' });
    await heard(page, isOver);
    expect(app.all('engine').filter(({ event }) => event === 'spawn').length).toBeGreaterThan(1);
  });

  it('goes into the tray and comes back', async () => {
    const { page, app } = desktop;
    await askFor(page, 'changeSettings', { tray: true });
    const tray = await app.next('tray');
    expect(tray.image).toMatch(/build\/tray\/unknown\.png$/);
    expect(tray.menu).toEqual(['Open Waylight', 'Check now', 'Quit Waylight']);
    await app.closeWindow();
    expect(app.all('window').at(-1)?.event).toBe('hidden');
    await app.clickTray();
    expect(
      app.all('window').some(({ event }, index, all) => event === 'focused' && all[index - 1]?.event === 'shown'),
    ).toBe(true);
    await askFor(page, 'changeSettings', { tray: false });
    expect(app.all('tray').at(-1)?.image).toBeNull();
  });

  it('opens only its own pages in a browser', async () => {
    const { page, app } = desktop;
    expect(await askFor(page, 'openLink', { link: 'source' })).toEqual({ outcome: 'done' });
    const foreign = { link: 'https://example.org/' } as unknown as Input<'openLink'>;
    expect(await ask(page, 'openLink', foreign)).toEqual({ ok: false, problems: [{ code: 'call-malformed' }] });
    expect(app.all('external').map(({ address }) => new URL(address).origin)).toEqual(['https://github.com']);
  });

  // Both leave the page as they do not find it, so they come last.
  it('cancels the request of a page that got around its policy', async () => {
    const { page, app } = desktop;
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setBypassCSP', { enabled: true });
    const loads = () => app.all('window').filter(({ event }) => event === 'loaded').length;
    const before = loads();
    await app.reload();
    await app.next('window', () => loads() === before + 1);
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

  it('opens the page anew when its process dies', async () => {
    const { page, app } = desktop;
    const loads = () => app.all('window').filter(({ event }) => event === 'loaded').length;
    const before = loads();
    const session = await page.context().newCDPSession(page);
    void session.send('Page.crash').catch(() => {});
    await app.next('window', ({ event }) => event === 'lost');
    await app.next('window', () => loads() === before + 1);
    expect(app.all('dialog').filter(({ kind }) => kind === 'error')).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)('from one start to the next', () => {
  const open: Desktop[] = [];
  const start = async (options: DesktopOptions) => {
    const desktop = await startDesktop(options);
    open.push(desktop);
    return desktop;
  };
  afterEach(async () => {
    for (const desktop of open.splice(0)) await desktop.close();
  });
  const proxy = {
    kind: 'socks5h',
    label: 'Berlin',
    host: '192.0.2.7',
    port: '1080',
    username: 'me',
    password: 'hunter2-ж',
  } as const;

  it('what was chosen stays, and a password lies sealed on the disk', async () => {
    const dataFolder = aFolder();
    const first = await start({ dataFolder, outFolder });
    await askFor(first.page, 'changeSettings', { theme: 'dark', zoom: 150, language: 'ru' });
    await first.app.next('theme', ({ source }) => source === 'dark');
    expect(JSON.stringify(await askFor(first.page, 'addRoute', proxy))).not.toContain('hunter2');
    await first.close();
    expect(await first.app.ended).toBe(0);
    expect(textIn(dataFolder)).not.toContain('hunter2');

    const second = await start({ dataFolder, outFolder });
    expect(await askFor(second.page, 'readSettings')).toMatchObject({ theme: 'dark', zoom: 150, language: 'ru' });
    const { routes } = await askFor(second.page, 'readRoutes');
    expect(routes.at(-1)).toMatchObject({ label: 'Berlin', hasSecret: true, secretLost: false });
    const { id = '' } = routes.at(-1) ?? {};
    await askFor(second.page, 'copyRouteLink', { id, withSecret: true });
    expect(decodeURIComponent(second.app.all('clipboard').at(-1)?.text ?? '')).toContain('hunter2-ж');
  });

  it('without a key store a password is kept in memory, and the page says so', async () => {
    const dataFolder = aFolder();
    const desktop = await start({ dataFolder, outFolder, keyStore: 'basic_text' });
    expect((await askFor(desktop.page, 'readHost')).secrets).toBe('memory');
    await askFor(desktop.page, 'addRoute', proxy);
    await desktop.close();
    expect(textIn(dataFolder)).not.toContain('hunter2');
  });

  it('ends in order when its window is closed', async () => {
    const desktop = await start({ dataFolder: aFolder(), outFolder });
    await desktop.app.closeWindow();
    expect(await desktop.app.ended).toBe(0);
    expect(desktop.app.said()).toBe('');
  });

  it('opens at the screen of the link it was started with', async () => {
    const dataFolder = aFolder();
    const first = await start({ dataFolder, outFolder });
    await askFor(first.page, 'giveConsent');
    await first.close();
    const { page } = await start({ dataFolder, outFolder, words: ['waylight://show/settings'] });
    await page.locator('[aria-current="page"]', { hasText: 'Settings' }).waitFor();
  });
});

describe.skipIf(!hasBrowser)('a start that is not to be', () => {
  it('ends at once where a packaged app is to be looked into', async () => {
    const words = ['--remote-debugging-port=9222'];
    const { app, close } = await startAgain({ dataFolder: aFolder(), outFolder, isPackaged: true, words });
    expect(await app.ended).toBe(2);
    expect(app.said()).toBe('Waylight does not start with --remote-debugging-port\n');
    await close();
  });

  it('says that a part is missing, and where nothing is told of it', async () => {
    const damaged = aFolder();
    cpSync(outFolder, damaged, {
      recursive: true,
      filter: (path) => !/(assets\.json|ranges|types|renderer)$/.test(path),
    });
    const { app, close } = await startAgain({ dataFolder: aFolder(), outFolder: damaged });
    expect(await app.ended).toBe(1);
    expect(app.all('dialog')).toMatchObject([{ kind: 'error', options: { title: 'Waylight cannot start' } }]);
    expect(JSON.stringify(app.all('dialog'))).toContain('ENOENT');
    expect(JSON.stringify(app.all('dialog'))).not.toContain(damaged);
    await close();
  });
});
