import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, LoginItemSettings } from 'electron';
import { browser } from './browser.ts';
import { BrowserWindow, windowEvents } from './browser-window.ts';
import { onCommand, settings } from './control.ts';
import { sessionEvents } from './session.ts';

type Told =
  | 'enableSandbox'
  | 'exit'
  | 'getLocale'
  | 'getLoginItemSettings'
  | 'getPath'
  | 'getPreferredSystemLanguages'
  | 'isPackaged'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setAsDefaultProtocolClient'
  | 'setLoginItemSettings'
  | 'setPath'
  | 'whenReady';

/** The application's life, in Electron's order of events. */
class StandInApp extends EventEmitter implements Pick<App, Told> {
  readonly isPackaged = settings.isPackaged;
  readonly commandLine = {
    appendSwitch: (_name: string, _value?: string): void => {},
    hasSwitch: (name: string): boolean =>
      process.argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)),
  } satisfies Pick<Electron.CommandLine, 'appendSwitch' | 'hasSwitch'>;
  #paths = new Map<string, string>();
  #isReady = false;
  #openAtLogin = false;
  // Electron is ready only after the program's own module has run.
  #ready = browser.then(
    () =>
      new Promise<void>((resolve) => {
        setImmediate(() => {
          this.#isReady = true;
          this.emit('ready');
          resolve();
        });
      }),
  );

  whenReady(): Promise<void> {
    return this.#ready;
  }
  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
  }
  setAppUserModelId(_id: string): void {}
  setAsDefaultProtocolClient(_scheme: string): boolean {
    return true;
  }
  getLocale(): string {
    return settings.languages[0] ?? 'en-US';
  }
  getPreferredSystemLanguages(): string[] {
    return [...settings.languages];
  }
  getLoginItemSettings(): LoginItemSettings {
    return {
      openAtLogin: this.#openAtLogin,
      executableWillLaunchAtLogin: this.#openAtLogin,
      wasOpenedAtLogin: false,
      launchItems: [],
      status: 'not-registered',
    };
  }
  setLoginItemSettings({ openAtLogin = false }: Electron.Settings): void {
    this.#openAtLogin = openAtLogin;
  }
  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }
  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  /** One program per `userData`: the first one's number is in a file, and others leave it their words. */
  requestSingleInstanceLock(): boolean {
    const lock = join(this.getPath('userData'), 'SingletonLock');
    const inbox = join(this.getPath('userData'), 'SingletonWords');
    mkdirSync(inbox, { recursive: true });
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      const first = Number(readFileSync(lock, 'utf8'));
      if (isAlive(first)) {
        writeFileSync(join(inbox, `${process.pid}.json`), JSON.stringify(process.argv));
        return false;
      }
      writeFileSync(lock, String(process.pid));
    }
    process.on('exit', () => rmSync(lock, { force: true }));
    const read = () => {
      for (const name of readdirSync(inbox)) {
        const words = readWords(join(inbox, name));
        if (words === undefined) continue;
        rmSync(join(inbox, name));
        this.emit('second-instance', { preventDefault: () => {}, defaultPrevented: false }, words, '/', null);
      }
    };
    watch(inbox, read).unref();
    return true;
  }

  quit(): void {
    this.emit('before-quit', aQuitEvent());
    for (const window of BrowserWindow.getAllWindows()) window.close();
    if (BrowserWindow.getAllWindows().length > 0) return;
    const event = aQuitEvent();
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    for (const window of BrowserWindow.getAllWindows()) window.destroy();
    process.exit(code);
  }
}

function aQuitEvent() {
  const event = {
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Undefined while it is still being written. */
function readWords(file: string): string[] | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export const app = new StandInApp();

sessionEvents.on('made', (session) => app.emit('session-created', session));
windowEvents.on('contents', (contents) => app.emit('web-contents-created', aQuitEvent(), contents));
windowEvents.on('all-closed', () => {
  // Without a listener of the program's, the last window takes the app with it.
  if (!app.emit('window-all-closed')) app.quit();
});
onCommand('quit', () => app.quit());
onCommand('open-url', (address) => app.emit('open-url', aQuitEvent(), address));
onCommand('close-window', () => {
  for (const window of BrowserWindow.getAllWindows()) window.close();
});
onCommand('reload', () => {
  for (const { webContents } of BrowserWindow.getAllWindows()) webContents.reload();
});
onCommand('activate', () => app.emit('activate', aQuitEvent(), false));
