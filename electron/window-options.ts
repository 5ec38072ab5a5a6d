import type { BrowserWindowConstructorOptions, NativeTheme, Rectangle, Session } from 'electron';
import type { Theme } from '../model/settings.ts';
import { hardenedPage } from './hardened-page.ts';
import { minimumSize } from './window-state.ts';

/** The grounds of renderer/styles/tokens.css: what is seen before the page has drawn itself. */
const grounds = { light: '#f5f3ec', dark: '#0c1517', contrast: '#000000' };

export function chooseGround(theme: Theme, { shouldUseDarkColors }: Pick<NativeTheme, 'shouldUseDarkColors'>): string {
  return theme === 'contrast' ? grounds.contrast : grounds[shouldUseDarkColors ? 'dark' : 'light'];
}

export interface WindowWishes {
  readonly bounds: Rectangle;
  readonly ground: string;
  /** 1 is 100 %. */
  readonly zoom: number;
  readonly preload: string;
  readonly session: Session;
  readonly isPackaged: boolean;
  /** Linux only: elsewhere the program's own file has it. */
  readonly icon: string | undefined;
}

/** A window whose page has no Node, shares no objects with its preload script and runs in Chromium's sandbox. */
export function windowOptions(wishes: WindowWishes): BrowserWindowConstructorOptions {
  const { width, height } = minimumSize;
  return {
    ...wishes.bounds,
    minWidth: Math.min(width, wishes.bounds.width),
    minHeight: Math.min(height, wishes.bounds.height),
    title: 'Waylight',
    backgroundColor: wishes.ground,
    // Shown when the first frame is drawn, so that nothing flashes.
    show: false,
    autoHideMenuBar: true,
    ...(wishes.icon === undefined ? {} : { icon: wishes.icon }),
    webPreferences: {
      ...hardenedPage,
      preload: wishes.preload,
      session: wishes.session,
      zoomFactor: wishes.zoom,
      experimentalFeatures: false,
      // A check goes on while the window is hidden, and its progress is to be right when it comes back.
      backgroundThrottling: true,
      devTools: !wishes.isPackaged,
    },
  };
}
