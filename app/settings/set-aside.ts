import { constants } from 'node:fs';
import { chmod, copyFile, lstat, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Keeps a file (or whatever has taken its name) as `NAME.unreadable-TIME` beside it, never over another one, and gives the new
 * name. `copy` leaves the file where it is. Rejects with Node's error.
 */
export async function setAside(path: string, how: 'move' | 'copy', now: Date): Promise<string> {
  const time = now.toISOString().replace(/\.\d+|[-:]/g, '');
  const first = join(dirname(path), `${basename(path)}.unreadable-${time}`);
  let kept = first;
  for (let number = 2; await exists(kept); number += 1) kept = `${first}-${number}`;
  if (how === 'move') {
    await rename(path, kept);
  } else {
    await copyFile(path, kept, constants.COPYFILE_EXCL);
    await chmod(kept, 0o600);
  }
  return basename(kept);
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
