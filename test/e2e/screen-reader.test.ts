import { afterEach, describe, expect, it } from 'vitest';
import { requireTool } from '../support/require-tool.ts';
import { passFirstRun, playPractice } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { type OpenApp, startWebApp } from './start-web-app.ts';

const say = sayIn('en');

describe.skipIf(!requireTool(['chromium']))('the matrix in a screen reader', () => {
  let app: OpenApp;
  afterEach(() => app?.close());

  it('names every cell by service, route and outcome', async () => {
    app = await startWebApp();
    const { page } = app;
    await passFirstRun(page, 'en');
    await playPractice(page, say);
    const grid = page.getByRole('grid', { name: say('check.matrix.label') });
    const columns = Number(await grid.getAttribute('aria-colcount'));
    const rows = Number(await grid.getAttribute('aria-rowcount'));
    expect(columns).toBe(await grid.getByRole('columnheader').count());
    expect(rows).toBeGreaterThanOrEqual(await grid.getByRole('row').count());

    // Of the practice network of 2018: Gmail is silent here and answers abroad, GitHub answers in both places.
    const cell = (service: string, route: string) =>
      grid.getByRole('gridcell', { name: new RegExp(`^${service} over ${route}: `) });
    const named = async (service: string, route: string) => {
      await page.getByRole('searchbox', { name: say('check.filters.search') }).fill(service);
      await cell(service, route).waitFor();
      const found = cell(service, route);
      expect(await found.count(), `${service} over ${route}`).toBe(1);
      return (await found.getAttribute('aria-label')) ?? (await found.textContent());
    };
    expect(await named('Gmail', 'Current connection')).toMatch(/: failed.*timeout/);
    expect(await named('Gmail', 'SOCKS5 abroad')).toMatch(/: ok.*\d ms/);
    expect(await named('GitHub', 'Current connection')).toMatch(/: ok.*\d ms/);
    expect(await named('Telegram', 'Current connection')).toMatch(/: (fails|failed)/);
    expect(await named('Telegram', 'SOCKS5 abroad')).toMatch(/: works/);

    await page.getByRole('searchbox', { name: say('check.filters.search') }).fill('');
    // Every cell says something, and nothing is said by colour alone.
    const names = await grid
      .getByRole('gridcell')
      .evaluateAll((cells) => cells.map((item) => item.getAttribute('aria-label') ?? item.textContent ?? ''));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => name.trim() === '')).toEqual([]);
  });
});
