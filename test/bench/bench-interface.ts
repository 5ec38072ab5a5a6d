import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { openChromium } from '../e2e/open-chromium.ts';
import { passFirstRun } from '../e2e/play-journey.ts';
import { sayIn } from '../e2e/say-in.ts';
import { outFolder, startScriptedApp, startWebApp } from '../e2e/start-web-app.ts';
import { type BenchResult, median } from './bench-result.ts';

const say = sayIn('en');
const rounds = 5;
/** Frames of one scroll through the matrix, and pixels for each. */
const scrolls = 120;
const scrollPixels = 240;

/** How soon the app can be used in a browser, how it bears 1,000 services over 8 routes, and how much of it is sent. */
export async function benchInterface(): Promise<readonly BenchResult[]> {
  const browser = await openChromium();
  try {
    const starts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const from = performance.now();
      const app = await startWebApp({ browser });
      await app.page.getByRole('button', { name: say('firstRun.next'), exact: true }).waitFor();
      starts.push(performance.now() - from);
      await app.close();
    }
    const app = await startScriptedApp('large-run.ts', { browser });
    await passFirstRun(app.page, 'en');
    const burst = await timeBurst(app.page);
    const scroll = await timeScroll(app.page);
    await app.close();
    return [
      { name: 'from `waylight serve` to a page that can be used', value: median(starts), unit: 'ms', limit: 1000 },
      { name: '8,000 results from the press of the button to the last cell', value: burst.ms, unit: 'ms', limit: 2000 },
      { name: 'longest stop of the page during that burst', value: burst.longest, unit: 'ms', limit: 200 },
      { name: 'longest frame while 1,000 services x 8 routes scroll', value: scroll, unit: 'ms', limit: 50 },
      { name: 'scripts of the interface, gzip', value: await measureScripts(), unit: 'KiB', limit: 350 },
    ];
  } finally {
    await browser.close();
  }
}

/** Longest gap between two frames, from now until {@link readLongestFrame}. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch = { longest: 0, last: performance.now() };
    const step = (now: number) => {
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
      requestAnimationFrame(step);
    };
    requestAnimationFrame((now) => {
      watch.last = now;
      requestAnimationFrame(step);
    });
    Object.assign(window, { frameWatch: watch });
  });
}

function readLongestFrame(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { frameWatch: { longest: number } }).frameWatch.longest);
}

async function timeBurst(page: Page): Promise<{ readonly ms: number; readonly longest: number }> {
  const button = page.getByRole('button', { name: say('check.empty.practice') });
  await button.waitFor();
  await watchFrames(page);
  const from = performance.now();
  await button.click();
  await page.getByRole('button', { name: say('check.again'), exact: true }).waitFor();
  await page.getByRole('gridcell', { name: /Service number 0 over Proxy 7: / }).waitFor();
  return { ms: performance.now() - from, longest: await readLongestFrame(page) };
}

async function timeScroll(page: Page): Promise<number> {
  const grid = page.getByRole('grid', { name: say('check.matrix.label') });
  await grid.hover();
  // The pictures after the burst are not those of the scroll.
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
  await watchFrames(page);
  for (let step = 0; step < scrolls; step++) {
    await page.mouse.wheel(0, scrollPixels);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  const longest = await readLongestFrame(page);
  const last = await page.getByRole('rowheader').last().textContent();
  if (last === null || /number [0-9]{1,2}\b/.test(last)) throw new Error('the matrix did not scroll');
  return longest;
}

/** What a person's browser fetches in one language: every script but those of other languages. */
async function measureScripts(): Promise<number> {
  const folder = join(outFolder, 'renderer', 'assets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js') && !/^(ru|fa|zh-Hans)-/.test(name));
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(folder, name))).length));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}
