import { connect, type Socket } from 'node:net';
import type { Session } from '../../engine/job/session.ts';
import type { InterfaceAddress, Network } from '../../engine/network.ts';
import { openSession } from '../../engine/run/open-session.ts';
import type { RunInput } from '../../engine/run/run-input.ts';
import { defaultTimeouts, type Timeouts } from '../../engine/step.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import type { Route } from '../../model/route.ts';
import { type FastClock, fastClock } from './fast-clock.ts';

/** What becomes of a connection attempt; a number is a port of 127.0.0.1 where somebody listens. */
export type Fate = 'silent' | 'refused' | number;

export interface ScriptedNetwork extends Network {
  /** Every TCP attempt as `address:port`, in order. */
  readonly dialled: readonly string[];
  readonly lookedUp: readonly string[];
  /** Servers asked over UDP, except to find out a source address. */
  readonly askedOverUdp: readonly string[];
  /** Most attempts and connections at one address at any time. */
  mostAt(address: string): number;
  /** Attempts under way and sockets still open. */
  open(): number;
}

export interface Script {
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** By `address:port`, or `*`; unknown ones are refused. `nth` counts the attempts at that endpoint from 1. */
  readonly fates?: Readonly<Record<string, Fate | ((nth: number) => Fate)>>;
  readonly interfaces?: readonly InterfaceAddress[];
}

function nodeError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A network whose every address is a line of a script; bytes flow over real sockets of 127.0.0.1. */
export function scriptedNetwork({ hosts = {}, fates = {}, interfaces = [] }: Script): ScriptedNetwork {
  const dialled: string[] = [];
  const lookedUp: string[] = [];
  const askedOverUdp: string[] = [];
  const attempts = new Map<object, string>();
  const sockets = new Map<Socket, string>();
  const most = new Map<string, number>();
  // A destroyed socket says so at once and emits `close` later.
  const living = () => [...sockets].flatMap(([socket, at]) => (socket.destroyed ? [] : [at]));
  const busy = () => [...attempts.values(), ...living()];
  const note = (address: string) => {
    const here = busy().filter((other) => other === address).length;
    most.set(address, Math.max(most.get(address) ?? 0, here));
  };
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const dial = (port: number, signal: AbortSignal) =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      const onAbort = () => {
        socket.destroy();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      socket.on('error', reject);
      socket.once('connect', () => {
        signal.removeEventListener('abort', onAbort);
        resolve(socket);
      });
    });
  return {
    dialled,
    lookedUp,
    askedOverUdp,
    mostAt: (address) => most.get(address) ?? 0,
    open: () => busy().length,
    interfaces: () => interfaces,
    async lookup(name, { signal }) {
      lookedUp.push(name);
      signal.throwIfAborted();
      const addresses = hosts[name];
      if (!addresses) throw nodeError('ENOTFOUND');
      return addresses;
    },
    async udp(endpoint, { signal }) {
      signal.throwIfAborted();
      return {
        localAddress: '192.0.2.7',
        send: async () => {
          askedOverUdp.push(endpoint.address);
        },
        listen: () => {},
        close: () => {},
      };
    },
    async connect({ address, port }, { signal }) {
      signal.throwIfAborted();
      const key = `${address}:${port}`;
      dialled.push(key);
      const scripted = fates[key] ?? fates['*'] ?? 'refused';
      const nth = dialled.filter((other) => other === key).length;
      const fate = typeof scripted === 'function' ? scripted(nth) : scripted;
      const attempt = {};
      attempts.set(attempt, address);
      note(address);
      try {
        if (fate === 'silent') return await untilAborted(signal);
        if (fate === 'refused') throw nodeError('ECONNREFUSED');
        const socket = await dial(fate, signal);
        sockets.set(socket, address);
        return socket;
      } finally {
        attempts.delete(attempt);
      }
    },
  };
}

export const directRoute = { id: 'direct', kind: 'direct', label: 'direct' } as const;

export interface ASession {
  readonly session: Session;
  readonly network: ScriptedNetwork;
  readonly clock: FastClock;
}

export interface SessionOptions extends Script {
  readonly routes?: readonly [Route, ...Route[]];
  readonly timeouts?: Partial<Timeouts>;
  readonly concurrency?: number;
  readonly change?: Partial<RunInput>;
  readonly clock?: FastClock;
}

/** A session over a scripted network, with a clock ten times as fast as ours. */
export function aSession(options: SessionOptions = {}): ASession {
  const network = scriptedNetwork(options);
  const clock = options.clock ?? fastClock();
  const input: RunInput = {
    runId: 'test',
    profile: 'standard',
    targets: [],
    routes: options.routes ?? [directRoute],
    baselines: [],
    dns: { address: '9.9.9.9', port: 53 },
    doh: { url: 'https://1.1.1.1/dns-query', addresses: ['1.1.1.1'] },
    // The resolvers for comparison are silent here, and every failure waits for them.
    timeouts: { ...defaultTimeouts, resolve: 800, ...options.timeouts },
    concurrency: options.concurrency ?? 32,
    host: { platform: 'linux', systemProxy: null, defaultRouteInterfaces: [], bypassTools: [] },
    ranges: { source: 'operator', createdAt: null, rows: 0 },
    software: { name: 'waylight', version: '0.0.0' },
    ...options.change,
  };
  const trust = createTrustStore({ bundled: [], system: [], extra: [] });
  const session = openSession(input, { network, clock, trust, facts: () => ({}), marks: { marks: [], never: [] } });
  return { session, network, clock };
}
