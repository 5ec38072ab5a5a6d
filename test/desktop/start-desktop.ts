import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Command, Record as Happening, Message, StandInSettings } from './stand-in/control.ts';
import { type Chromium, startChromium } from './start-chromium.ts';

export interface DesktopOptions {
  /** An empty folder or one of an earlier start; the app keeps what it keeps in `waylight/` there. */
  readonly dataFolder: string;
  /** The built program: `main.js`, `preload.cjs`, `engine.js`, `assets.json`, `renderer/`, `ranges/`. */
  readonly outFolder: string;
  readonly words?: readonly string[];
  readonly languages?: readonly string[];
  readonly keyStore?: StandInSettings['keyStore'];
  readonly isPackaged?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

type Kind = Happening['what'];
type Of<K extends Kind> = Extract<Happening, { readonly what: K }>;

/** The app's program, and what a person and their system do to it. */
export interface DesktopApp {
  /** All there was of a kind so far, in order. */
  all<K extends Kind>(what: K): readonly Of<K>[];
  /** The first of a kind, past or to come, that fits. Rejects after half a minute or when the program ends. */
  next<K extends Kind>(what: K, fits?: (happening: Of<K>) => boolean): Promise<Of<K>>;
  /** Where the next save dialog is answered; without it the person cancels. */
  answerSaveDialog(path: string): Promise<void>;
  pressMenu(label: string): Promise<void>;
  pressTray(label: string): Promise<void>;
  clickTray(): Promise<void>;
  clickNotification(id: number): Promise<void>;
  closeWindow(): Promise<void>;
  /** What `reload` of Electron's does; a page that reloads itself is held back. */
  reload(): Promise<void>;
  activate(): Promise<void>;
  openLink(address: string): Promise<void>;
  /** The engine's process dies as if by a fault of its own. */
  crashEngine(): Promise<void>;
  /** The system tells that it is about to sleep, or has woken up. */
  tellPower(event: 'suspend' | 'resume'): Promise<void>;
  quit(): Promise<void>;
  /** Its exit code, when it has ended. */
  readonly ended: Promise<number | null>;
  /** What it wrote to its error output. */
  said(): string;
}

export interface Desktop {
  /** The window's page, at `https://waylight.app.invalid/`, which stands for `app://waylight/`. */
  readonly page: Page;
  readonly app: DesktopApp;
  readonly dialogs: () => readonly Of<'dialog'>[];
  readonly notifications: () => readonly Of<'notification'>[];
  close(): Promise<void>;
}

/** Starts the built main process, unchanged, with the stand-in in place of Electron, and waits for its window. */
export async function startDesktop(options: DesktopOptions): Promise<Desktop> {
  const main = join(options.outFolder, 'main.js');
  if (!existsSync(main)) throw new Error(`there is no ${main}: npm run build`);
  const browser = await startChromium();
  const app = startProgram(options, browser);
  try {
    const { targetId } = await app.next('window', ({ event }) => event === 'loaded');
    const remote = await chromium.connectOverCDP(browser.address);
    const page = await findPage(remote, targetId);
    return {
      page,
      app,
      dialogs: () => app.all('dialog'),
      notifications: () => app.all('notification'),
      close: async () => {
        await app.quit().catch(() => {});
        await Promise.race([app.ended, pause(8000)]);
        app.kill();
        await remote.close().catch(() => {});
        await browser.close();
      },
    };
  } catch (error) {
    app.kill();
    await browser.close();
    throw error;
  }
}

/** The same program once more, beside one that runs: no window of its own is waited for. */
export async function startAgain(
  options: DesktopOptions,
): Promise<{ readonly app: DesktopApp; close(): Promise<void> }> {
  const browser = await startChromium();
  const app = startProgram(options, browser);
  return {
    app,
    close: async () => {
      app.kill();
      await browser.close();
    },
  };
}

async function findPage(browser: Browser, targetId: string): Promise<Page> {
  for (const page of browser.contexts().flatMap((context) => context.pages())) {
    const session = await page.context().newCDPSession(page);
    const { targetInfo } = await session.send('Target.getTargetInfo');
    await session.detach();
    if (targetInfo.targetId === targetId) return page;
  }
  throw new Error('the window is not among the pages of the browser');
}

function startProgram(options: DesktopOptions, browser: Pick<Chromium, 'address'>) {
  const { dataFolder, outFolder, words = [], languages = ['en-US'], keyStore = 'gnome_libsecret' } = options;
  mkdirSync(dataFolder, { recursive: true });
  const settings: StandInSettings = {
    devTools: browser.address,
    languages,
    keyStore,
    isPackaged: options.isPackaged ?? false,
  };
  const child = fork(join(outFolder, 'main.js'), [...words], {
    execArgv: ['--import', join(import.meta.dirname, 'stand-in/register.ts')],
    env: {
      PATH: process.env.PATH,
      HOME: dataFolder,
      XDG_DATA_HOME: dataFolder,
      ...options.env,
      WAYLIGHT_STAND_IN: JSON.stringify(settings),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return steer(child);
}

function steer(child: ChildProcess): DesktopApp & { kill(): void } {
  const happenings: Happening[] = [];
  const listeners = new Set<() => void>();
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let said = '';
  let isOver = false;

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.on('message', (message: Message) => {
    if (message.type === 'record') {
      happenings.push(message.record);
      for (const listener of listeners) listener();
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve();
    else asked?.reject(new Error(message.error));
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      isOver = true;
      for (const { reject } of waiting.values()) reject(new Error('the program ended'));
      for (const listener of listeners) listener();
      resolve(code);
    });
  });

  const all = <K extends Kind>(what: K) =>
    happenings.filter((happening): happening is Of<K> => happening.what === what);
  const next = <K extends Kind>(what: K, fits: (happening: Of<K>) => boolean = () => true) =>
    new Promise<Of<K>>((resolve, reject) => {
      const stop = (error: Error | undefined) => {
        clearTimeout(timer);
        listeners.delete(look);
        if (error) reject(error);
      };
      const look = () => {
        const found = all(what).find(fits);
        if (found) {
          stop(undefined);
          resolve(found);
        } else if (isOver) stop(new Error(`the program ended without a ${what}: ${said}`));
      };
      const timer = setTimeout(() => stop(new Error(`no such ${what} in half a minute: ${said}`)), 30_000);
      listeners.add(look);
      look();
    });
  const act = (name: string, value = '') =>
    new Promise<void>((resolve, reject) => {
      if (!child.connected) return reject(new Error('the program ended'));
      const command: Command = { id: nextId++, name, value };
      waiting.set(command.id, { resolve, reject });
      child.send(command, () => {});
    });

  return {
    all,
    next,
    ended,
    said: () => said,
    answerSaveDialog: (path) => act('answer-save-dialog', path),
    pressMenu: (label) => act('press-menu', label),
    pressTray: (label) => act('press-tray', label),
    clickTray: () => act('click-tray'),
    clickNotification: (id) => act(`click-notification-${id}`),
    closeWindow: () => act('close-window'),
    reload: () => act('reload'),
    activate: () => act('activate'),
    openLink: (address) => act('open-url', address),
    crashEngine: () => act('crash-engine'),
    tellPower: (event) => act('power', event),
    quit: () => act('quit'),
    kill: () => {
      if (!isOver) child.kill('SIGKILL');
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
