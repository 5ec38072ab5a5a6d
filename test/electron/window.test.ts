import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow, Session, WebContents } from 'electron';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { controlWindow, type WindowTools } from '../../electron/control-window.ts';
import { chooseGround, windowOptions } from '../../electron/window-options.ts';
import { keepWindowState, placeWindow, readWindowState, type WindowState } from '../../electron/window-state.ts';
import { anEvent, emitting } from './emit.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const left = { x: -1280, y: 0, width: 1280, height: 1024 };
const state: WindowState = { x: 100, y: 80, width: 1200, height: 700, maximized: false };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-window-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('where the window opens', () => {
  it('is where it stood, on any of today’s screens', () => {
    expect(placeWindow(state, [screen])).toEqual({ x: 100, y: 80, width: 1200, height: 700 });
    expect(placeWindow({ ...state, x: -1200 }, [screen, left])).toEqual({ x: -1200, y: 80, width: 1200, height: 700 });
  });

  it.each([
    ['a screen that is gone', { x: -1300, y: 80 }],
    ['far to the right', { x: 100_000, y: 80 }],
    ['below', { x: 0, y: 1030 }],
    ['above, where its edge cannot be held', { x: 0, y: -1 }],
    ['but for a sliver', { x: 1900, y: 80 }],
  ])('is the middle of the first screen instead of %s', (_name, place) => {
    expect(placeWindow({ ...state, ...place }, [screen])).toEqual({ x: 360, y: 170, width: 1200, height: 700 });
  });

  it('is at least as large as the interface needs, and no larger than the screen', () => {
    expect(placeWindow({ ...state, width: 10, height: 10 }, [screen])).toMatchObject({ width: 900, height: 600 });
    const small = { x: 0, y: 0, width: 800, height: 500 };
    expect(placeWindow(undefined, [small])).toEqual(small);
    expect(placeWindow({ ...state, width: 90_000, height: 90_000 }, [screen])).toMatchObject({
      width: 1920,
      height: 1040,
    });
  });

  it('can always be reached', () => {
    const place = fc.integer({ min: -100_000, max: 100_000 });
    const size = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(place, place, size, size, (x, y, width, height) => {
        const placed = placeWindow({ x, y, width, height, maximized: false }, [screen, left]);
        const across = (area: typeof screen) =>
          Math.min(placed.x + placed.width, area.x + area.width) - Math.max(placed.x, area.x);
        const held = [screen, left].some(
          (area) => across(area) >= 120 && placed.y >= area.y && placed.y + 32 <= area.y + area.height,
        );
        expect(held).toBe(true);
      }),
      { numRuns: 2000, seed: 45 },
    );
  });
});

describe('where the window stood', () => {
  it('comes back', async () => {
    const file = join(folder, 'window.json');
    await keepWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"x":1}',
    `{"x":1e99,"y":0,"width":1,"height":1,"maximized":false}`,
    '\u0000'.repeat(9),
  ])('is forgotten where the file holds %j', (text) => {
    const file = join(folder, 'window.json');
    writeFileSync(file, text);
    expect(readWindowState(file)).toBeUndefined();
  });

  it('is forgotten without a word where nothing can be read or written', async () => {
    expect(readWindowState(join(folder, 'none', 'window.json'))).toBeUndefined();
    await expect(keepWindowState(join(folder, 'none', 'window.json'), state)).resolves.toBeUndefined();
  });
});

