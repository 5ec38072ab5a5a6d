import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** System daemons live in sbin directories, which a user's PATH often lacks. */
const systemDirectories = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** Full path of an executable, or null. */
export function findTool(name: string): string | null {
  const directories = [...(process.env.PATH ?? '').split(':').filter((entry) => entry !== ''), ...systemDirectories];
  for (const directory of directories) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}

/**
 * Whether every named tool is here, and this process is root where `root` asks for it. For `describe.skipIf(!requireTool([…]))`.
 * A missing tool is announced on the terminal; with CI=true it throws, so that no server ever passes by skipping.
 */
export function requireTool(names: string[], options: { readonly root?: boolean } = {}): boolean {
  const missing = names.filter((name) => findTool(name) === null);
  if (options.root === true && process.getuid?.() !== 0) missing.push('root rights');
  if (missing.length === 0) return true;
  const message = `these tests need ${missing.join(', ')}`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`\n*** SKIPPED: ${message} ***\n\n`);
  return false;
}
