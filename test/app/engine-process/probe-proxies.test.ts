import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findListeningProxies } from '../../../app/engine-process/probe-proxies.ts';
import { nodeNetwork } from '../../../engine/node-network.ts';

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Listener {
  readonly port: number;
  /** All that ever came in. */
  received(): string;
}

/** Answers each first message with `reply`. */
async function answering(reply: (message: Buffer) => Buffer | string | undefined): Promise<Listener> {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('data', (message: Buffer) => {
      heard.push(message);
      const answer = reply(message);
      if (answer !== undefined) socket.write(answer);
    });
  });
  return { port: await listen(server), received: () => Buffer.concat(heard).toString('latin1') };
}

const network = { connect: nodeNetwork({ lookup: async () => [] }).connect };
const isGreeting = (message: Buffer) => message[0] === 5;
const http =
  (status: string, headers = '') =>
  (message: Buffer) =>
    isGreeting(message) ? undefined : `HTTP/1.1 ${status}\r\n${headers}\r\n`;

async function kindOf(listener: Listener): Promise<string | undefined> {
  const [found] = await findListeningProxies([listener.port], network);
  return found?.kind;
}

describe('proxies that listen on this machine', () => {
  it('are told apart by what they say, and by nothing else', async () => {
    const proxies: readonly [(message: Buffer) => Buffer | string | undefined, string][] = [
      [() => Buffer.from([5, 0]), 'socks5h'],
      [() => Buffer.from([5, 2]), 'socks5h'],
      [() => Buffer.from([5, 0xff]), 'socks5h'],
      [http('200 Connection established'), 'http'],
      [http('407 Proxy Authentication Required'), 'http'],
      [http('502 Bad Gateway'), 'http'],
      [http('403 Filtered', 'Proxy-Agent: Privoxy\r\n'), 'http'],
    ];
    const kinds = await Promise.all(proxies.map(async ([reply]) => kindOf(await answering(reply))));
    expect(kinds).toEqual(proxies.map(([, kind]) => kind));
  });

  it('are not web servers, Tor asked for HTTP, or anything that talks by itself', async () => {
    const others = [
      http('200 OK', 'Content-Length: 0\r\n'),
      http('405 Method Not Allowed'),
      http('501 Tor is not an HTTP Proxy'),
      () => 'SSH-2.0-OpenSSH_9.6\r\n',
      () => Buffer.from([5]),
    ];
    const web = createWebServer((_request, response) => void response.end('page'));
    const kinds = await Promise.all([
      ...others.map(async (reply) => kindOf(await answering(reply))),
      findListeningProxies([await listen(web)], network).then(([found]) => found?.kind),
    ]);
    expect(kinds).toEqual(kinds.map(() => undefined));
  });

  it('are not waited for where they are silent, gone, or never stop talking', async () => {
    const silent = await answering(() => undefined);
    const endless = await listen(
      createServer((socket) => {
        const flood = () => {
          while (!socket.destroyed && socket.write('x'.repeat(65536)));
        };
        socket.on('drain', flood);
        flood();
      }),
    );
    const gone = await listen(createServer());
    const last = open.pop();
    await new Promise((resolve) => last?.close(resolve));
    const startedAt = performance.now();
    expect(await findListeningProxies([silent.port, endless, gone], network)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });

  it('are offered no credentials, asked for this machine alone, and reached at 127.0.0.1 alone', async () => {
    const listener = await answering(http('407 Proxy Authentication Required'));
    const dialled: string[] = [];
    await findListeningProxies([listener.port], {
      connect: (endpoint, options) => {
        dialled.push(endpoint.address);
        return network.connect(endpoint, options);
      },
    });
    expect(listener.received()).toBe('\x05\x01\x00CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: 127.0.0.1:443\r\n\r\n');
    expect(new Set(dialled)).toEqual(new Set(['127.0.0.1']));
  });
});
