import { join } from 'node:path';
import type { App, BrowserWindow, Dialog, Menu, NativeTheme, Rectangle, Screen, Session } from 'electron';
import type { Settings } from '../model/settings.ts';
import { controlWindow, type WindowControl } from './control-window.ts';
import type { DesktopWords } from './desktop-words.ts';
import { contextTemplate } from './menu.ts';
import { chooseGround, windowOptions } from './window-options.ts';

interface WindowParts {
  readonly app: Pick<App, 'isPackaged' | 'exit'>;
  readonly BrowserWindow: typeof BrowserWindow;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly Menu: Pick<typeof Menu, 'buildFromTemplate'>;
  readonly nativeTheme: NativeTheme;
  readonly screen: Pick<Screen, 'getPrimaryDisplay' | 'getAllDisplays'>;
}

interface WindowPlace {
  readonly session: Session;
  readonly dataFolder: string;
  readonly programFolder: string;
  readonly settings: () => Settings;
  readonly words: () => DesktopWords;
}

/** The window with what Electron gives it: screens, theme, menus, and a word where its page cannot be kept alive. */
export function composeWindow(parts: WindowParts, place: WindowPlace): WindowControl {
  const { app, dialog, nativeTheme, screen } = parts;
  const screens = (): readonly [Rectangle, ...Rectangle[]] => {
    const first = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== first.id);
    return [first.workArea, ...others.map(({ workArea }) => workArea)];
  };
  const control = controlWindow({
    createWindow: (options) => new parts.BrowserWindow(options),
    options: (bounds) => {
      const { theme, zoom } = place.settings();
      return windowOptions({
        bounds,
        ground: chooseGround(theme, nativeTheme),
        zoom: zoom / 100,
        preload: join(place.programFolder, 'preload.cjs'),
        session: place.session,
        isPackaged: app.isPackaged,
        icon: process.platform === 'linux' ? join(place.programFolder, '../build/icons/512x512.png') : undefined,
      });
    },
    screens,
    stateFile: join(place.dataFolder, 'window.json'),
    staysInTray: () => place.settings().tray,
    contextMenu: (clicked) => contextTemplate(clicked, place.words()),
    popUp: (template, window) => parts.Menu.buildFromTemplate(template).popup({ window }),
    zoom: () => place.settings().zoom / 100,
    now: () => performance.now(),
    giveUp: () => {
      const { pageLostTitle, pageLostBody } = place.words();
      dialog.showErrorBox(pageLostTitle, pageLostBody);
      app.exit(1);
    },
  });
  nativeTheme.on('updated', () => {
    control.current()?.setBackgroundColor(chooseGround(place.settings().theme, nativeTheme));
  });
  return control;
}
