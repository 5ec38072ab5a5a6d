import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { SecretBox } from '../host/ports.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';
import { createSealer } from './create-sealer.ts';
import { loadSettings, removeOldDrafts, settingsFile } from './load-settings.ts';
import { recordLatency } from './record-latency.ts';
import { openSettingsOnDisk } from './settings-on-disk.ts';
import { emptyState, type SettingsState, type SettingsStore } from './settings-state.ts';
import { createWriteQueue } from './write-queue.ts';

export interface SettingsOptions {
  /** Made where it is missing. */
  readonly folder: string;
  readonly secrets: SecretBox;
  readonly now?: () => Date;
  /** How a whole file is written. */
  readonly write?: (path: string, text: string) => Promise<void>;
  /** Milliseconds that latencies may wait for more of them. */
  readonly latencyDelay?: number;
}

/** Opens what is kept in `settings.json` of a folder. Never rejects; see {@link SettingsStore}. */
export async function openSettings(options: SettingsOptions): Promise<SettingsStore> {
  const { folder, now = () => new Date(), write = writeFileAtomically, latencyDelay = 5000 } = options;
  const sealer = createSealer(options.secrets);
  const loaded = await loadSettings(join(folder, settingsFile));
  await removeOldDrafts(folder, now());
  const disk = await openSettingsOnDisk(loaded, { folder, sealer, now, write });

  const before = loaded.read?.state ?? emptyState;
  let state: SettingsState = { ...before, routes: await Promise.all(before.routes.map(sealer.open)) };
  // What was read only in part is written anew, or else it would be set aside at every start.
  let kept = loaded.keep === 'copy' ? undefined : state;
  const queue = createWriteQueue(async () => {
    const taken = state;
    kept = undefined;
    const problem = await disk.write(taken);
    if (!problem) kept = taken;
    return problem;
  });

  let timer: NodeJS.Timeout | undefined;
  const flush = async (): Promise<Problem | undefined> => {
    clearTimeout(timer);
    timer = undefined;
    return state === kept ? undefined : queue.save();
  };
  const listeners = new Set<Parameters<SettingsStore['onChange']>[0]>();
  /** Begins what is to be done with a new state before anybody is told of it: a listener that throws loses nothing. */
  const put = <T>(next: SettingsState, then: () => T): T => {
    const previous = state;
    state = next;
    const result = then();
    if (next !== previous) for (const listener of listeners) listener(next, previous);
    return result;
  };
  void flush();
  return {
    state: () => state,
    setAside: disk.setAside,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: async (apply) => put(apply(state), flush),
    recordLatency: (routeId, ms) =>
      put(recordLatency(state, routeId, ms), () => {
        if (state !== kept) timer ??= setTimeout(flush, latencyDelay).unref();
      }),
    reset: async () =>
      put(emptyState, () =>
        queue.run(async () => {
          const problem = await disk.remove();
          if (!problem && state === emptyState) kept = state;
          return problem;
        }),
      ),
    flush,
  };
}
