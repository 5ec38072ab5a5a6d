import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFolder } from './a-folder.ts';
import { ask, askFor, hasBrowser, heard, isOver, listen, outFolder } from './ask-page.ts';
import { type Desktop, startAgain, startDesktop } from './start-desktop.ts';

describe.skipIf(!hasBrowser)('the desktop app', () => {
  let desktop: Desktop;
  const dataFolder = aFolder();
  beforeAll(async () => {
    desktop = await startDesktop({ dataFolder, outFolder });
  });
  afterAll(() => desktop?.close());

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
    expect(dialogs().map(({ kind }) => kind)).toEqual(['save', 'save']);
    expect(await ask(page, 'copyReport', { runId, redaction: 'standard' })).toMatchObject({ ok: true });
    expect((await app.next('clipboard')).text).toContain('Waylight');
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

  it('stops a run when the machine goes to sleep, says why, and shows nothing that failed in it', async () => {
    const { page, app } = desktop;
    await listen(page);
    await askFor(page, 'startPractice', { scenario: 'russia-2026' });
    await heard(page, "event.type === 'run' && event.updates.some(({ type }) => type === 'cells')");
    await app.tellPower('suspend');
    await heard(page, isOver);
    await heard(page, "event.type === 'missed'");
    const current = await askFor(page, 'readCurrentRun');
    expect(current?.view.outcome).toMatchObject({ partial: true, problems: [{ code: 'machine-slept' }] });
    expect(current?.view.cells.some(({ state }) => state === 'failed' || state === 'impaired')).toBe(false);
    await app.tellPower('resume');
  });

  it.runIf(process.platform === 'linux')(
    'tells the engine neither proxies nor key logs of its environment',
    async () => {
      const { pid } = await desktop.app.next('engine', ({ event }) => event === 'spawn');
      const env = {
        HTTPS_PROXY: 'http://me:hunter2@192.0.2.1:1',
        SSLKEYLOGFILE: join(aFolder(), 'keys'),
        LANG: 'fa_IR.UTF-8',
      };
      const other = await startDesktop({ dataFolder: aFolder(), outFolder, env });
      try {
        await askFor(other.page, 'readData');
        const spawned = await other.app.next('engine', ({ event }) => event === 'spawn');
        expect(spawned.pid).not.toBe(pid);
        const told =
          readFileSync(`/proc/${spawned.pid}/environ`, 'utf8') + readFileSync(`/proc/${spawned.pid}/cmdline`, 'utf8');
        expect(told).toContain('UV_THREADPOOL_SIZE=512');
        expect(told).toContain('LANG=fa_IR.UTF-8');
        for (const secret of ['hunter2', 'PROXY', 'SSLKEYLOGFILE']) expect(told).not.toContain(secret);
      } finally {
        await other.close();
      }
    },
  );

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
    await app.next('tray', ({ image }) => image === null);
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
