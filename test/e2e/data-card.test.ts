import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { findViolations } from './find-violations.ts';
import { goTo, passFirstRun } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startScriptedApp } from './start-web-app.ts';

const say = sayIn('en');
/** A folder to put pictures of the card into, for a look afterwards. */
const pictures = process.env.WAYLIGHT_PICTURES;

describe.skipIf(!requireTool(['chromium']))('the card that says where the ranges come from', () => {
  let app: OpenApp;
  afterEach(() => app?.close());

  it.each(['light', 'dark'] as const)('gets the newest list over the routes in turn (%s)', async (theme) => {
    app = await startScriptedApp('refresh-run.ts');
    const { page } = app;
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const shoot = async (name: string) => {
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${theme}.png`), fullPage: true });
    };
    await passFirstRun(page, 'en');
    await goTo(page, say, 'routes');
    await page.getByRole('button', { name: say('routes.paste') }).click();
    const link = 'socks5h://ann:korova-92@berlin.example:1080#Berlin';
    await page.getByRole('textbox', { name: say('routes.pasteLabel') }).fill(link);
    await page.getByRole('button', { name: say('routes.keep_one') }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await goTo(page, say, 'aws');
    await page.getByRole('tab', { name: say('aws.tabs.data') }).click();
    const card = page.getByRole('region', { name: say('aws.data') });
    await card.getByText(say('aws.sources.packaged')).waitFor();
    await card.getByText(say('aws.notConfirmed'), { exact: true }).waitFor();
    await card.getByText(/March 1, 2026, \d+ days ago/).waitFor();

    await card.getByRole('button', { name: say('aws.refresh') }).click();
    await card.getByRole('button', { name: say('aws.refreshing'), disabled: true }).waitFor();
    await card.getByText(say('aws.refreshFailed')).waitFor();
    const problems = card.getByRole('status').getByRole('listitem');
    expect(await problems.allTextContents()).toEqual([
      'over “Current connection”: has 5000 rows where the list in use has 16100: more than 30 % apart, so it is not trusted',
      'over “Berlin”: cannot be reached over this route (timeout)',
    ]);
    await card.getByText(say('aws.sources.packaged')).waitFor();
    await card.getByText(/newer list knows more/).waitFor();
    await shoot('refused');
    expect(await findViolations(page)).toEqual([]);

    await card.getByRole('button', { name: say('aws.refresh') }).click();
    const done = say('aws.refreshed', { date: 'August 22, 2026', route: 'Berlin' });
    await card.getByText(done).waitFor();
    await card.getByText(say('aws.sources.official')).waitFor();
    expect(await card.getByText(say('aws.notConfirmed'), { exact: true }).count()).toBe(0);
    expect(await problems.count()).toBe(1);
    // Amazon has just said that there is nothing newer.
    expect(await card.getByText(/newer list knows more/).count()).toBe(0);

    const daily = card.getByRole('switch', { name: say('settings.refreshRanges') });
    expect(await daily.isChecked()).toBe(false);
    await daily.click();
    await expect.poll(() => daily.isChecked()).toBe(true);
    await shoot('taken');
    expect(await page.locator('body').textContent()).not.toContain('korova');
    await goTo(page, say, 'settings');
    expect(await page.getByRole('switch', { name: say('settings.refreshRanges') }).isChecked()).toBe(true);
    await shoot('settings');
    expect(app.complaints).toEqual([]);
  });
});
