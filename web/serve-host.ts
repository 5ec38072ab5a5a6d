import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Host } from '../app/host/ports.ts';
import type { Access } from './access.ts';
import type { Assets } from './assets.ts';
import { createEventStreams } from './event-streams.ts';
import { judgeRequest, type Refusal } from './judge-request.ts';
import { limitConnections } from './limit-connections.ts';
import { isOwnedByAnother, type LoopbackConnection } from './owned-by-another.ts';
import { dropBody } from './read-body.ts';
import { serveCall } from './serve-calls.ts';

export interface WebServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** From here on requests are answered; before it they get 503. */
  serve(host: Pick<Host, 'call' | 'subscribe'>, assets: Assets): void;
  /** Ends every connection and stream. */
  close(): Promise<void>;
}

export interface WebServerOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly access: Access;
  /** In ms, for tests. */
  readonly limits?: Partial<Limits>;
  readonly isStranger?: (connection: LoopbackConnection) => Promise<boolean>;
}

interface Limits {
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly beatMs: number;
}

const defaults: Limits = { headersMs: 10_000, bodyMs: 30_000, beatMs: 15_000 };

/** As desktop.md wants it for the desktop, with calls to the own origin instead of none. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer. There is no CORS header among them, ever. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // What a check found has no place in a browser's cache, and the next program on this port is not this one.
  'cache-control': 'no-store',
};

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<Refusal | undefined>;

/** Listens on 127.0.0.1 and nowhere else. Rejects where the port cannot be had (EADDRINUSE, EACCES). */
export async function listen(options: WebServerOptions): Promise<WebServer> {
  const limits = { ...defaults, ...options.limits };
  let serve: Serve = async () => ({ status: 503, text: 'starting' });
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.headersMs + limits.bodyMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersMs),
      keepAliveTimeout: 5000,
    },
    (request, response) => void answer(request, response, serve),
  );
  const trust = limitConnections(server);
  await bind(server, options.port);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  let endStreams = () => {};
  return {
    origin,
    serve: (host, assets) => {
      const streams = createEventStreams(host, limits.beatMs);
      endStreams = streams.close;
      const { access, isStranger = isOwnedByAnother } = options;
      const strange = ({ socket }: IncomingMessage) =>
        isStranger({ serverPort: port, clientPort: socket.remotePort ?? 0 });
      const calls = { host, access, trust, streams, isStranger: strange, bodyMs: limits.bodyMs };
      serve = async (request, response) => {
        const refusal = judgeRequest(request, origin);
        if (refusal !== undefined) return refusal;
        const name = /^\/api\/(\w+)$/.exec(request.url ?? '')?.[1];
        if (request.method === 'POST') {
          return name === undefined ? { status: 404, text: 'nothing here' } : serveCall(name, request, response, calls);
        }
        return name === undefined ? sendAsset(request, response, assets) : { status: 405, text: 'POST only' };
      };
    },
    close: async () => {
      endStreams();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, serve: Serve): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // A client that goes away in the middle is no defect of ours.
  response.on('error', () => {});
  const refusal = await serve(request, response).catch((): Refusal => ({ status: 500, text: 'a defect of ours' }));
  if (refusal !== undefined) refuse(response, refusal);
  dropBody(request);
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const allow = status === 405 ? { allow: 'GET, HEAD, POST' } : {};
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...allow });
  response.end(`${text}\n`);
}

/** The path is looked up as it came, so that there is nothing to decode, to resolve or to climb. */
function sendAsset(request: IncomingMessage, response: ServerResponse, assets: Assets): Refusal | undefined {
  const asset = assets.get(request.url ?? '');
  if (asset === undefined) return { status: 404, text: 'nothing here' };
  response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : asset.bytes);
  return undefined;
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
