import type { DevTools } from './devtools.ts';
import type { StandInSession } from './session.ts';

/** Permissions of Chromium's that a page can hold, each with Electron's own name for it. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['midi', 'midi'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-write', 'clipboard-sanitized-write'],
  ['idle-detection', 'idle-detection'],
] as const;

/** Chromium asks a program beside it nothing, so what the program's own check says is set beforehand; without one, yes. */
export async function applyPermissions(browser: DevTools, session: StandInSession): Promise<void> {
  for (const [name, ours] of permissions) {
    const allowed = session.permissionCheck?.(null, ours, 'app://waylight', { isMainFrame: true }) ?? true;
    await browser.send('Browser.setPermission', { permission: { name }, setting: allowed ? 'granted' : 'denied' });
  }
}
