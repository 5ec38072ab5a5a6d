import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The one address this whole folder ever binds or dials. */
const address = '127.0.0.1';

export type Reply = (message: Uint8Array) => void;

/**
 * Real sockets, on this machine only. Everything in the lab opens its sockets here, so that one reading shows that nothing
 * leaves, and one `close` ends all of them.
 */
export interface Loopback {
  /** Fires when the lab closes; whatever waits in the lab waits on it too. */
  readonly closing: AbortSignal;
  /** The port of a TCP server for `key`, started on first use. */
  listen(key: string, onSocket: (socket: Socket) => void): Promise<number>;
  /** Resolves when connected; rejects with Node's error, or the signal's reason on abort. */
  dial(port: number, signal: AbortSignal): Promise<Socket>;
  /** The port of a UDP server for `key`, started on first use. */
  serveUdp(key: string, onMessage: (message: Buffer, reply: Reply) => void): Promise<number>;
  /** A UDP socket that talks to `port` only, so that the kernel reports errors and drops strangers' datagrams. */
  openUdp(port: number, signal: AbortSignal): Promise<UdpSocket>;
  /** A port nobody listens at for as long as the lab lives. */
  closedPort(): Promise<number>;
  close(): Promise<void>;
}

export function createLoopback(): Loopback {
  const closing = new AbortController();
  const servers = new Map<string, Promise<number>>();
  const open = new Set<Server>();
  const sockets = new Set<Socket>();
  const udp = new Set<UdpSocket>();
  let closed: Promise<number> | undefined;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A reset is ordinary weather here; whoever uses the socket learns of it through 'close'.
    socket.on('error', () => {});
    return socket;
  };

  const startTcp = (onSocket: (socket: Socket) => void) => {
    closing.signal.throwIfAborted();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => onSocket(keep(socket)));
    open.add(server);
    return new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, () => resolve(portOf(server)));
    });
  };

  const startUdp = (onMessage: (message: Buffer, reply: Reply) => void) => {
    closing.signal.throwIfAborted();
    const socket = createSocket('udp4');
    udp.add(socket);
    socket.on('error', () => {});
    socket.on('message', (message, from) => {
      onMessage(message, (answer) => {
        if (udp.has(socket)) socket.send(answer, from.port, address);
      });
    });
    return new Promise<number>((resolve) => socket.bind(0, address, () => resolve(socket.address().port)));
  };

  const dial = (port: number, signal: AbortSignal) =>
    new Promise<Socket>((resolve, reject) => {
      signal.throwIfAborted();
      const socket = keep(connect({ host: address, port, allowHalfOpen: true, noDelay: true }));
      const abort = () => {
        socket.destroy();
        reject(signal.reason);
      };
      const settle = () => {
        signal.removeEventListener('abort', abort);
        socket.off('error', fail);
        socket.off('close', gone);
      };
      const gone = () => fail(closing.signal.reason);
      const fail = (error: Error) => {
        settle();
        reject(error);
      };
      signal.addEventListener('abort', abort, { once: true });
      socket.once('error', fail);
      socket.once('close', gone);
      socket.once('connect', () => {
        settle();
        resolve(socket);
      });
    });

  const once = (key: string, start: () => Promise<number>) => {
    const known = servers.get(key);
    if (known !== undefined) return known;
    const started = start();
    servers.set(key, started);
    return started;
  };

  const loopback: Loopback = {
    closing: closing.signal,
    listen: async (key, onSocket) => once(`tcp ${key}`, () => startTcp(onSocket)),
    dial,
    serveUdp: async (key, onMessage) => once(`udp ${key}`, () => startUdp(onMessage)),
    openUdp: async (port, signal) => {
      signal.throwIfAborted();
      const socket = createSocket('udp4');
      udp.add(socket);
      socket.once('close', () => udp.delete(socket));
      await new Promise<void>((resolve) => socket.bind(0, address, resolve));
      await new Promise<void>((resolve) => socket.connect(port, address, () => resolve()));
      if (!signal.aborted) return socket;
      socket.close();
      throw signal.reason;
    },
    closedPort: async () => {
      closed ??= holdClosedPort(loopback);
      return closed;
    },
    close: async () => {
      closing.abort(Object.assign(new Error('the practice network is closed'), { code: 'ENETDOWN' }));
      const ends = [
        ...[...open].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
        ...[...sockets].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
        ...[...udp].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
      ];
      for (const socket of sockets) socket.destroy();
      for (const socket of udp) closeOnce(socket);
      udp.clear();
      open.clear();
      await Promise.all(ends);
    },
  };
  return loopback;
}

/**
 * A port in use by an outgoing connection has no listener, and the kernel hands it to nobody else: it refuses for certain,
 * where a port that was merely freed could be taken by another program at any moment.
 */
async function holdClosedPort(loopback: Loopback): Promise<number> {
  const port = await loopback.listen('closed-port-holder', (socket) => socket.resume());
  const holder = await loopback.dial(port, loopback.closing);
  if (holder.localPort === undefined) throw new Error('the holder of the closed port has gone');
  return holder.localPort;
}

function portOf(server: Server): number {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has a port');
  return bound.port;
}

/** The other side may have closed it a moment ago, and a datagram socket throws when it is closed twice. */
function closeOnce(socket: UdpSocket): void {
  try {
    socket.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
  }
}
