import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { runMs } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startWebApp } from './start-web-app.ts';

const say = sayIn('en');
/** More than any screen has places to stop at. */
const mostStops = 150;

interface Stop {
  readonly name: string;
  readonly outlined: boolean;
}

/** What has the focus, by what a screen reader would call it. */
function readFocus(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement;
    // Between the last place and the first one nothing has the focus.
    if (!(element instanceof HTMLElement) || element === document.body) return { name: '', outlined: true };
    const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
    // A field within a frame of its own lets the frame show it.
    const shows = [element, element.parentElement].some((shown) => {
      const style = shown && getComputedStyle(shown);
      return style && style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
    });
    return { name: label.trim(), outlined: shows };
  });
}

/** Tabs until the thing of that name has the focus, and checks that each stop can be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < mostStops; stop++) {
    await page.keyboard.press('Tab');
    const focus = await readFocus(page);
    expect(focus.outlined, `the focus is not seen on “${focus.name}”`).toBe(true);
    if (focus.name === name) return;
  }
  throw new Error(`“${name}” cannot be reached by keyboard`);
}

async function press(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

describe.skipIf(!requireTool(['chromium']))('with the keyboard alone', () => {
  let app: OpenApp;
  afterEach(() => app?.close());

  it('goes from the first start to an exported report', async () => {
    app = await startWebApp();
    const { page } = app;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await press(page, say('firstRun.next'));
    await press(page, say('firstRun.next'));
    await press(page, say('firstRun.agree'));
    await page.getByRole('navigation', { name: say('rail.label') }).waitFor();
    await press(page, say('check.empty.practice'));
    await page.getByRole('button', { name: say('check.again'), exact: true }).waitFor({ timeout: runMs });

    // One stop for the whole grid; inside it the arrows move.
    for (let stop = 0; stop < mostStops; stop++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.closest('[role="grid"]') !== null)) break;
    }
    const rowOf = () =>
      page.evaluate(() => document.activeElement?.closest('[role="row"]')?.getAttribute('aria-rowindex'));
    const start = Number(await rowOf());
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(Number(await rowOf())).toBeGreaterThan(start);
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: say('common.back'), exact: true }).waitFor();
    await press(page, say('common.back'));
    await page.getByRole('grid').waitFor();

    // From here the rail is behind the title.
    await page.locator('#screen-title').focus();
    await press(page, say('rail.report'));
    await page.getByRole('heading', { level: 1, name: say('report.title') }).waitFor();
    await page.getByRole('button', { name: say('report.formats.html') }).waitFor();
    const saved = await app.save(() => press(page, say('report.formats.html')));
    expect(saved.text).toMatch(/^<!doctype html>/i);
    expect(app.complaints).toEqual([]);
  });
});
