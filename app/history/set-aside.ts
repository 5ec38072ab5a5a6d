import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { basename } from 'node:path';

/** Databases have their log of writes and its index beside them. */
const endings = ['-wal', '-shm', ''];

/**
 * Renames a database out of the way, with what belongs to it, and gives its new name. The log goes first: SQLite would play
 * an old log into a new database of the same name. Throws Node's error where the folder cannot be written.
 */
export function setFileAside(file: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const keptAs = `${file}.${stamp}-${randomBytes(3).toString('hex')}.kept`;
  for (const ending of endings) {
    if (existsSync(file + ending)) renameSync(file + ending, keptAs + ending);
  }
  return basename(keptAs);
}
