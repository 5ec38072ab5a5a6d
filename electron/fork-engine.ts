import type { utilityProcess } from 'electron';
import { engineEnvironment } from '../app/host/engine-environment.ts';
import type { EngineChild } from '../app/host/ports.ts';

export interface ForkTools {
  readonly utilityProcess: Pick<typeof utilityProcess, 'fork'>;
  /** The built engine. */
  readonly modulePath: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends SIGKILL; injected for tests. */
  readonly destroy?: (pid: number) => void;
}

/** A process that hangs in a resolver or in a disk does not hear a polite end. */
const patienceMs = 1000;

/** Starts the engine in a process of its own, with a cleaned environment and without anything to print to. */
export function forkEngine({ utilityProcess, modulePath, env, destroy = destroyProcess }: ForkTools): EngineChild {
  const child = utilityProcess.fork(modulePath, [], {
    env: engineEnvironment(env),
    execArgv: [],
    stdio: 'ignore',
    serviceName: 'Waylight engine',
  });
  let over = false;
  child.once('exit', () => {
    over = true;
  });
  return {
    post: (message) => {
      if (!over) child.postMessage(message);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', () => listener());
    },
    kill: () => {
      if (over) return;
      const { pid } = child;
      child.kill();
      setTimeout(() => {
        if (!over && pid !== undefined) destroy(pid);
      }, patienceMs).unref();
    },
  };
}

function destroyProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
