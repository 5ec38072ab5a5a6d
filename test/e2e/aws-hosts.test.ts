import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { findViolations } from './find-violations.ts';
import { goTo, passFirstRun, runMs } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startScriptedApp } from './start-web-app.ts';

const say = sayIn('en');

describe.skipIf(!requireTool(['chromium']))('the AWS screen with ten thousand hosts', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await startScriptedApp('cloud-run.ts');
    await passFirstRun(app.page, 'en');
    await app.page.getByRole('button', { name: say('check.empty.practice') }).click();
    await goTo(app.page, say, 'aws');
  });
  afterAll(() => app?.close());

  const rows = () => app.page.locator('table').nth(1).locator('tbody tr');

  it('shows hosts while the check goes on, and that the score comes at the end', async () => {
    const { page } = app;
    await page.getByText(say('aws.scoreLater')).waitFor({ timeout: runMs });
    await rows().first().waitFor();
    expect(await rows().first().textContent()).toContain(say('aws.noScore.running'));
    expect(await page.getByText('few-siblings').count()).toBe(0);
  });

  it('shows a hundred at a time, each with its band, its evidence and what it would take to be surer', async () => {
    const { page } = app;
    await page.getByText(say('aws.scoreLater')).waitFor({ state: 'detached', timeout: runMs });
    await rows()
      .filter({ hasText: say('aws.toBeSure', { what: say('aws.needs.few-siblings') }) })
      .first()
      .waitFor();
    expect(await rows().count()).toBe(100);
    const said = (await rows().first().textContent()) ?? '';
    expect(said).toContain(`Possible: ${say('aws.because.few-siblings')}`);
    expect(said.indexOf('0.98')).toBeGreaterThan(said.indexOf('Otherwise most likely'));
    await page.getByRole('button', { name: /Show 100 more of 10,000/ }).click();
    expect(await rows().count()).toBe(200);
    expect(await findViolations(page)).toEqual([]);
  });

  it('answers every key at once', async () => {
    const { page } = app;
    const search = page.getByRole('searchbox', { name: say('aws.search') });
    await search.focus();
    const times: number[] = [];
    for (const key of '9999') {
      const begun = performance.now();
      await page.keyboard.press(key);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
      times.push(performance.now() - begun);
    }
    expect(await rows().count()).toBe(1);
    // On a machine that may have much else to do.
    expect(Math.max(...times)).toBeLessThan(1000);
  });

  it('opens a prefix with all its hosts and the neighbours a deep check asked, here and over the control', async () => {
    const { page } = app;
    await rows()
      .first()
      .getByRole('button', { name: /52\.58\.0\.0\/15/ })
      .press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(say('aws.inPrefix_other', { count: '10000' })).waitFor();
    expect(await dialog.getByRole('listitem').count()).toBe(100);
    const asked = dialog.locator('tbody tr');
    expect(await asked.allTextContents()).toEqual([
      '52.58.200.1Amazon’s own test addressdoes not answer 88 msanswers',
      '52.59.0.9api.examplea built-in serviceanswersno other route to ask',
    ]);
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('has the days of April 2018, and tells what is not known', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: say('aws.tabs.april') }).click();
    await page.getByRole('radio', { name: /April 16/ }).waitFor({ state: 'attached' });
    await page.getByText('1,835,008', { exact: true }).waitFor();
    expect(await page.getByText(say('aws.unknownShare')).count()).toBeGreaterThan(0);
    await page.getByText(say('aws.hit2018_other', { count: '0', total: '10000', date: 'April 16' })).waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(app.complaints).toEqual([]);
  });
});
