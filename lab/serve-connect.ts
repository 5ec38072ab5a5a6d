import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { joinStreams } from './join-streams.ts';
import type { ProxyServer } from './proxy-server.ts';

const statuses: Record<string, string> = { ENOTFOUND: '502 Bad Gateway', ETIMEDOUT: '504 Gateway Timeout' };

/** An HTTP proxy that does CONNECT (RFC 9110 9.3.6) and nothing else; returns what takes accepted connections. */
export function createConnectServer(server: ProxyServer): (client: Duplex) => void {
  const front = createServer((_request, response) => {
    response.writeHead(405, { allow: 'CONNECT', 'content-length': 0 });
    response.end();
  });
  front.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => {});
    tunnel(request, client, head, server).catch(() => client.destroy());
  });
  return (client) => {
    client.on('error', () => {});
    front.emit('connection', client);
  };
}

async function tunnel(request: IncomingMessage, client: Duplex, head: Buffer, server: ProxyServer): Promise<void> {
  const typed = readBasic(request.headers['proxy-authorization']);
  if (server.credentials !== undefined && (typed === undefined || !server.accepts(typed))) {
    return refuse(client, '407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="proxy"\r\n');
  }
  const to = readAuthority(request.url ?? '');
  if (to === undefined) return refuse(client, '400 Bad Request');
  client.pause();
  const opened = await server.dial(to.host, to.port, client);
  if (!opened.ok) return refuse(client, statuses[opened.code] ?? '503 Service Unavailable');
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) client.unshift(head);
  joinStreams(client, opened.socket, server.delayMs);
}

async function refuse(client: Duplex, status: string, header = ''): Promise<void> {
  client.end(`HTTP/1.1 ${status}\r\n${header}Connection: close\r\nContent-Length: 0\r\n\r\n`);
  client.on('end', () => client.destroy());
  client.resume();
}

/** RFC 7617 2. */
function readBasic(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':') };
}

/** The authority form of a request target (RFC 9112 3.2.3): host, colon, port; IPv6 in brackets. */
export function readAuthority(target: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,255})):(\d{1,5})$/i.exec(target);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65535) return undefined;
  return { host: host.toLowerCase(), port };
}
