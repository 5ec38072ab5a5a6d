import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockPageMarks } from '../../../engine/block-pages.ts';
import { connectStep } from '../../../engine/steps/connect.ts';
import { type HttpOptions, httpStep } from '../../../engine/steps/http.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { createStepContext, type TestContextOptions } from '../../support/step-context.ts';
import { serveTcp, type TcpServer } from '../../support/tcp-server.ts';

const marks: BlockPageMarks = {
  marks: [
    {
      id: 'xx-redirect',
      country: 'xx',
      kind: 'redirect',
      pattern: 'http://warning.example',
      seen: '2026-01',
      source: 'test',
    },
    { id: 'xx-body', country: 'xx', kind: 'body', pattern: 'register.of.bans', seen: '2026-01', source: 'test' },
  ],
  never: [{ id: 'denied', kind: 'title', pattern: 'Access Denied', source: 'test' }],
};

async function get(server: TcpServer, options: Partial<HttpOptions> = {}, contextOptions: TestContextOptions = {}) {
  const context = createStepContext(contextOptions);
  const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
  if (!connected.ok) throw new Error('no connection');
  const result = await httpStep(
    connected.value,
    { url: 'http://site.example/', redirects: [], marks, ...options },
    context,
  );
  const observation = context.seen.find((entry): entry is ObservationOf<'http'> => entry.step === 'http');
  if (observation === undefined) throw new Error('nothing recorded');
  expect(context.seen).toHaveLength(2);
  expect(observation.failure).toEqual(result.ok ? undefined : result.failure);
  expect(connected.value.socket.destroyed).toBe(true);
  await server.drained();
  return { result, observation };
}

/** Reads one request's head, then lets `answer` write. */
const answering = (answer: (socket: Socket, head: string) => void) =>
  serveTcp((socket) => socket.once('data', (head) => answer(socket, head.toString('latin1'))));

