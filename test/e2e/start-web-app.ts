import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startWebHost } from '../../web/start-web-host.ts';
import { openChromium } from './open-chromium.ts';

/** The app as a person has it in front of them, in whichever host. */
export interface OpenApp {
  readonly page: Page;
  /** What the page complained of: errors, and violations of the content security policy. */
  readonly complaints: readonly string[];
  /** Presses something that saves a file, and gives the file. */
  readonly save: (press: () => Promise<void>) => Promise<{ readonly name: string; readonly text: string }>;
  /** Processes the host started for the engine. */
  readonly engines: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Of the browser, so of the machine; the app's own setting starts as "system". */
  readonly locale?: string;
  readonly browser?: Browser;
  /** Puts something into the app's data before it starts. @param env of the built command */
  readonly prepare?: (env: NodeJS.ProcessEnv) => Promise<void>;
}

export const outFolder = process.env.WAYLIGHT_OUT ?? join(import.meta.dirname, '..', '..', 'out');

/** A host that runs: where it is, and which process the engine's is a child of. */
interface Served {
  readonly address: string;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts the built `waylight serve` with a data folder of its own and opens its address in Chromium. */
export async function startWebApp(options: OpenOptions = {}): Promise<OpenApp> {
  const program = join(outFolder, 'waylight.js');
  if (!existsSync(program)) throw new Error('the app is not built: npm run build');
  const data = await mkdtemp(join(tmpdir(), 'waylight-e2e-'));
  const env = { ...process.env, XDG_DATA_HOME: data };
  await options.prepare?.(env);
  const child = spawn(process.execPath, [program, 'serve', '--no-open'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A test that is broken off leaves no server behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const address = await readAddress(child);
  const stop = async () => {
    process.off('exit', kill);
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(data, { recursive: true, force: true });
  };
  return openApp({ address, pid: child.pid, stop }, options);
}

/** The same interface and host over a scripted engine of `engines/`, which measures nothing. */
export async function startScriptedApp(engine: string, options: OpenOptions = {}): Promise<OpenApp> {
  const data = await mkdtemp(join(tmpdir(), 'waylight-e2e-'));
  const host = await startWebHost({
    port: 0,
    programFolder: outFolder,
    dataFolder: data,
    env: process.env,
    engineFile: join(import.meta.dirname, 'engines', engine),
  });
  const stop = async () => {
    await host.close();
    await rm(data, { recursive: true, force: true });
  };
  return openApp({ address: host.url, pid: process.pid, stop }, options);
}

async function openApp(served: Served, options: OpenOptions): Promise<OpenApp> {
  const browser = options.browser ?? (await openChromium());
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    locale: options.locale ?? 'en-GB',
  });
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(served.address);
  return {
    page,
    complaints,
    async save(press) {
      const [download] = await Promise.all([page.waitForEvent('download'), press()]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
    },
    engines: () => childrenOf(served.pid),
    async close() {
      await context.close();
      if (!options.browser) await browser.close();
      await served.stop();
    },
  };
}

async function readAddress(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    const address = /http:\/\/\S+/.exec(said)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`the web host did not start: ${said}`);
}

export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return complaints;
}

/** From /proc, so Linux only: the processes whose parent is this one. */
async function childrenOf(pid: number | undefined): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim() === '' ? [] : text.trim().split(' ').map(Number);
}
