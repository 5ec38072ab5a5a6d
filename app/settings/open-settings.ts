import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { SecretBox } from '../host/ports.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';
import { createSealer } from './create-sealer.ts';
import {
  errnoOf,
  loadSettings,
  maxSettingsBytes,
  removeOldDrafts,
  removeSettings,
  settingsFile,
} from './load-settings.ts';
import { recordLatency } from './record-latency.ts';
import { setAside } from './set-aside.ts';
import { nothingUnknown, writeSettingsText } from './settings-file.ts';
import { emptyState, type SettingsState, type SettingsStore } from './settings-state.ts';

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
  const path = join(folder, settingsFile);
  const sealer = createSealer(options.secrets);
  const setAsideFiles: { file: string; keptAs: string }[] = [];
  const listeners = new Set<Parameters<SettingsStore['onChange']>[0]>();

  const loaded = await loadSettings(path);
  await removeOldDrafts(folder, now());
  let { keep } = loaded;
  const keepOld = async () => {
    if (!keep) return;
    setAsideFiles.push({ file: settingsFile, keptAs: await setAside(path, keep, now()) });
    keep = undefined;
  };
  // Where it cannot be kept it stays where it is, and every write tries again first: nothing is written over it.
  await keepOld().catch(() => setAsideFiles.push({ file: settingsFile, keptAs: settingsFile }));

  let unknown = loaded.read?.unknown ?? nothingUnknown;
  const before = loaded.read?.state ?? emptyState;
  let state: SettingsState = { ...before, routes: await Promise.all(before.routes.map(sealer.open)) };
  let kept = state;

  const put = (next: SettingsState) => {
    if (next === state) return;
    const previous = state;
    state = next;
    for (const listener of listeners) listener(next, previous);
  };
  const writeState = async (): Promise<Problem | undefined> => {
    const taken = state;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await keepOld();
      await sealer.seal(taken.routes);
      const text = writeSettingsText(taken, unknown, sealer.sealedOf);
      if (Buffer.byteLength(text) > maxSettingsBytes) return notKept('EFBIG');
      await write(path, text);
      kept = taken;
      return undefined;
    } catch (error) {
      return notKept(errnoOf(error));
    }
  };
  const queue = createQueue(writeState);
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    timer = undefined;
    return queue.save();
  };
  // Or else the same file would be set aside at every start.
  if (loaded.keep === 'copy') void queue.save();
  return {
    state: () => state,
    setAside: setAsideFiles,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: async (apply) => {
      put(apply(state));
      return state === kept ? undefined : save();
    },
    recordLatency: (routeId, ms) => {
      put(recordLatency(state, routeId, ms));
      if (state !== kept) timer ??= setTimeout(save, latencyDelay).unref();
    },
    reset: () => {
      clearTimeout(timer);
      timer = undefined;
      put(emptyState);
      return queue.run(async () => {
        unknown = nothingUnknown;
        keep = undefined;
        await sealer.seal([]);
        try {
          await removeSettings(folder);
          if (state === emptyState) kept = state;
          return undefined;
        } catch (error) {
          return notKept(errnoOf(error));
        }
      });
    },
    flush: async () => (state === kept ? undefined : save()),
  };
}

function notKept(code: string): Problem {
  return { code: 'not-kept', params: { code } };
}

type Work = () => Promise<Problem | undefined>;

/** One write at a time. A save that has not begun serves everybody who asks meanwhile, as it will take the newest state. */
function createQueue(write: Work) {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Problem | undefined> | undefined;
  const run = (work: Work) => {
    const mine = last.then(work);
    last = mine;
    return mine;
  };
  return {
    run: (work: Work) => {
      // What is saved after this must be written after it.
      next = undefined;
      return run(work);
    },
    save: () => {
      next ??= run(() => {
        next = undefined;
        return write();
      });
      return next;
    },
  };
}
