import type { App, BrowserWindow, NativeTheme } from 'electron';
import type { Settings } from '../model/settings.ts';
import { chooseGround } from './window-options.ts';

/** Electron knows no high contrast of its own: that theme is the page's, over the system's light or dark. */
export function applyTheme(
  nativeTheme: Pick<NativeTheme, 'themeSource' | 'shouldUseDarkColors'>,
  window: Pick<BrowserWindow, 'setBackgroundColor'> | undefined,
  { theme }: Settings,
): void {
  nativeTheme.themeSource = theme === 'contrast' ? 'system' : theme;
  window?.setBackgroundColor(chooseGround(theme, nativeTheme));
}

/** Given to a program that Windows starts at login: with the tray on, it opens no window. */
const quietSwitch = '--hidden';

type LoginApp = Pick<App, 'isPackaged' | 'getLoginItemSettings' | 'setLoginItemSettings'>;

/** Whether this machine can start the app at login: Electron has no such thing on Linux, nor for a program not installed. */
export function canStartAtLogin({ isPackaged }: Pick<App, 'isPackaged'>, platform: NodeJS.Platform): boolean {
  return isPackaged && (platform === 'darwin' || platform === 'win32');
}

export function applyLoginItem(app: LoginApp, platform: NodeJS.Platform, { startAtLogin }: Settings): void {
  if (!canStartAtLogin(app, platform)) return;
  // On Windows an entry counts as ours only with the same arguments.
  const own = platform === 'win32' ? { args: [quietSwitch] } : {};
  if (app.getLoginItemSettings(own).openAtLogin === startAtLogin) return;
  app.setLoginItemSettings({ ...own, openAtLogin: startAtLogin });
}

/** Whether the system started the app, and the person wants it in the tray rather than in front of them. */
export function isQuietStart(
  app: LoginApp,
  platform: NodeJS.Platform,
  words: readonly string[],
  settings: Settings,
): boolean {
  if (!settings.tray || !settings.startAtLogin) return false;
  return platform === 'darwin' ? app.getLoginItemSettings().wasOpenedAtLogin : words.includes(quietSwitch);
}
