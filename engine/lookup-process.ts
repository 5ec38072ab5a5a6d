import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { lookup as getaddrinfo } from 'node:dns/promises';
import type { Readable, Writable } from 'node:stream';
import type { Network } from './network.ts';

/** Resolves a name with the system's resolver; see {@link Network.lookup}. */
export type Lookup = Network['lookup'];

/**
 * libuv gives getaddrinfo at most half of its threads, two by default, and a call cannot be cancelled: two names a censor
 * swallows would hold up every other name, and node's exit waits for them (10 s per dead resolver with glibc). Half of 512
 * is more than can hang at once: 32 names every 4 s, for 30 s with three dead resolvers.
 */
const threads = 512;

/** Runs in the child. Reads `{id,name}` lines, writes `{id,addresses}` or `{id,code}`; dies at once when the parent is gone. */
const program = `
'use strict';
const { lookup } = require('node:dns');
process.on('SIGINT', () => {});
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, name } = JSON.parse(line);
    const answer = (reply) => process.stdout.write(JSON.stringify({ id, ...reply }) + '\\n');
    try {
      lookup(name, { all: true, order: 'verbatim' }, (error, found) =>
        answer(error ? { code: error.code } : { addresses: found.map((entry) => entry.address) }));
    } catch (error) { answer({ code: error.code }); }
  }
});
const die = () => process.kill(process.pid, 'SIGKILL');
process.stdin.on('end', die);
process.stdin.on('error', die);
process.stdout.on('error', die);
`;

interface Reply {
  readonly id: number;
  readonly addresses?: readonly string[];
  readonly code?: string;
}

interface Waiter {
  readonly name: string;
  readonly resolve: (addresses: readonly string[]) => void;
  readonly reject: (error: unknown) => void;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

const alive = new Set<Child>();

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** However many there are, one listener sees to it that none outlives this process. */
function endWithThisProcess(child: Child): void {
  if (alive.size === 0) process.on('exit', killAll);
  alive.add(child);
  child.once('close', () => {
    alive.delete(child);
    if (alive.size === 0) process.removeListener('exit', killAll);
  });
}

function lookupError(code: string): Error {
  return Object.assign(new Error(`getaddrinfo ${code}`), { code, syscall: 'getaddrinfo' });
}

/** Each address once, without a zone: `fe80::1%eth0` means nothing outside this machine. */
function addressesOf(found: readonly { readonly address: string }[]): readonly string[] {
  return [...new Set(found.map(({ address }) => address.replace(/%.*$/, '')))];
}

/** Rejects with the signal's reason as soon as it aborts; `work` may go on unheard. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * getaddrinfo in this very process. For a host that starts its process with a large UV_THREADPOOL_SIZE and ends it with a
 * kill, such as a desktop app's utility process; elsewhere {@link createLookupProcess} is right.
 */
export async function lookupInProcess(name: string, { signal }: { readonly signal: AbortSignal }) {
  signal.throwIfAborted();
  const work = getaddrinfo(name, { all: true, order: 'verbatim' });
  return addressesOf(await untilAborted(work, signal));
}

/**
 * getaddrinfo in a child process of its own, started at the first name or, when `eager`, at once: a swallowed query delays no other name, no file
 * or compression work, and not the end of this process. Names travel through a pipe, never as process arguments.
 * Rejects with getaddrinfo's code.
 */
export function createLookupProcess(eager = false): Lookup {
  let child: Child | undefined;
  let nextId = 1;
  const waiting = new Map<number, Waiter>();

  const hold = (held: Child) => {
    for (const handle of [held, held.stdin, held.stdout] as unknown as { ref(): void; unref(): void }[]) {
      if (waiting.size > 0) handle.ref();
      else handle.unref();
    }
  };

  /** The process could not be started or was killed (limits, a sandbox): as every other program does, resolve here. */
  const resolveHere = () => {
    for (const { name, resolve, reject } of waiting.values()) {
      getaddrinfo(name, { all: true, order: 'verbatim' }).then((found) => resolve(addressesOf(found)), reject);
    }
  };

  const settle = (reply: Reply) => {
    const waiter = waiting.get(reply.id);
    if (waiter === undefined) return;
    if (reply.addresses === undefined) waiter.reject(lookupError(reply.code ?? 'EAI_FAIL'));
    else waiter.resolve(addressesOf(reply.addresses.map((address) => ({ address }))));
  };

  const start = (): Child => {
    const started = spawn(process.execPath, ['-e', program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      env: childEnvironment(),
    });
    endWithThisProcess(started);
    const onGone = () => {
      if (child !== started) return;
      child = undefined;
      resolveHere();
    };
    started.once('error', onGone);
    started.once('close', onGone);
    started.stdin.on('error', () => {});
    let rest = '';
    started.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) settle(JSON.parse(line) as Reply);
    });
    return started;
  };

  if (eager) {
    child = start();
    hold(child);
  }

  return async (name, { signal }) => {
    signal.throwIfAborted();
    child ??= start();
    const used = child;
    const id = nextId++;
    const answer = new Promise<readonly string[]>((resolve, reject) => waiting.set(id, { name, resolve, reject }));
    hold(used);
    used.stdin.write(`${JSON.stringify({ id, name })}\n`);
    try {
      return await untilAborted(answer, signal);
    } finally {
      waiting.delete(id);
      hold(used);
    }
  };
}

/** The parent's environment without what would change how node itself runs (coverage, loaders, inspectors) and proxies' passwords. */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !/^NODE_|_proxy$/i.test(key));
  return { ...Object.fromEntries(kept), UV_THREADPOOL_SIZE: String(threads) };
}
