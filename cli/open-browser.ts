import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Io } from './io.ts';

/** A command that has not failed by then has found a browser, in ms; some wait until the browser is closed. */
const failureMs = 3000;

/** The program that opens an address in the person's browser, and its arguments. Never a shell, which would read it too. */
export function browserCommand(
  url: string,
  env: Io['env'],
  platform: NodeJS.Platform = process.platform,
): { readonly file: string; readonly args: readonly string[] } | undefined {
  if (platform === 'darwin') return { file: '/usr/bin/open', args: [url] };
  if (platform === 'win32') {
    const system = join(env.SYSTEMROOT || env.SystemRoot || 'C:\\Windows', 'System32');
    return { file: join(system, 'rundll32.exe'), args: ['url.dll,FileProtocolHandler', url] };
  }
  // Without a display it would find a browser for the terminal, where it cannot be seen.
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { file: 'xdg-open', args: [url] } : undefined;
}

/** Opens an address in the person's browser; false where that failed at once. The browser outlives this program. */
export async function openBrowser(url: string, env: Io['env'], platform = process.platform): Promise<boolean> {
  const command = browserCommand(url, env, platform);
  if (command === undefined) return false;
  const child = spawn(command.file, command.args, { env, detached: true, stdio: 'ignore', windowsHide: true });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), failureMs);
    const finish = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once('error', () => finish(false));
    child.once('exit', (code) => finish(code === 0));
    child.unref();
  });
}
