import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDialer } from '../../../engine/route/create-dialer.ts';
import type { Connection, StepResult } from '../../../engine/step.ts';
import { type CertificateFlaw, createAuthority } from '../../../lab/authority.ts';
import type { ProxyRoute } from '../../../model/route.ts';
import { createRecording, type RecordingOptions } from '../../support/recording-context.ts';
import { type Move, playMoves, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startProxy(moves: readonly Move[]): Promise<ScriptedServer> {
  const server = await startScriptedServer((socket) => playMoves(socket, moves));
  cleanups.push(() => server.close());
  return server;
}

const secret = { username: 'marina', password: 'korova-92-молоко' };
const name = { host: 'blocked.example', port: 443 };
const established = 'HTTP/1.1 200 Connection established\r\n\r\n';

function routeTo(port: number, credentials?: ProxyRoute['credentials']): ProxyRoute {
  return { id: 'p', label: 'p', kind: 'http', host: '127.0.0.1', port, ...(credentials && { credentials }) };
}

async function dial(route: ProxyRoute, to = name, options: RecordingOptions = {}) {
  const recording = createRecording({ timeouts: { proxy: 500 }, ...options });
  const result = await createDialer(route).dial(to, recording.context);
  if (result.ok) cleanups.push(() => result.value.socket.destroy());
  return { result, recording };
}

function failureOf(result: StepResult<Connection>) {
  return result.ok ? undefined : result.failure;
}

async function readText(socket: Duplex, length: number): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length >= length) resolve(text);
    });
  });
}

describe('what is sent', () => {
  it('asks the proxy for the name, and nobody else', async () => {
    const proxy = await startProxy([{ send: established }]);
    const { result, recording } = await dial(routeTo(proxy.port));
    expect(result.ok).toBe(true);
    expect(recording.lookedUp).toEqual([]);
    const request = proxy.received[0]?.toString() ?? '';
    expect(request).toMatch(/^CONNECT blocked\.example:443 HTTP\/1\.1\r\nHost: blocked\.example:443\r\n/);
    expect(request).not.toMatch(/authorization/i);
    expect(recording.of('connect')).toMatchObject([{ peer: 'proxy', address: '127.0.0.1', port: proxy.port }]);
    expect(recording.of('proxy')).toMatchObject([{ requested: 'blocked.example', port: 443, reply: 200 }]);
  });

  it('puts an IPv6 address in brackets', async () => {
    const proxy = await startProxy([{ send: established }]);
    const { result } = await dial(routeTo(proxy.port), { host: '2001:db8::1', port: 80 });
    expect(result).toMatchObject({ ok: true, value: { address: '2001:db8::1' } });
    expect(proxy.received[0]?.toString()).toContain('CONNECT [2001:db8::1]:80 HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n');
  });

  it('sends credentials as Basic in UTF-8', async () => {
    const proxy = await startProxy([{ send: established }]);
    await dial(routeTo(proxy.port, secret));
    const basic = Buffer.from('marina:korova-92-молоко', 'utf8').toString('base64');
    expect(proxy.received[0]?.toString()).toContain(`Proxy-Authorization: Basic ${basic}\r\n`);
  });

  it.each([
    [{ username: 'a:b', password: 'c' }, name, 'credentials-characters'],
    [undefined, { host: 'a b', port: 1 }, 'host'],
    [undefined, { host: 'a\r\nX: y', port: 1 }, 'host'],
    [undefined, { host: 'x'.repeat(256), port: 1 }, 'host'],
  ])('sends nothing for %o %o', async (credentials, to, detail) => {
    const proxy = await startProxy([]);
    const { result, recording } = await dial(routeTo(proxy.port, credentials), to);
    expect(failureOf(result)).toEqual({ step: 'proxy', kind: 'local-limit', detail });
    expect(recording.observations.map((seen) => seen.step)).toEqual(['proxy']);
    expect(proxy.received).toEqual([]);
  });
});

