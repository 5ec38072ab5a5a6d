import type { BrowserWindow, BrowserWindowConstructorOptions, MenuItemConstructorOptions, Rectangle } from 'electron';
import type { HostEvent } from '../model/contract.ts';
import type { ScreenName } from '../model/screens.ts';
import { startPage } from './app-address.ts';
import { eventChannel } from './channels.ts';
import { recoverPage } from './recover-page.ts';
import { keepWindowState, placeWindow, readWindowState } from './window-state.ts';

export interface WindowTools {
  readonly createWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly options: (bounds: Rectangle) => BrowserWindowConstructorOptions;
  /** The screens' work areas, the main one first. */
  readonly screens: () => readonly [Rectangle, ...Rectangle[]];
  readonly stateFile: string;
  /** Whether closing leaves the app in the tray. */
  readonly staysInTray: () => boolean;
  readonly contextMenu: (place: {
    readonly isEditable: boolean;
    readonly selectionText: string;
  }) => MenuItemConstructorOptions[];
  readonly popUp: (template: MenuItemConstructorOptions[], window: BrowserWindow) => void;
  /** 1 is 100 %. */
  readonly zoom: () => number;
  readonly now: () => number;
  readonly giveUp: () => void;
}

export interface WindowControl {
  /** Brings the window to the front, making it where there is none, and at `screen` if one is named. */
  open(screen?: ScreenName): void;
  current(): BrowserWindow | undefined;
  tell(event: HostEvent): void;
  /** From here on a close is a close, whatever the tray. */
  release(): void;
}

/** The one window of the app, which may be closed and made again. */
export function controlWindow(tools: WindowTools): WindowControl {
  let window: BrowserWindow | undefined;
  let released = false;
  let isLoaded = false;
  /** A screen somebody asked for before the page could hear of it. */
  let waiting: ScreenName | undefined;

  const tell = (event: HostEvent) => {
    if (window && !window.isDestroyed() && !window.webContents.isDestroyed()) {
      window.webContents.send(eventChannel, event);
    }
  };
  const make = () => {
    const state = readWindowState(tools.stateFile);
    const made = tools.createWindow(tools.options(placeWindow(state, tools.screens())));
    window = made;
    isLoaded = false;
    if (state?.maximized) made.maximize();
    made.once('ready-to-show', () => made.show());
    made.webContents.on('did-finish-load', () => {
      isLoaded = true;
      // Chromium keeps a zoom per origin and may put an older one in the place of the window's own.
      made.webContents.setZoomFactor(tools.zoom());
      if (waiting !== undefined) tell({ type: 'show', screen: waiting });
      waiting = undefined;
    });
    made.webContents.on('context-menu', (_event, place) => {
      const template = tools.contextMenu(place);
      if (template.length > 0) tools.popUp(template, made);
    });
    recoverPage(made.webContents, { now: tools.now, giveUp: tools.giveUp });
    made.on('close', (event) => {
      void keepWindowState(tools.stateFile, { ...made.getNormalBounds(), maximized: made.isMaximized() });
      if (released || !tools.staysInTray()) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => {
      if (window === made) window = undefined;
    });
    void made.loadURL(startPage).catch(() => {
      // What was answered instead is on the screen; a page that crashes is told apart by `recoverPage`.
    });
  };

  return {
    open: (screen) => {
      if (window === undefined || window.isDestroyed()) make();
      else {
        if (window.isMinimized()) window.restore();
        window.show();
        window.focus();
      }
      if (screen === undefined) return;
      if (isLoaded) tell({ type: 'show', screen });
      else waiting = screen;
    },
    current: () => (window?.isDestroyed() ? undefined : window),
    tell,
    release: () => {
      released = true;
    },
  };
}
