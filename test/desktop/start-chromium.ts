import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumFlags } from '../support/chromium-flags.ts';
import { findTool } from '../support/require-tool.ts';

export const browserNames = ['chromium', 'chromium-browser', 'google-chrome'] as const;

const flags = [
  ...chromiumFlags,
  '--remote-debugging-port=0',
  // Whatever gets by everything else finds no name and no way out, not even to this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
];

export interface Chromium {
  /** Its DevTools address. */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts a real Chromium with a new profile and without a network. Rejects with what it said where it does not come up. */
export async function startChromium(): Promise<Chromium> {
  const [path] = browserNames.flatMap((name) => findTool(name) ?? []);
  if (path === undefined) throw new Error(`none of ${browserNames.join(', ')} is here`);
  const profile = mkdtempSync(join(tmpdir(), 'waylight-chromium-'));
  const child = spawn(path, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its children are ended with it.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    void gone.then(() => reject(new Error(`Chromium ended: ${said.slice(-2000)}`)));
  });
  return {
    address,
    close: async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, 'SIGKILL');
      }
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
