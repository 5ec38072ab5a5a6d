import { isIP, type Socket } from 'node:net';
import { canonicalAddress } from '../engine/addresses.ts';
import type { Network, OpenOptions, UdpChannel } from '../engine/network.ts';
import type { Endpoint } from '../model/address.ts';
import type { Authority } from './authority.ts';
import { interceptTls } from './intercept-tls.ts';
import { endpointKey, type Internet } from './internet.ts';
import type { Isp } from './isp.ts';
import type { Loopback } from './loopback.ts';
import { pause, silence } from './pause.ts';
import { relay } from './relay.ts';
import { answerDatagram, lookupName } from './resolver.ts';
import type { Scenario } from './scenario.ts';

export interface LabNetworkParts {
  readonly scenario: Scenario;
  readonly internet: Internet;
  readonly loopback: Loopback;
  readonly isp: Isp;
  /** Signs what the provider's TLS interception shows. */
  readonly interceptor: Authority;
  /** Milliseconds for a packet to an address and the answer to it. */
  roundTrip(address: string): number;
}

export interface LabNetwork extends Network {
  /** The port on 127.0.0.1 at which the way to a virtual endpoint begins, provider included: for clients that are not ours. */
  entrance(to: Endpoint, protocol: 'tcp' | 'udp'): Promise<number>;
}

/** The way packets take once they have left through an interface. */
type Via = Scenario['interfaces'][number]['via'];

interface Source {
  readonly address: string;
  readonly via: Via;
}

/** The port of {@link Network} as this user's machine has it, with virtual addresses and real sockets on loopback. */
export function createLabNetwork(parts: LabNetworkParts): LabNetwork {
  const { scenario, internet, loopback, roundTrip } = parts;
  const ispOf = (via: Via) => (via === 'isp' ? parts.isp : undefined);

  const openRelay = (to: Endpoint, via: Via) =>
    loopback.listen(`relay ${via} ${endpointKey(to)}`, (client) => {
      const dialServer = () => internet.dial(to, via === 'isp' ? 'home' : 'abroad');
      const dialInterceptor = async () => {
        const port = await loopback.listen(`interceptor ${endpointKey(to)}`, (socket) =>
          interceptTls(socket, parts.interceptor, dialServer),
        );
        return loopback.dial(port, loopback.closing);
      };
      relay(client, { to, delayMs: roundTrip(to.address) / 2, isp: ispOf(via), dialServer, dialInterceptor });
    });

  const openDatagrams = (to: Endpoint, via: Via) =>
    loopback.serveUdp(`${via} ${endpointKey(to)}`, (message, reply) => {
      if (to.port !== 53) return;
      const portal = via === 'isp' && scenario.isp.portal !== undefined;
      answerDatagram(message, reply, {
        internet,
        isp: ispOf(via),
        ownResolver: to.address === scenario.isp.resolver,
        answered: portal || isResolver(scenario, to.address),
        roundTripMs: roundTrip(to.address),
        later: (ms, work) => {
          pause(ms, loopback.closing).then(work, () => {});
        },
      });
    });

  const connect = async (requested: Endpoint, options: OpenOptions): Promise<Socket> => {
    const { signal } = options;
    signal.throwIfAborted();
    const asked = canonical(requested);
    const wait = (ms: number) => pause(ms, signal, loopback.closing);
    const refuse = async () => {
      await wait(roundTrip(asked.address));
      return loopback.dial(await loopback.closedPort(), signal);
    };
    if (isLoopback(asked.address)) return loopback.dial(await loopback.closedPort(), signal);
    const source = chooseSource(scenario, asked.address, options.localAddress);
    const fate = ispOf(source.via)?.onConnect(asked) ?? 'pass';
    if (fate === 'drop') return silence(signal, loopback.closing);
    if (fate === 'refuse') return refuse();
    const to = fate === 'portal' ? portalEndpoint(scenario, asked) : asked;
    const state = fate === 'unreachable' ? 'unreachable' : internet.state(to);
    if (state === 'closed') return refuse();
    if (state === 'silent' || (state === 'absent' && scenario.unlisted === 'silence')) {
      return silence(signal, loopback.closing);
    }
    await wait(roundTrip(asked.address));
    if (state !== 'listening') throw networkError('EHOSTUNREACH', 'connect', asked);
    const socket = await loopback.dial(await openRelay(to, source.via), signal);
    return withVirtualAddresses(socket, asked, source.address);
  };

  const udp = async (requested: Endpoint, options: OpenOptions): Promise<UdpChannel> => {
    options.signal.throwIfAborted();
    const to = canonical(requested);
    const source = chooseSource(scenario, to.address, options.localAddress);
    const socket = await loopback.openUdp(await openDatagrams(to, source.via), options.signal);
    let open = true;
    socket.once('close', () => {
      open = false;
    });
    return {
      localAddress: source.address,
      send: (message) =>
        new Promise((resolve, reject) => {
          if (open) socket.send(message, (error) => (error === null ? resolve() : reject(error)));
          else reject(networkError('EBADF', 'send', to));
        }),
      listen: (onMessage, onError) => {
        socket.removeAllListeners('message').on('message', onMessage);
        socket.removeAllListeners('error').on('error', onError);
      },
      close: () => {
        if (open) socket.close();
        open = false;
      },
    };
  };

  return {
    connect,
    udp,
    lookup: async (name, { signal }) => {
      signal.throwIfAborted();
      if (isIP(name) !== 0) return [name];
      const via = defaultVia(scenario);
      if (via === undefined) throw networkError('EAI_AGAIN', 'getaddrinfo');
      const answer = lookupName(name, internet, ispOf(via));
      if (answer === 'silence') return silence(signal, loopback.closing);
      await pause(roundTrip(scenario.isp.resolver), signal, loopback.closing);
      if (typeof answer === 'string') throw networkError(answer, 'getaddrinfo');
      return answer;
    },
    interfaces: () => [
      { name: 'lo', address: '127.0.0.1', family: 4, internal: true },
      ...scenario.interfaces.map(({ name, address }) => ({ name, address, family: family(address), internal: false })),
    ],
    entrance: async (requested, protocol) => {
      const to = canonical(requested);
      const via = defaultVia(scenario) ?? 'isp';
      return protocol === 'tcp' ? openRelay(to, via) : openDatagrams(to, via);
    },
  };
}

