import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReportHtml } from '../../../app/report/report-html.ts';
import type { RunReport } from '../../../model/report.ts';
import { openChromium } from '../../e2e/open-chromium.ts';
import { aTelegramReport, silent } from '../../support/a-telegram-report.ts';
import { requireTool } from '../../support/require-tool.ts';
import { aCloudReport } from './a-cloud-report.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A browser may be slow to start on a machine that is busy with other tests. */
const patience = 60_000;

/** Every section: problems with facts, Telegram, AWS; long names, and four routes. */
function fullReport(): RunReport {
  const base = aCloudReport();
  const telegram = aTelegramReport([
    { id: 'direct', endings: { '*': silent } },
    { id: 'my-proxy', kind: 'socks5', endpoint: 'my-proxy.example:4321', endings: {} },
  ]);
  const [route] = base.routes;
  return {
    ...base,
    routes: [
      ...base.routes,
      ...(route
        ? [
            {
              ...route,
              id: 'long',
              kind: 'https' as const,
              label: 'A route with a name that is as long as names may be here',
            },
          ]
        : []),
    ],
    targets: [
      ...base.targets.map((target) => ({
        ...target,
        name: `${target.name} ${'averylongnamewithoutanyspace'.repeat(4)}`,
      })),
      ...telegram.targets,
    ],
    results: [
      ...base.results,
      ...telegram.results,
      { targetId: 'site', routeId: 'long', state: 'cancelled', ms: {}, tries: 0, observations: [] },
    ],
    verdicts: [...base.verdicts, ...telegram.verdicts],
  };
}

describe.skipIf(!requireTool(['chromium']))('a report in Chromium', () => {
  let folder = '';
  let address = '';
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waylight-page-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, await writeReportHtml(fullReport(), { language: 'en' }));
    address = pathToFileURL(file).href;
    browser = await openChromium();
  }, patience);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openPage(colorScheme: 'light' | 'dark', viewport = { width: 1200, height: 900 }): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport });
    await page.goto(address);
    return page;
  }

  it.each(['light', 'dark'] as const)(
    'breaks no rule of accessibility in %s, opened or not',
    { timeout: patience },
    async (scheme) => {
      const page = await openPage(scheme);
      for (const opened of [false, true]) {
        await page.locator('details').evaluateAll((all, open) => {
          for (const item of all) (item as HTMLDetailsElement).open = open;
        }, opened);
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const found = await (
            globalThis as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } }
          ).axe.run();
          return found.violations;
        });
        expect(violations).toEqual([]);
      }
      await page.close();
    },
  );

  it('opens from disk without asking for anything or breaking its own policy', { timeout: patience }, async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    await page.goto(address);
    expect(asked).toEqual([address]);
    expect(said).toEqual([]);
    expect(
      await page.locator('style').evaluate((style) => (style as HTMLStyleElement).sheet?.cssRules.length),
    ).toBeGreaterThan(30);
    expect(await page.title()).toBe('Waylight report');
    await page.close();
  });

  it('prints on A4 with no column cut off and everything opened', { timeout: patience }, async () => {
    // The width of A4 without its margins of 12 mm, at 96 dots an inch.
    const page = await openPage('dark', { width: 703, height: 1000 });
    const facts = page.locator('details table').first();
    expect(await facts.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await facts.isVisible()).toBe(true);
    const widths = await page.evaluate(() => {
      const all = [...document.querySelectorAll('table, td, th, p, li')];
      return {
        page: document.documentElement.clientWidth,
        widest: Math.max(...all.map((item) => item.getBoundingClientRect().right)),
      };
    });
    expect(widths.widest).toBeLessThanOrEqual(widths.page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widths.page);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
    await page.close();
  });

  it('fits a phone: only tables scroll, each in its own place', { timeout: patience }, async () => {
    const page = await openPage('light', { width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.close();
  });
});
