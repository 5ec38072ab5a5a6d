import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new, empty folder that goes when the test ends. */
export async function aDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waylight-data-'));
  // A program under test may still be writing its last file there.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  return folder;
}

/** Every byte of every file below a folder, and their names, in which a secret is looked for. */
export async function allTextIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries.map(async (entry) =>
    entry.isFile() ? `${entry.name}\n${await readFile(join(entry.parentPath, entry.name), 'latin1')}` : entry.name,
  );
  return (await Promise.all(texts)).join('\n');
}
