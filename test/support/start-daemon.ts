import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { findTool } from './require-tool.ts';

/** A port of 127.0.0.1 that nobody listens on just now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export interface Daemon {
  stop(): Promise<void>;
}

/** Starts a server of this machine in the foreground and waits until it accepts on 127.0.0.1:`port`. */
export async function startDaemon(name: string, args: readonly string[], port: number): Promise<Daemon> {
  const path = findTool(name);
  if (path === null) throw new Error(`${name} is not here`);
  const child: ChildProcess = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const exited = once(child, 'exit');
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`);
    if (await isListening(port)) {
      return {
        async stop() {
          // The whole group: some of them fork their workers.
          if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
          await exited;
        },
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} does not listen: ${said}`);
}
