type Environment = Readonly<Record<string, string | undefined>>;

/** What a process needs to find the system's own files, its person's folders, and how names and times are written here. */
const kept = new Set([
  'APPDATA',
  'HOME',
  'HOMEDRIVE',
  'HOMEPATH',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'LC_MESSAGES',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'PATH',
  'PROGRAMDATA',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'TZ',
  'USERPROFILE',
  'WINDIR',
  'XDG_DATA_HOME',
  '__CF_USER_TEXT_ENCODING',
]);

/**
 * The environment of the engine's process: no loader, debugger, key log or certificate file of anybody's, and no proxy
 * (a proxy variable can hold a password; the host tells the engine what it may know of it).
 */
export function engineEnvironment(env: Environment): Record<string, string> {
  // Windows does not tell upper and lower case apart.
  const entries = Object.entries(env).filter(([name]) => kept.has(name.toUpperCase()));
  const own = Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  // Half of the threads at most look names up, and each can hang for half a minute: see engine/lookup-process.ts.
  return { ...own, UV_THREADPOOL_SIZE: '512' };
}
