import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { findViolations } from './find-violations.ts';
import { goTo, passFirstRun } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startScriptedApp } from './start-web-app.ts';

const say = sayIn('en');
/** A folder to put pictures into, for a look afterwards. */
const pictures = process.env.WAYLIGHT_PICTURES;

describe.skipIf(!requireTool(['chromium']))('a service that stops working', () => {
  let app: OpenApp;
  afterEach(() => app?.close());

  it('is said to be looked at again, and told when two checks in a row show it', async () => {
    app = await startScriptedApp('changing-run.ts');
    const { page } = app;
    await passFirstRun(page, 'en');
    await goTo(page, say, 'settings');
    await page.getByRole('combobox', { name: say('settings.schedule') }).selectOption('60');
    await goTo(page, say, 'check');
    const check = () => page.getByRole('button', { name: say('check.now'), exact: true }).click();
    await check();
    await page.getByRole('grid').getByText('WhatsApp Web').waitFor();
    await check();
    await page.getByText(say('check.changes.recheck.waiting_one', { count: '1' })).waitFor();
    const list = page.getByRole('list', { name: say('check.changes.label') });
    expect(await list.count()).toBe(0);
    await check();
    await list.waitFor();
    expect(await list.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^YouTube stopped working over the current connection, since .+\.$/),
    ]);
    expect(await page.getByText(say('check.changes.recheck.waiting_one', { count: '1' })).count()).toBe(0);
    if (pictures) await page.screenshot({ path: join(pictures, 'changes.png') });
    expect(await findViolations(page)).toEqual([]);
    // It is still there for whoever opens the page later.
    await page.reload();
    await list.waitFor();
    expect(app.complaints).toEqual([]);
  });
});