describe('the window', () => {
  it('has every wall up', () => {
    const options = windowOptions({
      bounds: { x: 1, y: 2, width: 1000, height: 700 },
      ground: '#000000',
      zoom: 1.5,
      preload: '/app/preload.cjs',
      session: {} as Session,
      isPackaged: true,
      icon: undefined,
    });
    expect(options).toMatchObject({ x: 1, y: 2, width: 1000, height: 700, minWidth: 900, minHeight: 600, show: false });
    expect(options.backgroundColor).toBe('#000000');
    expect(options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      session: {},
      zoomFactor: 1.5,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      plugins: false,
      navigateOnDragDrop: false,
      backgroundThrottling: true,
      spellcheck: false,
      devTools: false,
    });
  });

  it('takes its ground from the theme and the tokens of the page', () => {
    const tokens = readFileSync(join(import.meta.dirname, '../../renderer/styles/tokens.css'), 'utf8');
    const grounds = [...tokens.matchAll(/--ground: (#[0-9a-f]{6});/g)].map((match) => match[1]);
    const dark = { shouldUseDarkColors: true };
    const light = { shouldUseDarkColors: false };
    const chosen = [chooseGround('system', light), chooseGround('dark', dark), chooseGround('contrast', light)];
    expect(grounds).toEqual(expect.arrayContaining(chosen));
    expect(new Set(chosen).size).toBe(3);
  });
});

function open(over: Partial<WindowTools> = {}) {
  const sent: unknown[][] = [];
  const made: ReturnType<typeof aWindow>[] = [];
  function aWindow() {
    const webContents = emitting<WebContents>({
      isDestroyed: () => false,
      send: (...words: unknown[]) => void sent.push(words),
      reload: vi.fn(),
      setZoomFactor: vi.fn(),
    });
    const loadURL = vi.fn(async (_url: string) => {});
    const window = emitting<BrowserWindow>({
      webContents,
      loadURL,
      isDestroyed: () => false,
      isMinimized: () => true,
      isMaximized: () => false,
      getNormalBounds: () => ({ x: 5, y: 6, width: 1000, height: 650 }),
      maximize: vi.fn(),
      restore: vi.fn(),
      show: vi.fn(),
      hide: vi.fn(),
      focus: vi.fn(),
    });
    return Object.assign(window, { page: webContents });
  }
  const popUp = vi.fn();
  const giveUp = vi.fn();
  const control = controlWindow({
    createWindow: () => {
      const window = aWindow();
      made.push(window);
      return window;
    },
    options: (bounds) => bounds,
    screens: () => [screen],
    stateFile: join(folder, 'window.json'),
    staysInTray: () => false,
    contextMenu: ({ isEditable }) => (isEditable ? [{ role: 'paste' }] : []),
    popUp,
    zoom: () => 1.25,
    now: () => 0,
    giveUp,
    ...over,
  });
  const last = () => {
    const window = made.at(-1);
    if (window === undefined) throw new Error('no window was made');
    return window;
  };
  return { control, made, last, sent, popUp, giveUp };
}

describe('opening and closing', () => {
  it('makes one window, loads the one page, and shows it when it is drawn', () => {
    const { control, made, last } = open();
    control.open();
    expect(last().loadURL).toHaveBeenCalledExactlyOnceWith('app://waylight/index.html');
    expect(last().show).not.toHaveBeenCalled();
    last().emit('ready-to-show');
    expect(last().show).toHaveBeenCalledOnce();
    control.open();
    expect(made).toHaveLength(1);
    expect(last().restore).toHaveBeenCalledOnce();
    expect(last().focus).toHaveBeenCalledOnce();
  });

  it('keeps a screen that is asked for until the page can hear of it', () => {
    const { control, last, sent } = open();
    control.open('aws');
    expect(sent).toEqual([]);
    last().page.emit('did-finish-load');
    expect(last().page.setZoomFactor).toHaveBeenCalledExactlyOnceWith(1.25);
    expect(sent).toEqual([['waylight:event', { type: 'show', screen: 'aws' }]]);
    control.open('map');
    expect(sent.at(-1)).toEqual(['waylight:event', { type: 'show', screen: 'map' }]);
  });

  it('closes and is made again, where it stood', async () => {
    const { control, made, last } = open();
    control.open();
    const event = anEvent();
    last().emit('close', event);
    expect(event.defaultPrevented).toBe(false);
    last().emit('closed');
    expect(control.current()).toBeUndefined();
    control.tell({ type: 'show', screen: 'map' });
    await vi.waitFor(() => expect(readWindowState(join(folder, 'window.json'))).toMatchObject({ x: 5, y: 6 }));
    control.open();
    expect(made).toHaveLength(2);
  });

  it('hides in the tray instead, until the app is to end', () => {
    const { control, last } = open({ staysInTray: () => true });
    control.open();
    const kept = anEvent();
    last().emit('close', kept);
    expect(kept.defaultPrevented).toBe(true);
    expect(last().hide).toHaveBeenCalledOnce();
    control.release();
    const closed = anEvent();
    last().emit('close', closed);
    expect(closed.defaultPrevented).toBe(false);
  });

  it('opens a page anew whose process is gone, three times in a minute and no more', () => {
    let now = 0;
    const { control, last, giveUp } = open({ now: () => now });
    control.open();
    const lose = (reason: string) => last().page.emit('render-process-gone', anEvent(), { reason, exitCode: 1 });
    lose('clean-exit');
    for (const reason of ['crashed', 'oom', 'killed']) lose(reason);
    expect(last().page.reload).toHaveBeenCalledTimes(3);
    now = 61_000;
    lose('crashed');
    expect(last().page.reload).toHaveBeenCalledTimes(4);
    expect(giveUp).not.toHaveBeenCalled();
    for (let times = 0; times < 3; times++) lose('crashed');
    expect(giveUp).toHaveBeenCalledOnce();
    expect(last().page.reload).toHaveBeenCalledTimes(6);
  });

  it('has a menu for a right click where there is something to do', () => {
    const { control, last, popUp } = open();
    control.open();
    last().page.emit('context-menu', anEvent(), { isEditable: false, selectionText: '' });
    expect(popUp).not.toHaveBeenCalled();
    last().page.emit('context-menu', anEvent(), { isEditable: true, selectionText: '' });
    expect(popUp.mock.calls).toEqual([[[{ role: 'paste' }], last()]]);
  });
});
