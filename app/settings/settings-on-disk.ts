import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { Sealer } from './create-sealer.ts';
import { errnoOf, type LoadedSettings, maxSettingsBytes, removeSettings, settingsFile } from './load-settings.ts';
import { setAside } from './set-aside.ts';
import { nothingUnknown, writeSettingsText } from './settings-file.ts';
import type { SettingsState, SettingsStore } from './settings-state.ts';

export interface SettingsOnDisk {
  readonly setAside: SettingsStore['setAside'];
  /** Writes a state over what is there. Never rejects; its answer is `not-kept` where that failed. */
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
  let { keep } = loaded;
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
        await sealer.seal(state.routes);
        const text = writeSettingsText(state, unknown, sealer.sealedOf);
        if (Buffer.byteLength(text) > maxSettingsBytes) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
        await write(path, text);
      }),
    remove: () =>
      attempt(async () => {
        unknown = nothingUnknown;
        keep = undefined;
        await sealer.seal([]);
        await removeSettings(folder);
      }),
  };
}

async function attempt(work: () => Promise<void>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { code: 'not-kept', params: { code: errnoOf(error) } };
  }
}
