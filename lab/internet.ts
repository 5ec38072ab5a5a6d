import { isIP, type Socket } from 'node:net';
import type { Endpoint } from '../model/address.ts';
import type { Loopback } from './loopback.ts';

/** Where a visitor comes from, as a service on the far side can tell from the source address. */
export type Origin = 'home' | 'abroad';
export type Service = (socket: Socket) => void;

export interface Records {
  readonly a: readonly string[];
  readonly aaaa: readonly string[];
}

/** All virtual servers and the true names of them, without anybody in between. */
export interface Internet {
  /** Declares a server; the first declaration of an endpoint stands. A null service: the host is there, the port is shut. */
  serve(at: Endpoint, service: Service | null): void;
  /** Declares an address at which nothing ever answers, whatever is declared on its ports. */
  silenceAddress(address: string): void;
  name(host: string, addresses: readonly string[]): void;
  resolve(host: string): Records | undefined;
  /** `absent`: nobody has the address; `silent`: somebody has, and does not answer. */
  state(at: Endpoint): 'listening' | 'closed' | 'silent' | 'absent';
  /** Connects to the real server behind `at`, which must be listening. */
  dial(at: Endpoint, origin: Origin): Promise<Socket>;
  /** Where the client of a socket accepted by a server comes from. */
  originOf(socket: { readonly remotePort?: number | undefined }): Origin;
}

export function createInternet(loopback: Loopback): Internet {
  const services = new Map<string, Service | null>();
  const addresses = new Set<string>();
  const silent = new Set<string>();
  const zone = new Map<string, { a: string[]; aaaa: string[] }>();
  const origins = new Map<number, Origin>();

  return {
    serve: (at, service) => {
      const key = endpointKey(at);
      if (!services.has(key)) services.set(key, service);
      addresses.add(at.address);
    },
    silenceAddress: (address) => silent.add(address),
    name: (host, all) => {
      const records = zone.get(host) ?? { a: [], aaaa: [] };
      for (const address of all) {
        const list = isIP(address) === 6 ? records.aaaa : records.a;
        if (!list.includes(address)) list.push(address);
      }
      zone.set(host, records);
    },
    resolve: (host) => zone.get(host),
    state: (at) => {
      if (silent.has(at.address)) return 'silent';
      if (services.get(endpointKey(at))) return 'listening';
      return addresses.has(at.address) ? 'closed' : 'absent';
    },
    dial: async (at, origin) => {
      const key = endpointKey(at);
      const service = services.get(key);
      if (!service) throw new Error('nobody listens there');
      const port = await loopback.listen(`server ${key}`, service);
      const socket = await loopback.dial(port, loopback.closing);
      const { localPort } = socket;
      if (localPort !== undefined) {
        origins.set(localPort, origin);
        socket.once('close', () => origins.delete(localPort));
      }
      return socket;
    },
    originOf: ({ remotePort }) => origins.get(remotePort ?? 0) ?? 'home',
  };
}

export function endpointKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
