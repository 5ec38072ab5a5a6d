import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { Language } from '../../model/choices.ts';
import { screens } from '../../model/screens.ts';
import { openChromium } from './open-chromium.ts';
import { goTo, openTarget, passFirstRun, playPractice } from './play-journey.ts';
import { sayIn } from './say-in.ts';
import { outFolder, startWebApp } from './start-web-app.ts';

/** Writes docs/screenshots/: every screen in light and dark, and in Persian, over the practice network. */
const folder = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const looks: readonly { readonly name: string; readonly language: Language; readonly theme: string }[] = [
  { name: 'light', language: 'en', theme: 'light' },
  { name: 'dark', language: 'en', theme: 'dark' },
  { name: 'fa', language: 'fa', theme: 'light' },
];
/** Links as a person would paste them; the addresses belong to documentation (RFC 5737, RFC 2606). */
const links = [
  'socks5h://reader:hunter2@berlin.example:1080#Berlin SOCKS',
  'http://203.0.113.20:3128#Office proxy',
  'tg://proxy?server=198.51.100.7&port=443&secret=dd000102030405060708090a0b0c0d0e0f',
].join('\n');

async function still(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  // Messages at the foot go by themselves and belong to no screen.
  for (const close of await page.locator('section[aria-live="polite"] button').all()) await close.click();
  await page.mouse.move(0, 0);
}

await mkdir(folder, { recursive: true });
const browser = await openChromium();
for (const { name, language, theme } of looks) {
  const say = sayIn(language);
  const prepare = async (env: NodeJS.ProcessEnv) => {
    for (const scenario of ['healthy', 'russia-2018', 'russia-2018']) {
      await promisify(execFile)(process.execPath, [join(outFolder, 'waylight.js'), 'demo', scenario, '--quiet'], {
        env,
      });
    }
  };
  const app = await startWebApp({ browser, prepare });
  const { page } = app;
  const shoot = async (screen: string) => {
    await still(page);
    await page.screenshot({ path: join(folder, `${screen}-${name}.png`) });
  };
  await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
  await page.getByRole('button', { name: sayIn('en')('firstRun.next'), exact: true }).waitFor();
  await page.getByRole('combobox').selectOption(language);
  await page.getByRole('button', { name: say('firstRun.next'), exact: true }).waitFor();
  await shoot('first-run');
  await passFirstRun(page, language);
  await goTo(page, say, 'routes');
  await page.getByRole('button', { name: say('routes.paste') }).click();
  await page.getByRole('textbox', { name: say('routes.pasteLabel') }).fill(links);
  await page.getByRole('dialog').getByRole('checkbox').nth(2).waitFor();
  await page.getByRole('dialog').locator('footer button').last().click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await goTo(page, say, 'check');
  await playPractice(page, say);
  for (const screen of screens) {
    await goTo(page, say, screen);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await shoot(screen);
  }
  await goTo(page, say, 'check');
  await openTarget(page, say, 'Gmail');
  await shoot('detail');
  if (app.complaints.length > 0) throw new Error(app.complaints.join('\n'));
  await app.close();
}
await browser.close();
