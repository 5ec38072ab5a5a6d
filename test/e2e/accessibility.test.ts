import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screens } from '../../model/screens.ts';
import { requireTool } from '../support/require-tool.ts';
import { findViolations } from './find-violations.ts';
import { goTo, openTarget, playPractice } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startWebApp } from './start-web-app.ts';

const say = sayIn('en');
const themes = ['light', 'dark', 'contrast'] as const;

async function setTheme(app: OpenApp, theme: string): Promise<void> {
  const { page } = app;
  await goTo(page, say, 'settings');
  await page.getByRole('combobox', { name: say('settings.theme') }).selectOption(theme);
  await page.locator(`html[data-shade="${theme}"]`).waitFor();
  // A colour on its way from one to the other is none that anybody reads.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
}

describe.skipIf(!requireTool(['chromium']))('no barrier on any screen', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await startWebApp();
  });
  afterAll(() => app?.close());

  it('on the first run', async () => {
    const { page } = app;
    for (const step of ['firstRun.next', 'firstRun.next', 'firstRun.agree']) {
      const button = page.getByRole('button', { name: say(step), exact: true });
      await button.waitFor();
      expect(await findViolations(page)).toEqual([]);
      await button.click();
    }
    await page.getByRole('navigation', { name: say('rail.label') }).waitFor();
  });

  it.each(themes)('on the empty screens, in %s', async (theme) => {
    await setTheme(app, theme);
    for (const screen of screens) {
      await goTo(app.page, say, screen);
      expect(await findViolations(app.page), screen).toEqual([]);
    }
  });

  it('on the dialogs', async () => {
    const { page } = app;
    await goTo(page, say, 'routes');
    for (const name of ['routes.add', 'routes.paste', 'routes.detect']) {
      await page.getByRole('button', { name: say(name), exact: true }).click();
      await page.getByRole('dialog').waitFor();
      expect(await findViolations(page), name).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it.each(themes)('on every screen after a run, in %s', async (theme) => {
    const { page } = app;
    await setTheme(app, theme);
    await goTo(page, say, 'check');
    const again = page.getByRole('button', { name: say('check.again'), exact: true });
    if (theme === themes[0]) await playPractice(page, say);
    await again.waitFor();
    for (const screen of screens) {
      await goTo(page, say, screen);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await findViolations(page), screen).toEqual([]);
    }
    await goTo(page, say, 'check');
    await openTarget(page, say, 'GitHub');
    expect(await findViolations(page), 'detail').toEqual([]);
  });

  it('at 200 % in a window of 900 pixels, without scrolling sideways', async () => {
    const { page } = app;
    await page.setViewportSize({ width: 900, height: 700 });
    await goTo(page, say, 'settings');
    await page.getByRole('combobox', { name: say('settings.zoom') }).selectOption('200');
    for (const screen of screens) {
      await goTo(page, say, screen);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await findViolations(page), screen).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), screen).toBe(true);
    }
    expect(app.complaints).toEqual([]);
  });
});
