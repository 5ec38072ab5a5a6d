import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RenderedMetrics } from '../../app/metrics/render-metrics.ts';
import type { Endpoint } from '../../model/address.ts';
import { limitConnections } from '../../web/limit-connections.ts';

export interface MetricsServer {
  /** From here on this is the answer. Both of its forms are made now, so that a scrape costs a running measurement nothing. */
  publish(metrics: RenderedMetrics): Promise<void>;
  close(): Promise<void>;
}

/** What may be waited for in one request, and in a connection where nothing moves, in milliseconds. */
const requestMs = 10_000;
const idleMs = 30_000;

const pack = promisify(gzip);

interface Page {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

/**
 * Serves `GET /metrics` at this address and no other. There is no password. Rejects where the address cannot be had
 * (EADDRINUSE, EACCES, EADDRNOTAVAIL).
 */
export async function serveMetrics(at: Endpoint): Promise<MetricsServer> {
  let page: Page | undefined;
  const server = createServer(
    {
      maxHeaderSize: 8192,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 5000,
    },
    (request, response) => answer(request, response, page),
  );
  limitConnections(server);
  server.setTimeout(idleMs);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.address, port: at.port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    publish: async ({ contentType, text }) => {
      const plain = Buffer.from(text);
      page = { type: contentType, plain, packed: await pack(plain) };
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, page: Page | undefined): void {
  response.on('error', () => {});
  response.setHeader('x-content-type-options', 'nosniff');
  const refusal = judge(request);
  if (refusal !== undefined || page === undefined) {
    refuse(response, refusal ?? { status: 503, text: 'starting' });
    return;
  }
  const body = takesGzip(request) ? page.packed : page.plain;
  response.writeHead(200, {
    'content-type': page.type,
    'content-length': body.length,
    vary: 'accept-encoding',
    'cache-control': 'no-store',
    ...(body === page.packed ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
}

interface Refusal {
  readonly status: number;
  readonly text: string;
}

function judge({ method, url = '', headers }: IncomingMessage): Refusal | undefined {
  if (url.split('?')[0] !== '/metrics') return { status: 404, text: 'only /metrics is here' };
  if (method !== 'GET') return { status: 405, text: 'GET only' };
  return isNamed(headers.host) ? { status: 403, text: 'ask for the address, not for a name' } : undefined;
}

/** `gzip` without a weight of 0 (RFC 9110, 12.5.3). */
function takesGzip({ headers }: IncomingMessage): boolean {
  const codings = String(headers['accept-encoding'] ?? '').split(',');
  return codings.some((coding) => /^\s*gzip\s*(;\s*q=(1|0\.\d*[1-9]\d*)(\.0*)?\s*)?$/i.test(coding));
}

/**
 * Whether the address was reached through a name of somebody's choice: this is how a page in a browser of this machine would
 * come to read what it may not (DNS rebinding).
 */
function isNamed(host: string | undefined): boolean {
  return host !== undefined && !/^(localhost|\d+(\.\d+){3}|\[[0-9a-f:.]+\])(:\d+)?$/i.test(host);
}

/** What more there is of the request is not read. */
function refuse(response: ServerResponse, { status, text }: Refusal): void {
  const allow = status === 405 ? { allow: 'GET' } : {};
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...allow });
  response.end(`${text}\n`);
}
