import { fork } from 'node:child_process';
import { engineEnvironment } from '../app/host/engine-environment.ts';
import type { EngineChild } from '../app/host/ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

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
