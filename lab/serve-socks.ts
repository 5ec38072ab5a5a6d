import type { Duplex } from 'node:stream';
import { joinStreams } from './join-streams.ts';
import type { ProxyServer } from './proxy-server.ts';
import {
  type Reading,
  readGreeting,
  readPassword,
  readSocks4Request,
  readSocks5Request,
  type SocksRequest,
} from './socks-messages.ts';

const socks5Replies: Record<string, number> = { ENETUNREACH: 3, EHOSTUNREACH: 4, ENOTFOUND: 4, ECONNREFUSED: 5 };
const generalFailure = 1;
const maxBufferedBytes = 1024;

/** Serves one SOCKS5 client (RFC 1928, RFC 1929), CONNECT only. */
export function serveSocks5(client: Duplex, server: ProxyServer): void {
  serve(client, async () => {
    const methods = await receive(client, readGreeting);
    const method = server.credentials === undefined ? 0 : 2;
    if (!methods.includes(method)) return refuse(client, Buffer.of(5, 0xff));
    client.write(Buffer.of(5, method));
    if (method === 2) {
      const typed = await receive(client, readPassword);
      if (!server.accepts(typed)) return refuse(client, Buffer.of(1, 1));
      client.write(Buffer.of(1, 0));
    }
    const request = await receive(client, readSocks5Request);
    const reply = (code: number) => Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
    if (request.command !== 1) return refuse(client, reply(7));
    if (request.host === undefined) return refuse(client, reply(8));
    await carry(client, server, { ...request, host: request.host }, (code) =>
      reply(code === undefined ? 0 : (socks5Replies[code] ?? generalFailure)),
    );
  });
}

/** Serves one SOCKS4 client, CONNECT only; names are resolved here only where the server is a 4a. */
export function serveSocks4(client: Duplex, server: ProxyServer, extended: boolean): void {
  serve(client, async () => {
    const request = await receive(client, readSocks4Request);
    const reply = (code: number) => Buffer.of(0, code, 0, 0, 0, 0, 0, 0);
    const { host, userId = '' } = request;
    if (server.credentials !== undefined && userId !== server.credentials.username) return refuse(client, reply(93));
    if (request.command !== 1 || host === undefined || (request.byName && !extended)) return refuse(client, reply(91));
    await carry(client, server, { ...request, host }, (code) => reply(code === undefined ? 90 : 91));
  });
}

function serve(client: Duplex, converse: () => Promise<void>): void {
  client.on('error', () => {});
  // The client broke the protocol or left, or the lab closes: nothing is owed to anybody.
  converse().catch(() => client.destroy());
}

async function carry(
  client: Duplex,
  server: ProxyServer,
  to: SocksRequest & { readonly host: string },
  reply: (errorCode?: string) => Buffer,
): Promise<void> {
  const opened = await server.dial(to.host, to.port, client);
  if (!opened.ok) return refuse(client, reply(opened.code));
  client.write(reply());
  joinStreams(client, opened.socket, server.delayMs);
}

async function refuse(client: Duplex, reply: Buffer): Promise<void> {
  client.end(reply);
  client.on('end', () => client.destroy());
  client.resume();
}

/** Waits for one whole message and leaves what follows it in the stream. */
function receive<T>(client: Duplex, read: (bytes: Buffer) => Reading<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const leave = () => {
      client.off('data', onData);
      client.off('end', onGone);
      client.off('close', onGone);
    };
    const onGone = () => {
      leave();
      reject(new Error('no complete message came'));
    };
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const reading = read(bytes);
      if (reading.kind === 'incomplete' && bytes.length <= maxBufferedBytes) return;
      if (reading.kind !== 'message') {
        onGone();
        return;
      }
      leave();
      client.pause();
      if (reading.length < bytes.length) client.unshift(bytes.subarray(reading.length));
      resolve(reading.value);
    };
    if (client.destroyed || client.readableEnded) {
      onGone();
      return;
    }
    client.on('data', onData);
    client.on('end', onGone);
    client.on('close', onGone);
    client.resume();
  });
}
