import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MetricsServer, serveMetrics } from '../../../cli/monitor/serve-metrics.ts';
import { findFreePort } from '../../support/start-daemon.ts';

const page = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'a_metric 1\n' };
let server: MetricsServer;
let port = 0;

beforeEach(async () => {
  port = await findFreePort();
  server = await serveMetrics({ address: '127.0.0.1', port });
  await server.publish(page);
});
afterEach(() => server.close());

/** Unlike `once`, also where it ends with an error. */
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

/** Sends these bytes and reads until the other side ends. */
async function send(bytes: string | Buffer, ms = 5000): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(), ms);
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await closed(socket);
  clearTimeout(timer);
  return Buffer.concat(chunks).toString();
}

const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    })
      .on('error', reject)
      .end();
  });

describe('GET /metrics', () => {
  it.each(['/metrics', '/metrics?name[]=x'])('is answered in full: %s', async (path) => {
    const { status, headers, body } = await get(path);
    expect({ status, type: headers['content-type'], body: body.toString() }).toEqual({
      status: 200,
      type: page.contentType,
      body: page.text,
    });
  });

  it.each([
    ['gzip', true],
    ['deflate, GZIP;q=0.5', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['gzippy', false],
    ['identity', false],
  ])('is packed where that is taken: %s', async (codings, packed) => {
    const { headers, body } = await get('/metrics', { 'accept-encoding': codings });
    expect(headers['content-encoding']).toBe(packed ? 'gzip' : undefined);
    expect((packed ? gunzipSync(body) : body).toString()).toBe(page.text);
  });

  it('is refused until there is something to say', async () => {
    await server.close();
    server = await serveMetrics({ address: '127.0.0.1', port });
    expect((await get('/metrics')).status).toBe(503);
  });

  it.each([
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
  ])('is not given to a page that came by a name of its own: %s', async (host) => {
    const { status, body } = await get('/metrics', { host });
    expect(status).toBe(403);
    expect(body.toString()).not.toContain('a_metric');
  });

  it.each(['localhost:9464', '127.0.0.1', '192.168.1.5:9464', '[::1]:9464'])(
    'is given by address: %s',
    async (host) => {
      expect((await get('/metrics', { host })).status).toBe(200);
    },
  );
});

describe('everything else', () => {
  it.each([
    ['GET / HTTP/1.1', 404],
    ['GET /metrics/ HTTP/1.1', 404],
    ['GET /metrics/../etc/passwd HTTP/1.1', 404],
    ['GET http://other.example/metrics HTTP/1.1', 404],
    ['HEAD /metrics HTTP/1.1', 405],
    ['POST /metrics HTTP/1.1', 405],
    ['DELETE /metrics HTTP/1.1', 405],
    ['OPTIONS /metrics HTTP/1.1', 405],
    ['BREW /metrics HTTP/1.1', 400],
  ])('%s is %d', async (line, status) => {
    const answer = await send(`${line}\r\nHost: 127.0.0.1\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).not.toContain('a_metric');
    if (status === 405) expect(answer).toMatch(/\r\nallow: GET\r\n/i);
  });

  it.each([
    ['a method and no more', Buffer.from('GET')],
    ['bytes that are no HTTP', Buffer.from([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3])],
    ['a header without end', `GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(1024 * 1024)}`],
    ['CONNECT', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n'],
    ['two lengths', 'GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['both lengths', 'GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['an empty host', 'GET /metrics HTTP/1.1\r\nHost:\r\n\r\n'],
    ['no host', 'GET /metrics HTTP/1.1\r\n\r\n'],
  ])('%s gets nothing, and the next one is served', async (_, bytes) => {
    expect(await send(bytes, 500)).not.toContain('a_metric');
    expect((await get('/metrics')).status).toBe(200);
  });

  it('reads nothing of a body that is as long as it likes', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`POST /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${8 * 1024 ** 3}\r\n\r\n`);
    let sent = 0;
    const more = Buffer.alloc(65_536);
    const pump = () => {
      while (socket.writable && sent < 64 * 1024 * 1024) {
        sent += more.length;
        if (!socket.write(more)) {
          socket.once('drain', pump);
          return;
        }
      }
    };
    pump();
    socket.resume();
    await closed(socket);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('holds on while hundreds do nothing but be connected', async () => {
    const idle = Array.from({ length: 300 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    await Promise.all(idle.map((socket) => (socket.destroyed ? undefined : once(socket, 'connect').catch(() => {}))));
    expect((await get('/metrics')).body.toString()).toBe(page.text);
    for (const socket of idle) socket.destroy();
  });

  it('ends at once, whoever is connected', async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    await once(socket, 'connect');
    const ended = closed(socket);
    const started = performance.now();
    await Promise.all([server.close(), ended]);
    expect(performance.now() - started).toBeLessThan(50);
  });
});

describe('the address', () => {
  it('is the one given and no other', async () => {
    await expect(
      new Promise((resolve, reject) => {
        connect(port, '127.0.0.2').on('connect', resolve).on('error', reject);
      }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('that is taken is an error with its name', async () => {
    await expect(serveMetrics({ address: '127.0.0.1', port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const at = { address: '127.0.0.1', port: (other.address() as AddressInfo).port };
    await expect(serveMetrics(at)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    other.close();
    await expect(serveMetrics({ address: '192.0.2.1', port })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});

it('gives a slow reader the page it began, and the next one the new page', async () => {
  const long = { ...page, text: `${'a_metric 1\n'.repeat(1_000_000)}` };
  await server.publish(long);
  const slow = connect(port, '127.0.0.1');
  slow.write('GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  await once(slow, 'readable');
  await server.publish(page);
  expect((await get('/metrics')).body.toString()).toBe(page.text);
  const answer = await text(slow);
  expect(answer.length).toBeGreaterThan(long.text.length);
});
