import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aFolder } from './a-folder.ts';
import { askFor, hasBrowser, outFolder } from './ask-page.ts';
import { type Desktop, type DesktopOptions, startAgain, startDesktop } from './start-desktop.ts';

/** Everything below a folder, as one text. */
const textIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

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
    // The window is 1180 wide, and holds a page that is half as large again.
    expect(await second.page.evaluate('innerWidth')).toBe(787);
    const { routes } = await askFor(second.page, 'readRoutes');
    expect(routes.at(-1)).toMatchObject({ label: 'Berlin', hasSecret: true, secretLost: false });
    const { id = '' } = routes.at(-1) ?? {};
    await askFor(second.page, 'copyRouteLink', { id, withSecret: true });
    expect(decodeURIComponent((await second.app.next('clipboard')).text)).toContain('hunter2-ж');
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