function canonical({ address, port }: Endpoint): Endpoint {
  const text = canonicalAddress(address);
  if (text === null) throw networkError('EINVAL', 'connect', { address, port });
  return { address: text, port };
}

function family(address: string): 4 | 6 {
  return isIP(address) === 6 ? 6 : 4;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function isResolver({ dns, resolvers, isp, doh }: Scenario, address: string): boolean {
  return [dns.address, isp.resolver, ...resolvers, ...doh.addresses].includes(address);
}

function defaultVia({ interfaces, defaultInterface }: Scenario): Via | undefined {
  return interfaces.find(({ name }) => name === defaultInterface)?.via;
}

/** The routing table: the source address a packet to `to` gets, and the way it takes. */
function chooseSource(scenario: Scenario, to: string, localAddress: string | undefined): Source {
  const { interfaces, defaultInterface } = scenario;
  if (localAddress !== undefined) {
    const bound = interfaces.find(({ address }) => address === localAddress);
    if (bound === undefined) throw networkError('EADDRNOTAVAIL', 'connect', undefined, localAddress);
    return bound;
  }
  const source = interfaces.find(({ name, address }) => name === defaultInterface && family(address) === family(to));
  if (source === undefined) throw networkError('ENETUNREACH', 'connect');
  return source;
}

/** A portal answers HTTPS with its own certificate and anything else as if it were HTTP. */
function portalEndpoint({ isp }: Scenario, asked: Endpoint): Endpoint {
  if (isp.portal === undefined) return asked;
  return { address: isp.portal.address, port: asked.port === 443 ? 443 : 80 };
}

function networkError(code: string, syscall: string, to?: Endpoint, localAddress?: string): Error {
  const where = to === undefined ? (localAddress ?? '') : `${to.address}:${to.port}`;
  return Object.assign(new Error(`${syscall} ${code} ${where}`.trimEnd()), { code, syscall });
}

/** The socket speaks of the addresses the user's machine would see, not of the loopback underneath. */
function withVirtualAddresses(socket: Socket, to: Endpoint, localAddress: string): Socket {
  const remoteFamily = `IPv${family(to.address)}`;
  for (const [key, value] of Object.entries({
    localAddress,
    remoteAddress: to.address,
    remotePort: to.port,
    remoteFamily,
  })) {
    Object.defineProperty(socket, key, { value, enumerable: true });
  }
  return socket;
}
