import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostEvent } from '../../model/contract.ts';
import { ownHeaders, send } from './support/send.ts';
import { startTestHost, type TestHost } from './support/start-test-host.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options?: Parameters<typeof startTestHost>[0]): Promise<TestHost> {
  const host = await startTestHost(options);
  closing.push(host.close);
  return host;
}

interface Raw {
  readonly socket: Socket;
  /** What came so far. */
  readonly text: () => string;
  readonly closed: Promise<unknown>;
}

/** A connection on which everything can be said. */
async function open(host: TestHost, said = ''): Promise<Raw> {
  const socket = connect(host.port, '127.0.0.1');
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const closed = new Promise((done) => socket.once('close', done));
  closing.push(() => void socket.destroy());
  await Promise.race([new Promise((done) => socket.once('connect', done)), closed]);
  if (said !== '') socket.write(said);
  return { socket, text: () => text, closed };
}

function head(host: TestHost, path: string, more: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ ...ownHeaders(host), ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** An event of about `size` bytes. */
function largeEvent(size: number): HostEvent {
  return { type: 'run', runId: 'x'.repeat(size), seq: 1, updates: [] };
}

describe('slow and endless requests', () => {
  it('a header that never ends is cut off', async () => {
    const host = await start({ limits: { headersMs: 200 } });
    const { text, closed } = await open(host, 'POST /api/readHost HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ');
    await closed;
    expect(text()).toMatch(/^HTTP\/1.1 408/);
  });

  it('a connection on which nothing is said is cut off', async () => {
    const host = await start({ limits: { headersMs: 200 } });
    await (await open(host)).closed;
  });

  it('a header of a megabyte is refused', async () => {
    const host = await start();
    const { text, closed } = await open(host, `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(1024 * 1024)}\r\n\r\n`);
    await closed;
    expect(text()).toMatch(/^(HTTP\/1.1 431|$)/);
  });

  it('a body that stops coming is refused', async () => {
    const host = await start({ limits: { bodyMs: 100 } });
    const { text, closed } = await open(host, `${head(host, '/api/addRoute', { 'content-length': '100' })}{"a":`);
    await closed;
    expect(text()).toMatch(/^HTTP\/1.1 408/);
    expect(host.calls).toEqual([]);
  });

  it('a gigabyte in pieces ends at the limit of the call', async () => {
    const host = await start();
    const { socket, text, closed } = await open(host, head(host, '/api/addRoute', { 'transfer-encoding': 'chunked' }));
    const piece = `10000\r\n${'1'.repeat(0x10000)}\r\n`;
    let sent = 0;
    const push = () => {
      while (!socket.destroyed && sent < 2 ** 30 && socket.write(piece)) sent += piece.length;
      sent += piece.length;
    };
    socket.on('drain', push);
    push();
    await closed;
    expect(text()).toMatch(/^HTTP\/1.1 413/);
    // What the system holds on both sides counts too.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(host.calls).toEqual([]);
  });

  it('a gigabyte that is announced is refused before it comes', async () => {
    const host = await start();
    const { text } = await open(host, head(host, '/api/importTargets', { 'content-length': String(2 ** 30) }));
    await expect.poll(text).toMatch(/^HTTP\/1.1 413/);
    expect(host.calls).toEqual([]);
  });

  it('a gigabyte without a token is not read', async () => {
    const host = await start();
    const headers = { 'transfer-encoding': 'chunked', 'x-waylight-token': 'wrong' };
    const { socket, text, closed } = await open(host, head(host, '/api/importTargets', headers));
    const piece = `10000\r\n${'1'.repeat(0x10000)}\r\n`;
    const push = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', push);
    push();
    await closed;
    expect(text()).toMatch(/^HTTP\/1.1 403/);
  });

  it.each([
    ['two lengths', 'content-length: 2\r\ncontent-length: 3\r\n'],
    ['a length and pieces', 'content-length: 2\r\ntransfer-encoding: chunked\r\n'],
    ['a length that is no number', 'content-length: 0x2\r\n'],
    ['an unknown coding', 'transfer-encoding: chunked, gzip\r\n'],
    ['a folded header', 'x-a: 1\r\n 2\r\ncontent-length: 2\r\n'],
    ['a bare line feed', 'x-a: 1\ncontent-length: 2\r\n'],
  ])('%s cannot smuggle a second call in', async (_name, lines) => {
    const host = await start();
    const inner = head(host, '/api/deleteEverything').replace(host.token, 'none');
    const { socket, text, closed } = await open(
      host,
      `POST /api/readHost HTTP/1.1\r\nhost: 127.0.0.1:${host.port}\r\n${lines}\r\n{}${inner}`,
    );
    socket.end();
    await closed;
    expect(text()).not.toMatch(/ 200 /);
    expect(host.calls).toEqual([]);
  });

  it('an upgrade and a tunnel lead nowhere', async () => {
    const host = await start();
    const socketHead = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${host.port}\r\norigin: https://evil.example\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    const upgrade = await open(host, socketHead);
    await expect.poll(upgrade.text).toMatch(/^HTTP\/1.1 403/);
    const tunnel = await open(host, `CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n`);
    await tunnel.closed;
    expect(tunnel.text()).not.toMatch(/ 200 /);
  });
});

describe('many connections', () => {
  it('a thousand that say nothing do not keep the page out', async () => {
    const host = await start();
    const idle = await Promise.all(Array.from({ length: 1000 }, () => open(host)));
    const replies = await Promise.all(Array.from({ length: 6 }, () => send(host)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    await expect.poll(() => idle.filter(({ socket }) => !socket.destroyed).length).toBeLessThanOrEqual(64);
  });

  it('leave the event stream of a page open', async () => {
    const host = await start();
    const page = await open(host, head(host, '/api/subscribe', { 'content-length': '0' }));
    await expect.poll(page.text).toContain(': open');
    await Promise.all(Array.from({ length: 300 }, () => open(host)));
    host.emit({ type: 'show', screen: 'routes' });
    await expect.poll(page.text).toContain('data: {"type":"show","screen":"routes"}\n\n');
  });
});

describe('event streams', () => {
  const subscribe = (host: TestHost) => open(host, head(host, '/api/subscribe', { 'content-length': '0' }));

  it('tell every page what the host tells, and beat', async () => {
    const host = await start({ limits: { beatMs: 50 } });
    const pages = await Promise.all([subscribe(host), subscribe(host)]);
    for (const page of pages) await expect.poll(page.text).toContain(': open\n\n');
    host.emit({ type: 'show', screen: 'aws' });
    for (const page of pages) {
      await expect.poll(page.text).toContain('data: {"type":"show","screen":"aws"}\n\n');
      await expect.poll(page.text).toContain(': beat\n\n');
      expect(page.text()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*content-type: text\/event-stream\r\n/i);
    }
  });

  it('are sixteen at most, and one that ends makes room', async () => {
    const host = await start();
    const pages = await Promise.all(Array.from({ length: 16 }, () => subscribe(host)));
    for (const page of pages) await expect.poll(page.text).toContain(': open');
    expect((await send(host, { path: '/api/subscribe' })).status).toBe(429);
    pages[0]?.socket.destroy();
    await expect
      .poll(async () => {
        const page = await subscribe(host);
        await expect.poll(page.text).not.toBe('');
        return page.text().slice(0, 12);
      })
      .toBe('HTTP/1.1 200');
  });

  it('one that is never read is dropped, and costs no more than its limit', async () => {
    const host = await start();
    const deaf = await subscribe(host);
    await expect.poll(deaf.text).toContain(': open');
    deaf.socket.pause();
    const page = await subscribe(host);
    await expect.poll(page.text).toContain(': open');
    const event = largeEvent(1024 * 1024);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    let told = 0;
    // The system itself takes some megabytes for a socket nobody reads.
    for (; told < 64; told += 1) {
      const length = page.text().length;
      host.emit(event);
      await expect.poll(() => page.text().length, { timeout: 5000 }).toBeGreaterThan(length + 1024 * 1024);
    }
    const after = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    expect(after - before).toBeLessThan(64 * 4 * 1024 * 1024);
    deaf.socket.resume();
    await deaf.closed;
    expect(deaf.text().length).toBeLessThan(40 * 1024 * 1024);
    expect(page.socket.destroyed).toBe(false);
  }, 30_000);

  it('end with the token they were opened with', async () => {
    const host = await start();
    const code = host.newCode();
    const claim = async () => {
      const body = JSON.stringify({ code });
      return send(host, { path: '/api/claim', headers: { 'x-waylight-token': undefined }, body });
    };
    const { token } = JSON.parse((await claim()).text) as { token: string };
    const page = await open(host, head(host, '/api/subscribe', { 'content-length': '0', 'x-waylight-token': token }));
    await expect.poll(page.text).toContain(': open');
    expect((await claim()).status).toBe(403);
    await page.closed;
    expect((await send(host, { headers: { 'x-waylight-token': token } })).status).toBe(403);
    expect(host.reuses()).toBe(1);
  });

  it('end with the host', async () => {
    const host = await startTestHost();
    const page = await subscribe(host);
    await expect.poll(page.text).toContain(': open');
    await host.close();
    await page.closed;
  });
});
