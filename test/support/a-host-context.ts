import { announceChanges } from '../../app/host/announce-changes.ts';
import { dataCalls } from '../../app/host/data-calls.ts';
import type { HostContext } from '../../app/host/handlers.ts';
import type { HostPorts } from '../../app/host/ports.ts';
import { routeCalls } from '../../app/host/route-calls.ts';
import { settingsCalls } from '../../app/host/settings-calls.ts';
import { targetCalls } from '../../app/host/target-calls.ts';
import { openSettings, type SettingsOptions } from '../../app/settings/open-settings.ts';
import type { Answer, HostEvent } from '../../model/contract.ts';
import type { Settings } from '../../model/settings.ts';
import { aDataFolder } from './a-data-folder.ts';
import { sealedBox } from './sealed-box.ts';

/** What a test sees of a host from outside. */
export interface Seen {
  readonly events: HostEvent[];
  readonly copied: string[];
  readonly opened: string[];
  readonly applied: Settings[];
  /** What was done with runs, in order. */
  readonly runs: string[];
}

export interface HostOptions extends Partial<SettingsOptions> {
  readonly ports?: Partial<HostPorts>;
  readonly runs?: Partial<HostContext['runs']>;
}

/** The calls of settings, routes, services and data over real files, with ports that write down what they are asked. */
export async function aHost(options: HostOptions = {}) {
  const { ports: otherPorts, runs: otherRuns, ...rest } = options;
  const folder = options.folder ?? (await aDataFolder());
  const secrets = options.secrets ?? sealedBox();
  const seen: Seen = { events: [], copied: [], opened: [], applied: [], runs: [] };
  const settings = await openSettings({ ...rest, folder, secrets });
  const unused = () => {
    throw new Error('not part of these calls');
  };
  const ports: HostPorts = {
    info: {
      host: 'desktop',
      version: '0',
      platform: 'test',
      language: 'en',
      can: { notify: true, tray: true, startAtLogin: true, pdf: true, update: true, openFolder: true },
    },
    dataFolder: folder,
    programFolder: folder,
    env: {},
    secrets,
    spawnEngine: unused,
    saveFile: unused,
    copyText: async (text) => {
      seen.copied.push(text);
      return { outcome: 'done' };
    },
    openTelegramLink: async (link) => {
      seen.opened.push(link);
      return { outcome: 'done' };
    },
    openLink: async (link) => {
      seen.opened.push(link);
      return { outcome: 'done' };
    },
    openFolder: async (path) => {
      seen.opened.push(path);
      return true;
    },
    systemProxies: async () => [],
    applySettings: (chosen) => seen.applied.push(chosen),
    checkFinished: unused,
    notify: unused,
    ...otherPorts,
  };
  let limits = { days: 90, bytes: 500 * 1024 * 1024 };
  const context: HostContext = {
    ports,
    settings,
    runs: {
      size: async () => ({ ok: true, value: { bytes: 1000, runs: 2, limits } }),
      limit: async (chosen) => {
        limits = chosen;
        return { ok: true, value: null };
      },
      removeAll: async () => {
        seen.runs.push('removed');
        return { ok: true, value: null };
      },
      ...otherRuns,
    },
    emit: (event) => seen.events.push(event),
    interfaces: () => [{ name: 'tun0', address: '10.8.0.2' }],
    dropRun: async () => {
      seen.runs.push('dropped');
    },
    now: () => new Date('2026-05-01T12:00:00Z'),
  };
  announceChanges(context);
  const calls = {
    ...settingsCalls(context),
    ...routeCalls(context),
    ...targetCalls(context),
    ...dataCalls(context),
  };
  return { folder, secrets, settings, context, calls, seen };
}

/** The value of an answer that has to be one. */
export function given<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.value;
}
