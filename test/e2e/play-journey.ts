import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Language, languages } from '../../model/choices.ts';
import { sayIn } from './say-in.ts';
import type { OpenApp } from './start-web-app.ts';

type Say = ReturnType<typeof sayIn>;

/** Milliseconds a practice run may take on a busy machine. */
export const runMs = 60_000;

/** First run, in the language chosen on its first page. */
export async function passFirstRun(page: Page, language: Language): Promise<void> {
  const say = sayIn(language);
  await page.getByRole('combobox').selectOption(language);
  await page.getByRole('button', { name: say('firstRun.next'), exact: true }).click();
  await page.getByRole('button', { name: say('firstRun.next'), exact: true }).click();
  await page.getByRole('button', { name: say('firstRun.agree'), exact: true }).click();
  await page.getByRole('navigation', { name: say('rail.label') }).waitFor();
}

export async function goTo(page: Page, say: Say, screen: string): Promise<void> {
  await page
    .getByRole('navigation', { name: say('rail.label') })
    .getByRole('button', { name: say(`rail.${screen}`), exact: true })
    .click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** From the empty Check screen to a finished practice run. */
export async function playPractice(page: Page, say: Say): Promise<void> {
  await page.getByRole('button', { name: say('check.empty.practice') }).click();
  await waitForEnd(page, say);
}

/** The button that ran the check offers to run it again. */
export async function waitForEnd(page: Page, say: Say): Promise<void> {
  await page.getByRole('button', { name: say('check.stop'), exact: true }).waitFor({ timeout: runMs });
  await page.getByRole('button', { name: say('check.again'), exact: true }).waitFor({ timeout: runMs });
}

/** Finds a service in the matrix by searching for it, and opens it. */
export async function openTarget(page: Page, say: Say, name: string): Promise<void> {
  await page.getByRole('searchbox', { name: say('check.filters.search') }).fill(name);
  await page.getByRole('rowheader', { name }).click();
  await page.getByRole('heading', { level: 1, name: new RegExp(name) }).waitFor();
}

/** What a person does the first time, from the first screen to a saved report. */
export async function playJourney(app: OpenApp, language: Language): Promise<void> {
  expect(languages).toContain(language);
  const { page } = app;
  const say = sayIn(language);
  await passFirstRun(page, language);
  expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
    language,
    language === 'fa' ? 'rtl' : 'ltr',
  ]);

  await playPractice(page, say);
  const grid = page.getByRole('grid', { name: say('check.matrix.label') });
  expect(await grid.getByRole('row').count()).toBeGreaterThan(5);
  // The three routes of the practice network of 2018, at the least.
  expect(await grid.getByRole('columnheader').count()).toBeGreaterThan(3);

  await openTarget(page, say, 'GitHub');
  await page.getByRole('button', { name: say('common.back'), exact: true }).click();
  await grid.waitFor();

  // In the practice network of 2018 one way out works; without it Telegram has none.
  const route = 'SOCKS5 abroad';
  const toggle = page.getByRole('switch', { name: say('check.matrix.use', { route }) });
  await toggle.click();
  await page.getByRole('button', { name: say('check.again'), exact: true }).click();
  await waitForEnd(page, say);
  expect(await grid.getByRole('columnheader', { name: new RegExp(route) }).count()).toBe(0);

  await goTo(page, say, 'report');
  const html = await app.save(() => page.getByRole('button', { name: say('report.formats.html') }).click());
  expect(html.name).toMatch(/\.html$/);
  expect(html.text).toMatch(new RegExp(`<html[^>]* lang="${language}"`));
  const json = await app.save(() => page.getByRole('button', { name: say('report.formats.json') }).click());
  const report = JSON.parse(json.text) as { schema: string; routes: unknown[]; redaction: string };
  expect(report).toMatchObject({ schema: 'waylight.report/1', redaction: 'standard' });
  expect(report.routes).toHaveLength(2);
  const ooni = await app.save(() => page.getByRole('button', { name: 'OONI' }).click());
  expect(ooni.name).toMatch(/\.jsonl$/);
  expect(
    ooni.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).test_name as string),
  ).toContain('waylight');

  // About the first service that fails; the first of its buttons saves the page.
  const part = page.locator('[aria-labelledby="report-letter"]');
  const letter = await app.save(() => part.getByRole('button').first().click());
  expect(letter.name).toMatch(/^waylight-letter-.*\.html$/);
  expect(letter.text).toMatch(/<main>\n<p class="warning"><strong>[^<]*russia-2018/);
  expect(app.complaints).toEqual([]);
}
