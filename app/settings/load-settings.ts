import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ReadSettings, readSettingsText } from './settings-file.ts';

export const settingsFile = 'settings.json';
/** Ten thousand own targets with long addresses fit; nothing larger is read or written. */
export const maxSettingsBytes = 64 * 1024 * 1024;

export interface LoadedSettings {
  readonly read?: ReadSettings;
  /** What the file held, as {@link digest} gives it. */
  readonly seen?: string;
  /** How the file has to be kept before anything is written in its place. */
  readonly keep?: 'move' | 'copy';
}

/** Reads the settings file. Never rejects: what cannot be read is to be kept. */
export async function loadSettings(path: string): Promise<LoadedSettings> {
  // A folder that cannot be made is said when something is to be written.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(() => {});
  try {
    const facts = await stat(path);
    // A pipe in its place would be waited for; a device could be read for ever.
    if (!facts.isFile() || facts.size > maxSettingsBytes) return { keep: 'move' };
    const bytes = await readFile(path);
    const read = readSettingsText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (!read) return { keep: 'move' };
    return { read, seen: digest(bytes), ...(read.complete ? {} : { keep: 'copy' }) };
  } catch (error) {
    const missing = errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
    // A link that leads nowhere holds nothing.
    return missing ? {} : { keep: 'move' };
  }
}

/** Tells whether a file holds what it held. */
export function digest(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('base64');
}

/** Drafts that a killed process left behind. Younger ones may be another process's, at work just now. */
export async function removeOldDrafts(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!isDraft(name)) continue;
    const facts = await lstat(join(folder, name)).catch(() => undefined);
    const old = facts?.isFile() && now.getTime() - facts.mtimeMs > 60_000;
    if (old) await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

/** Removes the file, its drafts and its set-aside copies; rejects with Node's error where one will not go. */
export async function removeSettings(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const own = names.filter(
    (name) => name === settingsFile || name.startsWith(`${settingsFile}.unreadable-`) || isDraft(name),
  );
  // What had taken the file's name may be a folder.
  for (const name of own) await rm(join(folder, name), { recursive: true, force: true });
}

export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function isDraft(name: string): boolean {
  return name.startsWith(`.${settingsFile}.`) && name.endsWith('.tmp');
}
