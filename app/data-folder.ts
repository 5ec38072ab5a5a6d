import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the program keeps what outlives a run: `$XDG_DATA_HOME/waylight` (XDG Base Directory), `%LOCALAPPDATA%\waylight`
 * on Windows, `~/Library/Application Support/Waylight` on macOS. Makes nothing.
 */
export function dataFolder(env: Readonly<Record<string, string | undefined>>, platform = process.platform): string {
  const home = homedir();
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'waylight');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Waylight');
  // The specification wants a relative path there to be ignored.
  const base = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(home, '.local', 'share');
  return join(base, 'waylight');
}