describe('how a proxy fails', () => {
  it.each<[string, readonly Move[], object, number?]>([
    [
      '407',
      [{ send: 'HTTP/1.1 407 x\r\nProxy-Authenticate: Basic\r\n\r\n' }],
      { kind: 'proxy-auth', code: '407' },
      407,
    ],
    [
      '403 with a page',
      [{ send: `HTTP/1.1 403 no\r\nContent-Length: 5\r\n\r\n${secret.password}` }],
      { kind: 'proxy-rejected', code: '403' },
      403,
    ],
    ['502', [{ send: 'HTTP/1.0 502 bad\r\n\r\n', after: 'end' }], { kind: 'proxy-rejected', code: '502' }, 502],
    ['401', [{ send: 'HTTP/1.1 401 x\r\n\r\n' }], { kind: 'proxy-auth', code: '401' }, 401],
    [
      'a redirect',
      [{ send: 'HTTP/1.1 302 x\r\nLocation: http://portal/\r\n\r\n' }],
      { kind: 'proxy-rejected', code: '302' },
      302,
    ],
    ['an interim response', [{ send: 'HTTP/1.1 100 Continue\r\n\r\n' }], { kind: 'proxy-protocol', code: '100' }, 100],
    ['SOCKS', [{ send: Buffer.of(5, 0) }], { kind: 'proxy-protocol', code: 'HPE_INVALID_CONSTANT' }],
    ['a TLS alert', [{ send: Buffer.of(21, 3, 1, 0, 2, 2, 10) }], { kind: 'proxy-protocol' }],
    ['half a response', [{ send: 'HTTP/1.1 200 OK\r\nA: b\r\n', after: 'end' }], { kind: 'eof' }],
    [
      'a header without end',
      [{ send: `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(100_000)}` }],
      { kind: 'proxy-protocol', code: 'HPE_HEADER_OVERFLOW' },
    ],
    ['closed at once', ['end'], { kind: 'eof', detail: 'reply' }],
    ['reset at once', ['reset'], { kind: 'reset', code: 'ECONNRESET' }],
    ['silent', ['hang'], { kind: 'timeout' }],
  ])('%s', async (_title, moves, failure, reply) => {
    const proxy = await startProxy(moves);
    const { result, recording } = await dial(routeTo(proxy.port, secret));
    expect(failureOf(result)).toMatchObject({ step: 'proxy', ...failure });
    expect(recording.observations.map((seen) => seen.step)).toEqual(['connect', 'proxy']);
    expect(recording.of('proxy')[0]).toMatchObject({ failure: failureOf(result) });
    expect(recording.of('proxy')[0]?.reply).toBe(reply);
    const shown = inspect([result, recording.observations], { depth: 20, showHidden: true });
    expect(shown).not.toContain(secret.password);
    await expect.poll(() => proxy.openConnections()).toBe(0);
  });

  it('an endless stream of headers is cut off, not collected', async () => {
    let sent = 0;
    const proxy = await startScriptedServer((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write('X-Filler: aaaaaaaaaaaaaaaaaaaaaaaa\r\n')) sent += 36;
      };
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        pour();
      });
      socket.on('drain', pour);
    });
    cleanups.push(() => proxy.close());
    const { result } = await dial(routeTo(proxy.port), name, { timeouts: { proxy: 5000 } });
    expect(failureOf(result)).toMatchObject({ kind: 'proxy-protocol', code: 'HPE_HEADER_OVERFLOW' });
    await expect.poll(() => proxy.openConnections()).toBe(0);
    expect(sent).toBeLessThan(20_000_000);
  });

  it('ends within 100 ms of an abort, and leaves no connection', async () => {
    const proxy = await startProxy(['hang']);
    const stop = new AbortController();
    const dialling = dial(routeTo(proxy.port), name, { signal: stop.signal, timeouts: {} });
    await expect.poll(() => proxy.received[0]?.length ?? 0).toBeGreaterThan(0);
    const before = performance.now();
    stop.abort();
    expect(failureOf((await dialling).result)).toEqual({ step: 'proxy', kind: 'aborted' });
    expect(performance.now() - before).toBeLessThan(100);
    await expect.poll(() => proxy.openConnections()).toBe(0);
  });
});

