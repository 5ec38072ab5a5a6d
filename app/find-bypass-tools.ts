import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Programs that cut, reorder or fake this machine's own packets, by the name of their process (kernel names end at 15). */
const tools: Readonly<Record<string, string>> = {
  nfqws: 'zapret',
  nfqws2: 'zapret',
  tpws: 'zapret',
  winws: 'zapret',
  winws2: 'zapret',
  dvtws: 'zapret',
  goodbyedpi: 'GoodbyeDPI',
  ciadpi: 'byedpi',
  byedpi: 'byedpi',
  'spoof-dpi': 'SpoofDPI',
  spoofdpi: 'SpoofDPI',
  youtubeunblock: 'youtubeUnblock',
  powertunnel: 'PowerTunnel',
};

/** Names of bypass tools that are running now; empty where processes cannot be listed. Never rejects. */
export async function findBypassTools(): Promise<string[]> {
  const names = await listProcesses().catch(() => []);
  return bypassToolsAmong(names);
}

/** The tools among process names (with or without a path or `.exe`), each once. */
export function bypassToolsAmong(names: readonly string[]): string[] {
  const found = names.flatMap((name) => {
    const base = name
      .trim()
      .toLowerCase()
      .replace(/^.*[\\/]/, '')
      .replace(/\.exe$/, '');
    return Object.hasOwn(tools, base) ? [tools[base] ?? base] : [];
  });
  return [...new Set(found)].sort();
}

async function listProcesses(): Promise<string[]> {
  const run = promisify(execFile);
  const options = { timeout: 2000, maxBuffer: 4 * 1024 * 1024, windowsHide: true };
  if (process.platform === 'linux') return listLinuxProcesses();
  if (process.platform === 'win32') {
    const { stdout } = await run('tasklist', ['/fo', 'csv', '/nh'], options);
    return stdout.split('\n').map((line) => /^"([^"]+)"/.exec(line)?.[1] ?? '');
  }
  const { stdout } = await run('ps', ['-axo', 'comm='], options);
  return stdout.split('\n');
}

async function listLinuxProcesses(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/comm`, 'utf8').catch(() => '')));
}
