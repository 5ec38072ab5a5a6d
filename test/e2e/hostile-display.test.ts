import { afterEach, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { hostile } from './engines/hostile-texts.ts';
import { goTo, passFirstRun } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startScriptedApp, startWebApp } from './start-web-app.ts';

const say = sayIn('en');

describe.skipIf(!requireTool(['chromium']))('hostile texts in front of a person', () => {
  let app: OpenApp;
  afterEach(() => app?.close());

  it('shows a hostile service, route, certificate, title and redirect as text, and runs nothing of them', async () => {
    app = await startScriptedApp('hostile-run.ts');
    const { page } = app;
    await passFirstRun(page, 'en');
    await page.getByRole('button', { name: say('check.empty.practice') }).click();
    const row = page.getByRole('rowheader', { name: hostile.name });
    await row.waitFor();
    await row.click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('details').evaluateAll((all) => {
      for (const item of all) if (item instanceof HTMLDetailsElement) item.open = true;
    });
    const text = await page.locator('main').textContent();
    for (const part of [hostile.name, hostile.redirect, hostile.key]) expect(text).toContain(part);
    expect(text).toContain(hostile.subject.slice(0, 60));
    for (const screen of ['map', 'aws', 'report', 'history', 'check']) {
      await goTo(page, say, screen);
      await page.getByRole('heading', { level: 1 }).waitFor();
      // Nothing that came from outside may widen the page.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
    expect(await page.evaluate(() => '__hit' in window)).toBe(false);
    expect(await page.locator('img[src="x"], [onerror], [onmouseover]').count()).toBe(0);
    expect(app.complaints).toEqual([]);
  });

  it('takes a link with a script in its name, and a service with one, as text', async () => {
    app = await startWebApp();
    const { page } = app;
    await passFirstRun(page, 'en');
    await goTo(page, say, 'routes');
    await page.getByRole('button', { name: say('routes.paste') }).click();
    const name = '<img src=x onerror=window.__hit=1>';
    const link = `socks5h://user:hunter2@proxy.example:1080#${encodeURIComponent(name)}`;
    await page.getByRole('textbox', { name: say('routes.pasteLabel') }).fill(link);
    await page.getByRole('button', { name: say('routes.keep_one') }).click();
    const list = page.getByRole('list', { name: say('routes.title') });
    const item = list.getByRole('listitem').filter({ hasText: 'proxy.example:1080' });
    await item.waitFor();
    expect(await item.textContent()).toContain(name);

    await goTo(page, say, 'settings');
    await page.getByRole('button', { name: say('settings.targetsAdd') }).click();
    const services = JSON.stringify([{ name, group: name, url: 'https://shop.example/' }]);
    await page.getByRole('textbox', { name: say('settings.targetsText') }).fill(services);
    await page.getByRole('button', { name: say('settings.targetsKeep'), exact: true }).click();
    await page.getByText(name).first().waitFor();
    expect(await page.evaluate(() => '__hit' in window)).toBe(false);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    // The password went in and never comes out again.
    expect(await page.content()).not.toContain('hunter2');
    expect(app.complaints).toEqual([]);
  });
});