describe('the bytes behind the response', () => {
  it.each([
    ['glued to it', { send: `${established}220 first words` }],
    ['one byte at a time', { send: `${established}220 first words`, drip: true }],
    [
      'against a length that means nothing here',
      { send: `HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n220 first words` },
    ],
  ] as [string, Move][])('reach the reader: %s', async (_title, move) => {
    const proxy = await startProxy([move, { send: '|pong' }]);
    const { result } = await dial(routeTo(proxy.port), name, { timeouts: { proxy: 5000 } });
    if (!result.ok) throw new Error('not connected');
    expect(await readText(result.value.socket, 15)).toBe('220 first words');
    result.value.socket.write('ping');
    expect(await readText(result.value.socket, 5)).toBe('|pong');
    expect(proxy.received[0]?.subarray(-4).toString()).toBe('ping');
  });
});

describe('over TLS', () => {
  const authority = createAuthority('Route Test CA');

  async function withTlsProxy(certifiedFor: string, flaw: CertificateFlaw, host: string) {
    const requests: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((raw) => {
      sockets.add(raw);
      raw.on('error', () => {});
      const secure = new TLSSocket(raw, { isServer: true, secureContext: authority.serverContext(certifiedFor, flaw) });
      secure.on('error', () => {});
      secure.once('data', (chunk: Buffer) => {
        requests.push(chunk.toString());
        secure.write(`${established}220 first words`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    const route: ProxyRoute = { ...routeTo(port, secret), kind: 'https', host };
    const dialled = await dial(route, name, {
      hosts: { 'proxy.example': ['127.0.0.1'] },
      trust: { extra: [authority.pem] },
    });
    return { ...dialled, requests };
  }

  it.each(['proxy.example', '127.0.0.1'])('reaches the target through %s', async (host) => {
    const { result, recording } = await withTlsProxy(host, 'valid', host);
    if (!result.ok) throw new Error('not connected');
    expect(recording.observations.map((seen) => seen.step)).toEqual(['connect', 'tls', 'proxy']);
    expect(recording.of('tls')).toMatchObject([{ peer: 'proxy' }]);
    expect(await readText(result.value.socket, 15)).toBe('220 first words');
  });

  it.each([
    ['wrong-host', 'cert-host'],
    ['untrusted', 'cert-untrusted'],
    ['expired', 'cert-expired'],
  ] as const)('gives no credentials to a proxy whose certificate is %s', async (flaw, kind) => {
    const { result, recording, requests } = await withTlsProxy('proxy.example', flaw, 'proxy.example');
    expect(failureOf(result)).toMatchObject({ step: 'tls', kind });
    expect(recording.observations.map((seen) => seen.step)).toEqual(['connect', 'tls']);
    expect(requests).toEqual([]);
  });
});

describe('secrets', () => {
  it('whatever the proxy answers, nothing that comes out holds the password', async () => {
    const part = fc.string({ unit: 'binary', minLength: 8, maxLength: 40 }).filter((text) => text.isWellFormed());
    const opening = fc.constantFrom('', 'HTTP/1.1 ', 'HTTP/1.1 407 ', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 500 ');
    await fc.assert(
      fc.asyncProperty(
        part,
        part,
        opening,
        fc.uint8Array({ maxLength: 40 }),
        async (username, password, first, rest) => {
          const proxy = await startScriptedServer((socket) => {
            const basic = Buffer.from(`${username}:${password}`).toString('base64');
            const send = Buffer.concat([Buffer.from(first), rest, Buffer.from(`${password} ${basic}\r\n\r\n`)]);
            playMoves(socket, [{ send, after: 'end' }]);
          });
          const { result, recording } = await dial(routeTo(proxy.port, { username, password }), name, {
            timeouts: { proxy: 50 },
          });
          const shown = inspect([result.ok ? 'ok' : result, recording.observations], { depth: 20, showHidden: true });
          const basic = Buffer.from(`${username}:${password}`).toString('base64');
          for (const form of [password, inspect(password).slice(1, -1), basic]) expect(shown).not.toContain(form);
          if (result.ok) result.value.socket.destroy();
          await proxy.close();
        },
      ),
      { numRuns: 60, seed: 9 },
    );
  });
});
