import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { Sealer } from './create-sealer.ts';
import {
  digest,
  errnoOf,
  type LoadedSettings,
  maxSettingsBytes,
  removeSettings,
  settingsFile,
} from './load-settings.ts';
import { setAside } from './set-aside.ts';
import { nothingUnknown, writeSettingsText } from './settings-file.ts';
import type { SettingsState, SettingsStore } from './settings-state.ts';

export interface SettingsOnDisk {
  readonly setAside: SettingsStore['setAside'];
  /**
   * Writes a state over what is there. Never rejects; its answer is `not-kept` where that failed, and `changed-elsewhere` where
   * another process has written the file: what that one was told to keep is not ours to forget.
   */
  write(state: SettingsState): Promise<Problem | undefined>;
  /** Removes all that is there. Never rejects, as above. */
  remove(): Promise<Problem | undefined>;
}

interface DiskOptions {
  readonly folder: string;
  readonly sealer: Sealer;
  readonly now: () => Date;
  readonly write: (path: string, text: string) => Promise<void>;
}

/**
 * The settings file from its reading on. One that could not be read, or not all of it, is first kept under another name. Where
 * that fails it stays where it is, and every write tries again before it begins: nothing is ever written over it.
 */
export async function openSettingsOnDisk(loaded: LoadedSettings, options: DiskOptions): Promise<SettingsOnDisk> {
  const { folder, sealer, now, write } = options;
  const path = join(folder, settingsFile);
  const files: { file: string; keptAs: string }[] = [];
  let { keep, seen } = loaded;
  let unknown = loaded.read?.unknown ?? nothingUnknown;
  const keepOld = async () => {
    if (!keep) return;
    files.push({ file: settingsFile, keptAs: await setAside(path, keep, now()) });
    keep = undefined;
  };
  await keepOld().catch(() => files.push({ file: settingsFile, keptAs: settingsFile }));
  return {
    setAside: files,
    write: (state) =>
      attempt(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await keepOld();
        if (!(await isAsSeen(path, seen))) return { code: 'changed-elsewhere' };
        await sealer.seal(state.routes);
        const text = writeSettingsText(state, unknown, sealer.sealedOf);
        if (Buffer.byteLength(text) > maxSettingsBytes) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
        await write(path, text);
        seen = digest(text);
        return undefined;
      }),
    remove: () =>
      attempt(async () => {
        unknown = nothingUnknown;
        keep = undefined;
        await sealer.seal([]);
        await removeSettings(folder);
        return undefined;
      }),
  };
}

/** A file that has gone holds nothing that could be lost. */
async function isAsSeen(path: string, seen: string | undefined): Promise<boolean> {
  try {
    return digest(await readFile(path)) === seen;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}

async function attempt(work: () => Promise<Problem | undefined>): Promise<Problem | undefined> {
  try {
    return await work();
  } catch (error) {
    return { code: 'not-kept', params: { code: errnoOf(error) } };
  }
}
