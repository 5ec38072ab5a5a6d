import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fetchElectron } from './fetch-electron.ts';

export interface OpenAppOptions {
  /** Holds package.json and `out/`. */
  readonly root: string;
  /** The package, `node_modules/electron`. */
  readonly electronFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly say: (line: string) => void;
  /** For the download of Electron, in ms. */
  readonly limitMs: number;
}

/** Electron that ends with an error by then has not started, in ms: a crash later is not answered with another app. */
const startMs = 5000;

/**
 * Opens the desktop app; where that is not possible, says why in one line and opens the same app in the browser. Resolves to
 * the exit code when the person has closed it. Under CI nothing waits for a person: exit 2.
 */
export async function openApp(options: OpenAppOptions): Promise<number> {
  const { env, say } = options;
  const reason = hasDisplay(options) ? await openDesktop(options) : 'there is no display';
  if (typeof reason === 'number') return reason;
  if (env.CI) {
    say(`The desktop app cannot be opened: ${reason}. Under CI nobody would use it in a browser either.`);
    return 2;
  }
  say(`The desktop app cannot be opened: ${reason}. This is the same app in your browser; Ctrl-C ends it.`);
  const words = ['serve', ...(hasDisplay(options) ? [] : ['--no-open'])];
  const { code } = await run(process.execPath, [join(options.root, 'out', 'waylight.js'), ...words], options);
  return code ?? 1;
}

function hasDisplay({ env, platform }: OpenAppOptions): boolean {
  return platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** The exit code, or why it did not start. */
async function openDesktop(options: OpenAppOptions): Promise<number | string> {
  const { root, env, electronFolder, limitMs, say } = options;
  say('Opening the desktop app. The first time, Electron is downloaded (about 110 MB).');
  const electron = await fetchElectron(electronFolder, env, limitMs);
  if ('reason' in electron) return `Electron is needed, and ${electron.reason}`;
  const { code, ms } = await run(electron.file, [root], options);
  if (code === 0 || (code !== null && ms > startMs)) return code;
  return ms > startMs ? 1 : `Electron does not start on this machine (${code ?? 'it was ended'})`;
}

/** @returns code null where it was ended by a signal or could not be started */
function run(
  file: string,
  words: readonly string[],
  { root, env }: OpenAppOptions,
): Promise<{ readonly code: number | null; readonly ms: number }> {
  const started = performance.now();
  // With this variable Electron is a plain Node.
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = env;
  return new Promise((resolve) => {
    const child = spawn(file, words, { cwd: root, env: rest, stdio: 'inherit' });
    const finish = (code: number | null) => resolve({ code, ms: performance.now() - started });
    child.once('error', () => finish(null));
    child.once('close', finish);
  });
}
