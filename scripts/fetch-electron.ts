import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export type Fetched = { readonly file: string } | { readonly reason: string };

/** Characters of a reason: it is somebody else's error message. */
const longest = 200;

/**
 * The Electron binary of `node_modules/electron`. That package brings none: its `install.js` downloads it, checks it against
 * the checksums that came with the package, and does nothing where it is there already. It runs as a child, because it can
 * wait for a network for as long as it likes.
 * @param limitMs for the download
 */
export async function fetchElectron(folder: string, env: Environment, limitMs: number): Promise<Fetched> {
  if (!existsSync(join(folder, 'install.js'))) return { reason: 'the package electron is not installed (npm ci)' };
  const failure = await runInstaller(join(folder, 'install.js'), env, limitMs);
  if (failure !== undefined) return { reason: failure };
  const name = await readFile(join(folder, 'path.txt'), 'utf8').catch(() => undefined);
  const file = join(env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), name ?? 'electron');
  return existsSync(file) ? { file } : { reason: 'its binary is not where it should be' };
}

function runInstaller(file: string, env: Environment, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // The end of a long output is of no use; the error's name stands at its beginning.
      if (said.length < 10_000) said += text;
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      // Whatever it started itself may still hold its output open.
      child.stderr.destroy();
      resolve(`it could not be downloaded within ${Math.round(limitMs / 1000)} s`);
    }, limitMs);
    const finish = (failure: string | undefined) => {
      clearTimeout(timer);
      resolve(failure);
    };
    child.once('error', (error: NodeJS.ErrnoException) => finish(`its installer does not run (${error.code})`));
    child.once('close', (code) => finish(code === 0 ? undefined : `it cannot be downloaded (${firstLine(said)})`));
  });
}

/** The first line that says something, without what could move a terminal's cursor. */
function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim());
  const line =
    lines.find((candidate) => /error|failed/i.test(candidate)) ?? lines.find((candidate) => candidate !== '');
  return (line ?? 'it did not say why').replace(/^(\w*Error): /, '').slice(0, longest);
}
