import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a command ended. `code` is null when a signal ended it. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, feeding it `input`. */
export async function run(command: string, args: readonly string[], input = ''): Promise<Finished> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Runs a command that must succeed; rejects with what it wrote to stderr otherwise. Resolves with its stdout. */
export async function must(command: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, input);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}${input}`);
  return stdout;
}

/** A long-running process inside a namespace. */
export interface Daemon {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** Ends it at once and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a process inside a namespace; with `ipc` it can exchange messages with this one. */
export function startIn(
  namespace: string,
  command: string,
  args: readonly string[],
  options: { readonly ipc?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Daemon {
  const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
    env: options.env ?? process.env,
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  child.on('error', (error) => {
    output += String(error);
  });
  const closed = once(child, 'close').catch(() => {});
  return {
    child,
    pid: child.pid ?? -1,
    output: () => output,
    stop: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** An IPv4 socket address as /proc/net prints it: the address as one little-endian number, then the port. */
function procNetAddress(address: string, port: number): string {
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const bytes = address.split('.').map(Number).reverse();
  return `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
}

/** Listening TCP sockets are in state 0A, UDP sockets that wait in 07. */
function listens(pid: number, protocol: 'tcp' | 'udp', local: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/net/${protocol}`, 'latin1').includes(
      ` ${local} 00000000:0000 ${protocol === 'tcp' ? '0A' : '07'} `,
    );
  } catch {
    return false;
  }
}

/**
 * Waits until something listens on the IPv4 address and port inside the daemon's namespace (its own view of /proc/net
 * tells). Rejects with the daemon's output when it ends first or takes over 5 s.
 */
export async function waitListening(
  daemon: Daemon,
  protocol: 'tcp' | 'udp',
  address: string,
  port: number,
): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!listens(daemon.pid, protocol, procNetAddress(address, port))) {
    if (daemon.child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${daemon.child.spawnargs.join(' ')} does not listen on ${address}:${port}: ${daemon.output()}`);
    }
    await sleep(5);
  }
}
