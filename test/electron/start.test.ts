import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, CustomScheme, Session, WebContents } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endApp } from '../../electron/end-app.ts';
import { failStart } from '../../electron/fail-start.ts';
import { prepareApp } from '../../electron/prepare-app.ts';
import { findRefusedSwitches } from '../../electron/refused-switches.ts';
import { reportDefects } from '../../electron/report-defects.ts';
import { anEvent, emitting } from './emit.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-start-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const noSwitches = { hasSwitch: () => false };

describe('switches that open the app to others', () => {
  it.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-pipe',
    '--inspect',
    '--inspect=0.0.0.0:9229',
    '-inspect-brk',
    '--INSPECT-BRK=1',
    '--js-flags=--expose-gc',
    '--load-extension=/tmp/x',
    '--disable-web-security',
    '--ssl-key-log-file=/tmp/x',
    '--log-net-log=/tmp/x',
    '--gpu-launcher=calc',
    '--renderer-cmd-prefix=calc',
  ])('are found: %s', (word) => {
    expect(findRefusedSwitches(noSwitches, ['waylight', word])).toHaveLength(1);
  });

  it('are found where Chromium has them by another way, and others are left alone', () => {
    const commandLine = { hasSwitch: (name: string) => name === 'remote-debugging-port' };
    expect(findRefusedSwitches(commandLine, [])).toEqual(['remote-debugging-port']);
    const harmless = [
      'waylight',
      '--hidden',
      '--no-sandbox',
      '--ozone-platform=wayland',
      'waylight://show/map',
      'inspect',
    ];
    expect(findRefusedSwitches(noSwitches, harmless)).toEqual([]);
  });
});

function anApp({ isPackaged = true, isFirst = true } = {}) {
  const calls: unknown[][] = [];
  const note =
    (name: string, answer?: unknown) =>
    (...words: unknown[]) => {
      calls.push([name, ...words]);
      return answer;
    };
  const app = emitting<App>({
    isPackaged,
    commandLine: { ...noSwitches, appendSwitch: note('appendSwitch') } as unknown as Electron.CommandLine,
    enableSandbox: note('enableSandbox') as App['enableSandbox'],
    exit: note('exit') as App['exit'],
    quit: note('quit') as App['quit'],
    setPath: note('setPath') as App['setPath'],
    setAppUserModelId: note('setAppUserModelId') as App['setAppUserModelId'],
    requestSingleInstanceLock: note('lock', isFirst) as App['requestSingleInstanceLock'],
  });
  const schemes: CustomScheme[] = [];
  const protocol = { registerSchemesAsPrivileged: (list: CustomScheme[]) => void schemes.push(...list) };
  return { app, calls, schemes, protocol, names: () => calls.map(([name]) => name) };
}

