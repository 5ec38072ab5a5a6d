import { createSocket } from 'node:dgram';
import { createConnection, isIPv6, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../model/address.ts';
import { createLookupProcess, type Lookup, lookupInProcess } from './lookup-process.ts';
import type { InterfaceAddress, Network, OpenOptions, UdpChannel } from './network.ts';

export interface NodeNetworkOptions {
  /** Another way to ask the system's resolver. Default: a child process, or this process under Electron. */
  readonly lookup?: Lookup;
  /** Starts the child process for look-ups at once instead of at the first name, which then need not wait for it. */
  readonly eager?: boolean;
}

/**
 * The real network of this machine. Under Electron no plain node process can be started (its fuse is off), so names are
 * resolved in the process itself, which the desktop host starts with a large UV_THREADPOOL_SIZE and ends with a kill.
 */
export function nodeNetwork(options: NodeNetworkOptions = {}): Network {
  const own = () => (process.versions.electron === undefined ? createLookupProcess(options.eager) : lookupInProcess);
  const lookup = options.lookup ?? own();
  return { lookup, udp: openUdp, connect: openTcp, interfaces: listInterfaces };
}

function openTcp(endpoint: Endpoint, { localAddress, signal }: OpenOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createConnection({
      host: endpoint.address,
      port: endpoint.port,
      // One address at a time is measured; happy eyeballs would hide which one failed.
      autoSelectFamily: false,
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const stop = (error: unknown) => {
      socket.destroy();
      signal.removeEventListener('abort', onAbort);
      reject(error);
    };
    const onAbort = () => stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', stop);
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort);
      socket.removeListener('error', stop);
      // Between two steps nobody listens; a reset then must not end the process. The next step reads `socket.errored`.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

function openUdp(endpoint: Endpoint, { localAddress, signal }: OpenOptions): Promise<UdpChannel> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createSocket({ type: isIPv6(endpoint.address) ? 'udp6' : 'udp4' });
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      signal.removeEventListener('abort', onAbort);
      socket.close();
    };
    const fail = (error: unknown) => {
      close();
      reject(error);
    };
    const onAbort = () => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    let onError: (error: Error) => void = fail;
    let onMessage: (message: Uint8Array) => void = () => {};
    socket.on('error', (error) => onError(error));
    socket.on('message', (message) => onMessage(message));
    // With a callback, dgram reports a failed connect as its argument and not as an event.
    const connected = (error?: Error) => {
      if (!open) return;
      if (error !== undefined) {
        fail(error);
        return;
      }
      onError = () => {};
      resolve({
        localAddress: socket.address().address,
        send: (message) =>
          new Promise((sent, unsent) => {
            if (!open) throw Object.assign(new Error('channel closed'), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
            socket.send(message, (error) => (error ? unsent(error) : sent()));
          }),
        listen: (nextMessage, nextError) => {
          onMessage = nextMessage;
          onError = nextError;
        },
        close,
      });
    };
    const connect = () => socket.connect(endpoint.port, endpoint.address, connected as () => void);
    if (localAddress === undefined) connect();
    else socket.bind(0, localAddress, connect);
  });
}

function listInterfaces(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address, family, internal }) => ({
      name,
      address,
      family: family === 'IPv6' ? (6 as const) : (4 as const),
      internal,
    })),
  );
}
