import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { encodeIcns, encodeIco, type IconImage, icnsPixels } from './encode-icon-files.ts';

const buildFolder = resolve(import.meta.dirname, '../build');

/** What Linux desktops look for in hicolor. */
const linuxPixels = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsPixels = [16, 20, 24, 32, 40, 48, 64, 128, 256];
/** Up to here the drawing on the 16-pixel grid is the clearer one. */
const largestSmall = 40;
/** Apple's grid: the tile has 824 of 1,024 points, the rest is air. */
const macScale = 824 / 1024;
/** Electron finds these beside `name.png` by their ending. */
const trayScales = [
  ['', 1],
  ['@1.5x', 1.5],
  ['@2x', 2],
] as const;

const sourcesOf = () => readdirSync(buildFolder).filter((name) => /^(icon|tray)[a-z-]*\.svg$/.test(name));

/** Digest of every drawing, by file name: what `icons.json` holds after a build, so that a stale picture is seen. */
export function digestSources(): Record<string, string> {
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(buildFolder, name)))
      .digest('hex');
  return Object.fromEntries(
    sourcesOf()
      .sort()
      .map((name) => [name, digest(name)]),
  );
}

/** Draws an SVG as a square PNG with a transparent ground; `scale` below 1 leaves air around it. */
async function draw(browser: Browser, source: string, pixels: number, scale = 1): Promise<IconImage> {
  const svg = readFileSync(join(buildFolder, source), 'utf8');
  const page = await browser.newPage({ viewport: { width: pixels, height: pixels } });
  try {
    const inner = pixels * scale;
    const at = (pixels - inner) / 2;
    const style = `position:absolute;left:${at}px;top:${at}px;width:${inner}px;height:${inner}px`;
    await page.setContent(svg.replace('<svg ', `<svg style="${style}" `));
    return { pixels, png: await page.screenshot({ omitBackground: true }) };
  } finally {
    await page.close();
  }
}

const drawIcon = (browser: Browser, pixels: number, scale?: number) =>
  draw(browser, pixels <= largestSmall ? 'icon-small.svg' : 'icon.svg', pixels, scale);

async function buildAppIcons(browser: Browser): Promise<void> {
  const icons = join(buildFolder, 'icons');
  rmSync(icons, { recursive: true, force: true });
  mkdirSync(icons);
  for (const pixels of linuxPixels) {
    writeFileSync(join(icons, `${pixels}x${pixels}.png`), (await drawIcon(browser, pixels)).png);
  }
  const windows: IconImage[] = [];
  for (const pixels of windowsPixels) windows.push(await drawIcon(browser, pixels));
  writeFileSync(join(buildFolder, 'icon.ico'), encodeIco(windows));
  const mac: IconImage[] = [];
  for (const pixels of icnsPixels) mac.push(await drawIcon(browser, pixels, macScale));
  writeFileSync(join(buildFolder, 'icon.icns'), encodeIcns(mac));
  writeFileSync(join(buildFolder, 'icon.png'), (await drawIcon(browser, 1024)).png);
}

/** `tray-works.svg` as `works.png` and its dense twins; `tray-template-works.svg` as `worksTemplate.png`, for macOS. */
async function buildTrayIcons(browser: Browser): Promise<void> {
  const tray = join(buildFolder, 'tray');
  rmSync(tray, { recursive: true, force: true });
  mkdirSync(tray);
  for (const source of sourcesOf().filter((name) => name.startsWith('tray-'))) {
    const [, template, state] = /^tray-(template-)?([a-z]+)\.svg$/.exec(basename(source)) ?? [];
    for (const [ending, scale] of trayScales) {
      // A Mac's screen has one or two pixels to the point.
      if (template && !Number.isInteger(scale)) continue;
      const name = `${state}${template ? 'Template' : ''}${ending}.png`;
      writeFileSync(join(tray, name), (await draw(browser, source, 16 * scale)).png);
    }
  }
}

/** Draws every picture in build/ anew with a real Chromium (WAYLIGHT_CHROMIUM, or /usr/bin/chromium). */
async function buildIcons(): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env.WAYLIGHT_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
  });
  try {
    await buildAppIcons(browser);
    await buildTrayIcons(browser);
  } finally {
    await browser.close();
  }
  writeFileSync(join(buildFolder, 'icons.json'), `${JSON.stringify(digestSources(), null, 2)}\n`);
}

if (import.meta.main) await buildIcons();