describe('before Chromium starts', () => {
  it('everything is sandboxed, nothing is dumped, and the scheme is an origin that no page can read', () => {
    const { app, calls, schemes, protocol, names } = anApp();
    expect(prepareApp(app, protocol, { argv: ['waylight'], dataFolder: folder })).toBe(true);
    expect(names()[0]).toBe('enableSandbox');
    expect(calls).toContainEqual(['appendSwitch', 'disable-breakpad']);
    expect(calls).toContainEqual(['setPath', 'userData', join(folder, 'chromium')]);
    // The lock is in the folder, so the folder comes first.
    expect(names().indexOf('setPath')).toBeLessThan(names().indexOf('lock'));
    expect(schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'chromium')).mode & 0o777).toBe(0o700);
  });

  it('every session and every page there will ever be is walled in', () => {
    const { app, protocol } = anApp();
    prepareApp(app, protocol, { argv: [], dataFolder: folder });
    const onBeforeRequest = vi.fn();
    const noop = vi.fn();
    app.emit(
      'session-created',
      emitting<Session>({
        webRequest: { onBeforeRequest } as unknown as Electron.WebRequest,
        setPermissionRequestHandler: noop,
        setPermissionCheckHandler: noop,
        setDevicePermissionHandler: noop,
        setDisplayMediaRequestHandler: noop,
        setBluetoothPairingHandler: noop,
        setSpellCheckerEnabled: noop,
      }),
    );
    expect(onBeforeRequest).toHaveBeenCalledOnce();
    const setWindowOpenHandler = vi.fn();
    const contents = emitting<WebContents>({ setWindowOpenHandler, setWebRTCIPHandlingPolicy: noop });
    app.emit('web-contents-created', anEvent(), contents);
    expect(setWindowOpenHandler).toHaveBeenCalledOnce();
  });

  it('a packaged app that others are to look into does not start', () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { app, calls, protocol } = anApp();
    const argv = ['waylight', '--remote-debugging-port=1'];
    expect(prepareApp(app, protocol, { argv, dataFolder: folder })).toBe(false);
    expect(calls).toEqual([['exit', 2]]);
    expect(said.mock.calls).toEqual([['Waylight does not start with --remote-debugging-port\n']]);
    const inDevelopment = anApp({ isPackaged: false });
    expect(prepareApp(inDevelopment.app, inDevelopment.protocol, { argv, dataFolder: folder })).toBe(true);
  });

  it('a second start ends and leaves the first to open', () => {
    const { app, protocol, names } = anApp({ isFirst: false });
    expect(prepareApp(app, protocol, { argv: [], dataFolder: folder })).toBe(false);
    expect(names().at(-1)).toBe('quit');
  });

  it('a part that is missing is said without the error’s message', () => {
    const exit = vi.fn();
    const showErrorBox = vi.fn();
    const error = Object.assign(new Error('/home/me/secret'), { code: 'ENOENT' });
    for (const thrown of [error, new TypeError('/home/me/secret'), 'text', null, undefined]) {
      failStart({ exit }, { showErrorBox }, thrown);
    }
    expect(JSON.stringify(showErrorBox.mock.calls)).not.toContain('secret');
    expect(showErrorBox.mock.calls[0]?.[1]).toContain('(ENOENT)');
    expect(exit.mock.calls).toEqual([[1], [1], [1], [1], [1]]);
  });

  it('a defect is written by its kind only', () => {
    const written: string[] = [];
    const process = emitting<NodeJS.Process>({ stderr: { write: (text: string) => written.push(text) } as never });
    reportDefects(process);
    process.emit('uncaughtException', new RangeError('hunter2'));
    process.emit('unhandledRejection', 'hunter2');
    expect(written).toEqual(['waylight: this is a defect (RangeError)\n', 'waylight: this is a defect (string)\n']);
  });
});

describe('the end of the app', () => {
  function ending(platform: NodeJS.Platform, close: () => Promise<void>) {
    const exit = vi.fn();
    const quit = vi.fn();
    const release = vi.fn();
    const app = emitting<App>({ exit, quit });
    endApp(app, { platform, release, close });
    return { app, exit, quit, release };
  }

  it('comes when the last window is closed, but on macOS', () => {
    for (const [platform, times] of [
      ['linux', 1],
      ['win32', 1],
      ['darwin', 0],
    ] as const) {
      const { app, quit } = ending(platform, async () => {});
      app.emit('window-all-closed');
      expect(quit).toHaveBeenCalledTimes(times);
    }
  });

  it('waits for what is to be written, once', async () => {
    const close = vi.fn(async () => {});
    const { app, exit, release } = ending('linux', close);
    app.emit('before-quit', anEvent());
    expect(release).toHaveBeenCalledOnce();
    for (let times = 0; times < 2; times++) {
      const event = anEvent();
      app.emit('will-quit', event);
      expect(event.defaultPrevented).toBe(true);
    }
    await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(0));
    expect(close).toHaveBeenCalledOnce();
  });

  it('comes although the disk hangs or fails', async () => {
    vi.useFakeTimers();
    const hung = ending('linux', () => new Promise(() => {}));
    hung.app.emit('will-quit', anEvent());
    await vi.advanceTimersByTimeAsync(4999);
    expect(hung.exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(hung.exit).toHaveBeenCalledOnce();
    const failing = ending('linux', () => Promise.reject(new Error('EIO')));
    failing.app.emit('will-quit', anEvent());
    await vi.advanceTimersByTimeAsync(0);
    expect(failing.exit).toHaveBeenCalledOnce();
  });
});
