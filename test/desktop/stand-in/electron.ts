/**
 * What `import … from 'electron'` resolves to in the stand-in. Every part says with the types of electron.d.ts what of
 * Electron it is; what the app does not use is not here, so that a new use fails aloud.
 */
import type { Protocol } from 'electron';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { session } from './session.ts';
export {
  clipboard,
  dialog,
  Menu,
  Notification,
  nativeImage,
  nativeTheme,
  powerMonitor,
  safeStorage,
  screen,
  shell,
  Tray,
} from './surroundings.ts';
export { utilityProcess } from './utility-process.ts';

export const protocol = {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]): void => {
    // The origin that stands for the scheme is standard and secure: another one could not be honest here.
    for (const { privileges } of schemes) {
      if (!privileges?.standard || !privileges.secure)
        throw new Error('the stand-in has standard, secure schemes only');
    }
  },
} satisfies Pick<Protocol, 'registerSchemesAsPrivileged'>;
