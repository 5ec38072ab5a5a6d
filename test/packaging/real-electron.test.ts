import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge } from '../../model/contract.ts';
import { builtOut, repository } from './pack-app.ts';

/** The downloaded Electron, if there is one. Importing `electron` would download it, so its own record is read instead. */
function findElectron(): string | undefined {
  const folder = join(repository, 'node_modules', 'electron');
  const record = join(folder, 'path.txt');
  const program = existsSync(record) ? join(folder, 'dist', readFileSync(record, 'utf8')) : undefined;
  return program !== undefined && existsSync(program) ? program : undefined;
}

const electron = builtOut === undefined ? undefined : findElectron();
/** The packed program with its fuses flipped: `dist/linux-unpacked/waylight` and the like. */
const packaged = process.env.WAYLIGHT_PACKAGED;
const required = process.env.WAYLIGHT_REAL_ELECTRON === 'required';

if (!required && (electron === undefined || packaged === undefined)) {
  const missing = [
    electron === undefined && "Electron's binary (node node_modules/electron/install.js) and a build",
    packaged === undefined && 'a packed app (npm run package, then WAYLIGHT_PACKAGED=<its program>)',
  ];
  process.stderr.write(
    `\nSKIPPED, NOT PROVEN HERE: the real desktop app. Missing: ${missing.filter(Boolean).join('; ')}\n\n`,
  );
}

const home = mkdtempSync(join(tmpdir(), 'waylight-real-'));
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

/** Nothing of the person who runs this is read or changed. */
function emptyHome(name: string): Record<string, string> {
  const folder = join(home, name);
  mkdirSync(folder);
  const own = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, LOCALAPPDATA: folder, APPDATA: folder };
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(given), ...own };
}

it.runIf(required)('the real desktop app is there to be tested', () => {
  expect(electron, 'Electron and out/main.js').toBeDefined();
  if (packaged !== undefined) expect(existsSync(packaged), packaged).toBe(true);
});

describe.skipIf(electron === undefined)('the built app in the real Electron', () => {
  let app: ElectronApplication;
  let page: Page;
  beforeAll(async () => {
    app = await _electron.launch({ executablePath: electron ?? '', args: [repository], env: emptyHome('built') });
    page = await app.firstWindow();
    await page.waitForLoadState();
  });
  afterAll(() => app?.close());

  /** Asks as the page does. */
  async function ask(name: string, input?: unknown): Promise<unknown> {
    const answer = await page.evaluate(
      ([call, given]) =>
        (globalThis as unknown as { api: Record<string, (input: unknown) => unknown> }).api[call]?.(given),
      [name, input] as const,
    );
    expect(answer).toMatchObject({ ok: true });
    return (answer as { value: unknown }).value;
  }

  it('shows its page, whole and from its own scheme', async () => {
    expect(new URL(page.url()).protocol).toBe('app:');
    expect(await page.title()).toContain('Waylight');
    await page.locator('main').waitFor();
    expect(await page.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false);
  });

  it('answers the page through the bridge', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(await ask('readHost')).toMatchObject({ host: 'desktop', version, platform: process.platform });
  });

  it('plays the healthy practice network in its own engine process, to the end', async () => {
    type Started = Extract<Awaited<ReturnType<Bridge['startPractice']>>, { ok: true }>['value'];
    type View = Extract<Awaited<ReturnType<Bridge['readRun']>>, { ok: true }>['value'];
    const { runId } = (await ask('startPractice', { scenario: 'healthy', without: [] })) as Started;
    let view: View | undefined;
    await expect
      .poll(
        async () => {
          view = (await ask('readRun', { runId })) as View;
          return view.outcome !== null || view.lost;
        },
        { timeout: 45_000, interval: 250 },
      )
      .toBe(true);
    expect(view).toMatchObject({ lost: false, outcome: { partial: false } });
    expect(view?.verdicts).toHaveLength(view?.plan.targets.length ?? 0);
    expect(view?.verdicts.filter(({ verdict }) => verdict !== 'reachable')).toEqual([]);
  });

  it('can be looked at', async () => {
    const folder = process.env.WAYLIGHT_SCREENSHOTS ?? home;
    const picture = await page.screenshot({ path: join(folder, `desktop-${process.platform}.png`) });
    expect(picture.length).toBeGreaterThan(5000);
  });
});

describe.skipIf(packaged === undefined)('the packed app, fuses flipped', () => {
  const running = new Set<ChildProcess>();
  afterAll(() => {
    for (const child of running) child.kill();
  });

  /** Starts the program; resolves to how it ended, or to null while it still runs after `ms`. */
  function start(env: Record<string, string>, words: readonly string[], ms: number): Promise<number | string | null> {
    const child = spawn(packaged ?? '', words, { env, stdio: 'ignore' });
    running.add(child);
    return new Promise((settle, fail) => {
      const timer = setTimeout(() => settle(null), ms);
      child.once('error', fail);
      child.once('exit', (code, signal) => {
        running.delete(child);
        clearTimeout(timer);
        settle(code ?? signal);
      });
    });
  }

  it('starts, stays, and lets nobody start a second one beside it', async () => {
    const env = emptyHome('packed');
    expect(await start(env, [], 15_000)).toBe(null);
    expect(await start(env, [], 15_000)).toBe(0);
    for (const child of running) child.kill();
  });

  it('is no Node for others', async () => {
    const env = { ...emptyHome('node'), ELECTRON_RUN_AS_NODE: '1' };
    expect(await start(env, ['-e', 'process.exit(42)'], 10_000)).not.toBe(42);
    for (const child of running) child.kill();
  });

  it.each(['--inspect=0', '--remote-debugging-port=0'])('refuses to be looked into with %s', async (word) => {
    expect(await start(emptyHome(`refused${word.length}`), [word], 15_000)).toBe(2);
  });
});
