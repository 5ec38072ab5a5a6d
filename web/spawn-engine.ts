import { fork } from 'node:child_process';
import type { EngineChild } from '../app/host/ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the engine's process may know of the environment: where the system's files, certificates and resolver settings are,
 * and which language is spoken. Nothing that changes how Node itself runs, and no proxy, as its link may hold a password.
 */
const passed = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_DATA_HOME',
  'SYSTEMROOT',
  'WINDIR',
  'LOCALAPPDATA',
  'USERPROFILE',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'RES_OPTIONS',
  'LOCALDOMAIN',
];

/** The environment of the engine's process; see `passed`. Names keep the case they came in. */
export function engineEnvironment(env: Environment): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => passed.includes(name.toUpperCase()));
  const texts = kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  // Half of the threads may wait for a resolver that does not answer; see engine/lookup-process.ts.
  return { ...Object.fromEntries(texts), UV_THREADPOOL_SIZE: '512' };
}

/**
 * Starts the engine in a process of its own, which ends when this one does.
 * @param file `web/engine.ts`, or what the build made of it
 */
export function spawnEngine(file: string, env: Environment): EngineChild {
  const child = fork(file, [], {
    env: engineEnvironment(env),
    // Parse trees and reports are short-lived and many; the same as for the command.
    execArgv: ['--max-semi-space-size=4'],
    serialization: 'advanced',
    // Nothing that a library prints reaches the person's terminal: it could hold anything.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
  // A message that cannot be sent means that the process is going, and that is told by its exit.
  child.on('error', () => {});
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    // Where it could not be started at all there is no exit.
    child.once('error', () => {
      if (child.pid === undefined) resolve();
    });
  });
  return {
    post: (message) => {
      if (child.connected) child.send(message as Parameters<typeof child.send>[0], () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void exited.then(listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
