import { afterEach, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { passFirstRun, playPractice, runMs, waitForEnd } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startWebApp } from './start-web-app.ts';

const say = sayIn('en');

describe.skipIf(!requireTool(['chromium']))('an engine that dies', () => {
  let app: OpenApp;
  afterEach(() => app?.close());

  it('is said, keeps what had arrived, and the next run works', async () => {
    app = await startWebApp();
    const { page } = app;
    await passFirstRun(page, 'en');
    await page.getByRole('button', { name: say('check.empty.practice') }).click();
    const grid = page.getByRole('grid', { name: say('check.matrix.label') });
    await grid.getByText(/ms/).first().waitFor({ timeout: runMs });
    const [engine] = await app.engines();
    if (engine === undefined) throw new Error('the engine has no process of its own');
    process.kill(engine, 'SIGKILL');
    await page.getByText(say('check.answer.lost')).first().waitFor();
    expect(await grid.getByText(/ms/).count()).toBeGreaterThan(0);

    await page.getByRole('button', { name: say('check.again'), exact: true }).click();
    await waitForEnd(page, say);
    expect(await page.getByText(say('check.answer.lost')).count()).toBe(0);
    expect(app.complaints).toEqual([]);
  });

  it('leaves a page that is loaded anew with the run as it stands', async () => {
    app = await startWebApp();
    const { page } = app;
    await passFirstRun(page, 'en');
    await playPractice(page, say);
    const grid = page.getByRole('grid', { name: say('check.matrix.label') });
    const before = await grid.textContent();
    await page.reload();
    await expect.poll(() => grid.textContent(), { timeout: 10_000 }).toBe(before);
    expect(app.complaints).toEqual([]);
  });
});