const page = (body: string | Buffer, ...headers: string[]) =>
  Buffer.concat([
    Buffer.from([`HTTP/1.1 200 OK`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', ''].join('\r\n')),
    Buffer.from(body),
  ]);

/** Writes `chunk` again and again until the connection is gone; resolves with the bytes the kernel took. */
function pour(socket: Socket, chunk: string | Buffer): () => number {
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
  return () => socket.bytesWritten;
}

describe('a response', () => {
  it('is recorded with its selected headers, title, hash and times', async () => {
    const body = '<html><head><TITLE lang="en">\n Tom &amp; Jerry &#x1F600;\u202e </title></head>';
    let request = '';
    const server = await answering((socket, head) => {
      request = head;
      socket.end(
        page(body, 'Server: nginx', 'Set-Cookie: id=secret', 'Date: Sun, 22 Nov 2026 12:00:00 GMT', 'X-Other: no'),
      );
    });
    const { result, observation } = await get(server, { url: 'http://user:secret@site.example/a?b=1#c' });
    expect(result).toMatchObject({
      ok: true,
      value: { status: 200, date: Date.UTC(2026, 10, 22, 12), bodyText: body },
    });
    expect(observation).toMatchObject({
      url: 'http://site.example/a?b=1',
      status: 200,
      title: 'Tom & Jerry 😀',
      bodyBytes: Buffer.byteLength(body),
      bodyTruncated: false,
      bodySha256: createHash('sha256').update(body).digest('hex'),
    });
    expect(Object.keys(observation.headers).sort()).toEqual(['content-length', 'date', 'server']);
    expect(observation.firstByteMs).toBeLessThanOrEqual(observation.ms);
    expect(request).toMatch(/^GET \/a\?b=1 HTTP\/1\.1\r\nHost: site\.example\r\n/);
    expect(request).toMatch(/Connection: close\r\n/i);
    expect(request).not.toMatch(/secret|authorization/i);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('is decoded from %s', async (encoding, compress) => {
    const server = await answering((socket) =>
      socket.end(page(compress(Buffer.from('héllo')), `Content-Encoding: ${encoding}`)),
    );
    const { result, observation } = await get(server, { expect: { status: [200], bodyIncludes: 'héllo' } });
    expect(result.ok).toBe(true);
    expect(observation.bodyBytes).toBe(6);
  });

  it('keeps a title in windows-1251 readable', async () => {
    const title = Buffer.concat([
      Buffer.from('<title>'),
      Buffer.of(0xc4, 0xee, 0xf1, 0xf2, 0xf3, 0xef),
      Buffer.from('</title>'),
    ]);
    const server = await answering((socket) =>
      socket.end(page(title, 'Content-Type: text/html; charset=windows-1251')),
    );
    expect((await get(server)).observation.title).toBe('Доступ');
  });

  it('may end with the connection', async () => {
    const server = await answering((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall'));
    expect((await get(server)).result).toMatchObject({ ok: true, value: { bodyText: 'all' } });
  });

  it('with a redirect gives where it leads, absolute and without credentials', async () => {
    const server = await answering((socket) =>
      socket.end('HTTP/1.1 302 Found\r\nLocation: //me:pw@next.example/x#y\r\nContent-Length: 0\r\n\r\n'),
    );
    const { result, observation } = await get(server);
    expect(result).toMatchObject({ ok: true, value: { status: 302, location: 'http://next.example/x' } });
    expect(JSON.stringify(observation)).not.toContain('pw');
  });

  it('on another site than the first one says so', async () => {
    const server = await answering((socket) => socket.end(page('x')));
    const from = (url: string) => ({ redirects: [{ url, status: 302 }] });
    expect((await get(server, from('http://www.site.example/'))).observation.foreignHost).toBeUndefined();
    expect((await get(server, from('http://other.example/'))).observation.foreignHost).toBe('site.example');
  });
});

describe('what a response means', () => {
  const status = (line: string, ...rest: string[]) =>
    answering((socket) => socket.end([`HTTP/1.1 ${line}`, 'Content-Length: 0', ...rest, '', ''].join('\r\n')));

  it('400 and above is http-status, unless it is what was expected', async () => {
    expect((await get(await status('403 Forbidden'))).result).toMatchObject({
      failure: { kind: 'http-status', code: '403' },
    });
    expect((await get(await status('403 Forbidden'), { expect: { status: [403] } })).result.ok).toBe(true);
  });

  it('not what was expected is not-this-service', async () => {
    expect((await get(await status('200 OK'), { expect: { status: [204] } })).result).toMatchObject({
      failure: { kind: 'not-this-service', code: '200', detail: 'status' },
    });
    expect((await get(await status('200 OK'), { expect: { bodyIncludes: 'Success' } })).result).toMatchObject({
      failure: { kind: 'not-this-service', detail: 'body' },
    });
  });

  it('a redirect passes an expectation only where the caller will follow it', async () => {
    const server = await status('302 Found', 'Location: https://www.site.example/');
    expect((await get(server, { expect: { status: [200] } })).result.ok).toBe(false);
    expect((await get(server, { expect: { status: [200] }, follow: true })).result.ok).toBe(true);
  });

  it('a mark is a block page, whatever the status and the expectation', async () => {
    const redirect = await status('302 Found', 'Location: http://warning.example/?id=7');
    expect((await get(redirect, { follow: true })).result).toMatchObject({
      failure: { kind: 'block-page', code: 'xx-redirect' },
    });
    const body = await answering((socket) => socket.end(page('see register.of.bans')));
    const { result, observation } = await get(body, { expect: { status: [200] } });
    expect(result).toMatchObject({ failure: { kind: 'block-page', code: 'xx-body' } });
    expect(observation.mark).toBe('xx-body');
  });
});

describe('a broken or hostile server', () => {
  it.each<[string, (socket: Socket) => void, object]>([
    ['resets at the request', (socket) => socket.resetAndDestroy(), { kind: 'reset', code: 'ECONNRESET' }],
    ['closes at the request', (socket) => socket.end(), { kind: 'eof' }],
    ['answers garbage', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), { kind: 'http-malformed' }],
    ['answers HTTP/0.9', (socket) => socket.end('<html>old</html>'), { kind: 'http-malformed' }],
    [
      'sends a head beyond all bounds',
      (socket) =>
        void pour(
          socket.on('error', () => {}),
          `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(9000)}`,
        ),
      { kind: 'http-malformed', code: 'HPE_HEADER_OVERFLOW' },
    ],
    [
      'sends interim responses for ever',
      (socket) => void pour(socket, 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'),
      { kind: 'http-malformed', detail: 'interim-responses' },
    ],
    [
      'switches protocols unasked',
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      { kind: 'http-malformed', detail: 'upgrade' },
    ],
    [
      'closes in the middle of a body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'),
      { kind: 'eof' },
    ],
    [
      'closes in the middle of chunks',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe'),
      { kind: 'eof' },
    ],
    [
      'sends a broken chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
      { kind: 'http-malformed' },
    ],
    [
      'sends broken gzip',
      (socket) => socket.end(page('not gzip at all', 'Content-Encoding: gzip')),
      { kind: 'http-malformed', code: 'Z_DATA_ERROR' },
    ],
    [
      'sends broken brotli',
      (socket) => socket.end(page('not brotli at all', 'Content-Encoding: br')),
      { kind: 'http-malformed' },
    ],
  ])('%s', async (_case, answer, failure) => {
    const { result } = await get(await answering(answer));
    expect(result).toMatchObject({ ok: false, failure: { step: 'http', ...failure } });
  });

  it.each([
    ['a body of known length', 'Content-Length: 100000\r\n'],
    ['a body that ends with the connection', ''],
  ])('reset in the middle of %s is a reset, with the bytes received', async (_case, header) => {
    const server = await answering((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n${'x'.repeat(1000)}`);
      setTimeout(() => socket.resetAndDestroy(), 30);
    });
    const { result, observation } = await get(server);
    expect(result).toMatchObject({ failure: { kind: 'reset' } });
    expect(observation).toMatchObject({ status: 200, bodyBytes: 1000 });
    expect(observation.receivedBytes).toBe(`HTTP/1.1 200 OK\r\n${header}\r\n`.length + 1000);
  });

  it('silence at the request is a timeout, silence after 16 KiB a stall that says how far it came', async () => {
    const timeouts = { firstByte: 120, stall: 120 };
    const mute = await get(await answering(() => {}), {}, { timeouts });
    expect(mute.result).toMatchObject({ failure: { kind: 'timeout' } });
    expect(mute.observation.receivedBytes).toBe(0);
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n';
    const frozen = await get(await answering((socket) => socket.write(head + 'x'.repeat(16_384))), {}, { timeouts });
    expect(frozen.result).toMatchObject({ failure: { kind: 'stall' } });
    expect(frozen.observation).toMatchObject({ status: 200, bodyBytes: 16_384, receivedBytes: head.length + 16_384 });
  });

  it("a drip that never falls silent ends with the job: too slow on its own account, a job timeout on the caller's", async () => {
    const drip = () =>
      answering((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(timer));
      });
    const slow = await get(await drip(), {}, { timeouts: { stall: 100, job: 250 } });
    expect(slow.result).toMatchObject({ failure: { kind: 'too-slow' } });
    const cancelled = await get(await drip(), {}, { signal: AbortSignal.timeout(150) });
    expect(cancelled.result).toMatchObject({ failure: { kind: 'aborted' } });
  });

  it('an endless body is cut at 512 KiB, and the connection given back', async () => {
    let written = () => 0;
    const server = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n');
      written = pour(socket, Buffer.alloc(65_536, 0x78));
    });
    const { result, observation } = await get(server);
    expect(result.ok).toBe(true);
    expect(observation).toMatchObject({ bodyBytes: 524_288, bodyTruncated: true });
    expect(written()).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(256 * 1024 * 1024))],
    ['br', brotliCompressSync(Buffer.alloc(64 * 1024 * 1024), { params: { 1: 4 } })],
  ])('a %s bomb is cut at 512 KiB of what it yields', async (encoding, bomb) => {
    const before = process.memoryUsage().rss;
    const server = await answering((socket) => socket.end(page(bomb, `Content-Encoding: ${encoding}`)));
    const { result, observation } = await get(server);
    expect(result.ok).toBe(true);
    expect(observation).toMatchObject({ bodyBytes: 524_288, bodyTruncated: true });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('compressed data that yields nothing is cut too', async () => {
    // A gzip header, then stored blocks (RFC 1951 3.2.4) of no bytes each.
    const empty = Buffer.from('0000 00ff ff'.replaceAll(' ', ''), 'hex');
    const server = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n');
      socket.write(Buffer.from('1f8b08000000000000ff', 'hex'));
      pour(socket, Buffer.concat(Array(13_000).fill(empty)));
    });
    const { observation } = await get(server);
    expect(observation).toMatchObject({ bodyBytes: 0, bodyTruncated: true });
  });

  it('control characters in a header do not reach the report', async () => {
    const server = await answering((socket) => socket.end(page('x', 'Server: a\u0001b\u0085c')));
    const { observation } = await get(server);
    expect(observation.headers.server ?? '').not.toMatch(/\p{Cc}/u);
  });

  it('an empty or odd Location is no redirect to follow', async () => {
    for (const location of ['javascript:alert(1)', 'http://[', 'ftp://x/']) {
      const server = await answering((socket) =>
        socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
      );
      const { result, observation } = await get(server);
      expect(result).toMatchObject({ ok: true });
      expect(result.ok && result.value.location).toBeUndefined();
      expect(observation.headers.location).toBeUndefined();
    }
  });
});

describe('any bytes whatever', () => {
  it('give exactly one valid observation and leave nothing open', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.uint8Array({ maxLength: 300 }).map((tail) => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), tail])),
          fc
            .uint8Array({ maxLength: 300 })
            .map((tail) => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n'), tail])),
        ),
        async (bytes) => {
          const server = await answering((socket) => socket.end(Buffer.from(bytes)));
          await get(server, {}, { timeouts: { firstByte: 500, stall: 500 } });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('an abort at any moment leaves no connection after 100 ms', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (ms) => {
        const server = await answering((socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n');
          pour(socket, Buffer.alloc(1000));
        });
        const controller = new AbortController();
        const context = createStepContext({ signal: controller.signal });
        const timer = setTimeout(() => controller.abort(), ms);
        const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
        if (connected.ok)
          await httpStep(connected.value, { url: 'http://site.example/', redirects: [], marks }, context);
        clearTimeout(timer);
        controller.abort();
        await server.drained(100);
      }),
      { numRuns: 30 },
    );
  });
});
