import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createHost } from '../app/host/create-host.ts';
import { outsideLinks } from '../app/host/outside-links.ts';
import type { Host, HostPorts } from '../app/host/ports.ts';
import packageJson from '../package.json' with { type: 'json' };
import { createAccess } from './access.ts';
import { loadAssets } from './assets.ts';
import { memorySecrets } from './memory-secrets.ts';
import { listen } from './serve-host.ts';
import { spawnEngine } from './spawn-engine.ts';

export interface WebHostOptions {
  /** On 127.0.0.1; 0 for a free one. */
  readonly port: number;
  /** Where the built program is: `assets.json`, `renderer/`, `ranges/` and the engine's file. */
  readonly programFolder: string;
  /** Where the app keeps what outlives it. */
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the engine's process runs; `web-engine.js` in the program's folder where nothing is said. */
  readonly engineFile?: string;
  /** Told when an address was used twice, and both pages were shut out. */
  readonly onReuse?: () => void;
}

export interface WebHost {
  /** With a code that works once within a minute. */
  readonly url: string;
  readonly origin: string;
  /** Another one like `url`. */
  newAddress(): string;
  /** Ends every connection, the run under way and the engine's process. */
  close(): Promise<void>;
}

/**
 * Starts the app for a browser on this machine. Rejects with the system's error where the port cannot be had, and with
 * another where the page was not built.
 */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const access = createAccess(() => performance.now(), options.onReuse);
  const assets = await loadAssets(options.programFolder);
  const server = await listen({ port: options.port, access });
  let host: Host;
  try {
    host = await createHost(portsOf(options));
  } catch (error) {
    await server.close();
    throw error;
  }
  server.serve(host, assets);
  const newAddress = () => `${server.origin}/#code=${access.newCode()}`;
  return {
    url: newAddress(),
    origin: server.origin,
    newAddress,
    close: async () => {
      await Promise.all([server.close(), host.close()]);
    },
  };
}

function portsOf({ programFolder, dataFolder, env, engineFile }: WebHostOptions): HostPorts {
  const engine = engineFile ?? join(programFolder, 'web-engine.js');
  return {
    info: {
      host: 'web',
      version: packageJson.version,
      platform: `${process.platform} ${process.arch}`,
      language: Intl.DateTimeFormat().resolvedOptions().locale,
      can: { notify: false, tray: false, startAtLogin: false, pdf: false, update: false, openFolder: false },
    },
    dataFolder,
    programFolder,
    env,
    secrets: memorySecrets,
    spawnEngine: () => spawnEngine(engine, env),
    // A page can save, copy and open links by itself, where the person sees the browser do it.
    saveFile: async (file) => ({ outcome: 'download', ...file }),
    copyText: async (text) => ({ outcome: 'given', text }),
    openTelegramLink: async (text) => ({ outcome: 'given', text }),
    openLink: async (link) => ({ outcome: 'given', text: outsideLinks[link] }),
    openFolder: async () => false,
    // Those of the environment are found without it.
    systemProxies: async () => [],
    applySettings: () => {},
    checkFinished: () => {},
    // A page that is open is told by the host itself.
    notify: () => {},
  };
}
