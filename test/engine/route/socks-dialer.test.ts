import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDialer } from '../../../engine/route/create-dialer.ts';
import type { Connection, StepResult } from '../../../engine/step.ts';
import type { ProxyRoute } from '../../../model/route.ts';
import { createRecording, type RecordingOptions } from '../../support/recording-context.ts';
import { type Move, playMoves, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const servers: ScriptedServer[] = [];
const sockets: Duplex[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function startProxy(moves: readonly Move[]): Promise<ScriptedServer> {
  const server = await startScriptedServer((socket) => playMoves(socket, moves));
  servers.push(server);
  return server;
}

type SocksKind = 'socks4' | 'socks4a' | 'socks5' | 'socks5h';
function routeTo(kind: SocksKind, port: number, credentials?: ProxyRoute['credentials']): ProxyRoute {
  return { id: 'p', label: 'p', kind, host: '127.0.0.1', port, ...(credentials && { credentials }) };
}

const name = { host: 'blocked.example', port: 443 };
const address = { host: '192.0.2.7', port: 443 };
const granted = Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
const chooseNone = { send: Buffer.of(5, 0) };
const choosePassword = { send: Buffer.of(5, 2) };
const secret = { username: 'marina', password: 'korova-92-molochnaya' };

async function dial(route: ProxyRoute, to = name, options: RecordingOptions = {}) {
  const recording = createRecording({ timeouts: { proxy: 500 }, ...options });
  const result = await createDialer(route).dial(to, recording.context);
  if (result.ok) sockets.push(result.value.socket);
  return { result, recording };
}

function failureOf(result: StepResult<Connection>) {
  return result.ok ? undefined : result.failure;
}

async function readAll(socket: Duplex, length: number): Promise<string> {
  let bytes = Buffer.alloc(0);
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= length) resolve(bytes.toString('latin1'));
    });
  });
}

describe('what is sent', () => {
  it('socks5h hands the name to the proxy and to nobody else', async () => {
    const proxy = await startProxy([chooseNone, { send: granted }]);
    const { result, recording } = await dial(routeTo('socks5h', proxy.port));
    expect(result.ok).toBe(true);
    expect(recording.lookedUp).toEqual([]);
    const request = Buffer.concat([Buffer.of(5, 1, 0, 3, 15), Buffer.from('blocked.example'), Buffer.of(1, 0xbb)]);
    expect(proxy.received[0]).toEqual(Buffer.concat([Buffer.of(5, 1, 0), request]));
    expect(recording.of('connect')).toMatchObject([{ peer: 'proxy', address: '127.0.0.1', port: proxy.port }]);
    expect(recording.of('proxy')).toMatchObject([{ requested: 'blocked.example', port: 443, reply: 0 }]);
    expect(result.ok && 'address' in result.value).toBe(false);
  });

  it.each([
    ['192.0.2.7', Buffer.of(5, 1, 0, 1, 192, 0, 2, 7, 1, 0xbb)],
    ['2001:db8::7', Buffer.from('05010004' + '20010db8000000000000000000000007' + '01bb', 'hex')],
  ])('socks5 sends the address %s', async (host, request) => {
    const proxy = await startProxy([chooseNone, { send: granted }]);
    const { result } = await dial(routeTo('socks5', proxy.port), { host, port: 443 });
    expect(result).toMatchObject({ ok: true, value: { address: host, port: 443 } });
    expect(proxy.received[0]?.subarray(3)).toEqual(request);
  });

  it('socks5 with credentials offers and sends them', async () => {
    const proxy = await startProxy([choosePassword, { send: Buffer.of(1, 0) }, { send: granted }]);
    const { result } = await dial(routeTo('socks5h', proxy.port, { username: 'mañana%20', password: 'p:@/%?#é' }));
    expect(result.ok).toBe(true);
    const [user, password] = [Buffer.from('mañana%20'), Buffer.from('p:@/%?#é')];
    const auth = Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]);
    expect(proxy.received[0]?.subarray(0, 4 + auth.length)).toEqual(Buffer.concat([Buffer.of(5, 2, 0, 2), auth]));
  });

  it('socks4 sends the address and the user, socks4a the name behind them', async () => {
    const reply = { send: Buffer.of(0, 0x5a, 0, 0, 0, 0, 0, 0) };
    const four = await startProxy([reply]);
    const head = [4, 1, 1, 0xbb];
    expect((await dial(routeTo('socks4', four.port, secret), address)).recording.of('proxy')[0]?.reply).toBe(0x5a);
    expect(four.received[0]).toEqual(Buffer.concat([Buffer.of(...head, 192, 0, 2, 7), Buffer.from('marina\0')]));
    const fourA = await startProxy([reply]);
    const { recording } = await dial(routeTo('socks4a', fourA.port, secret));
    expect(recording.lookedUp).toEqual([]);
    const rest = Buffer.from('marina\0blocked.example\0');
    expect(fourA.received[0]).toEqual(Buffer.concat([Buffer.of(...head, 0, 0, 0, 1), rest]));
  });

  it('resolves the name of the proxy itself, and tries its second address', async () => {
    const proxy = await startProxy([chooseNone, { send: granted }]);
    const route = { ...routeTo('socks5h', proxy.port), host: 'proxy.example' };
    const hosts = { 'proxy.example': ['127.0.0.9', '127.0.0.8', '127.0.0.1'] };
    const two = await dial(route, name, { hosts });
    expect(failureOf(two.result)).toMatchObject({ step: 'connect', kind: 'refused' });
    expect(two.recording.of('connect').map((seen) => seen.address)).toEqual(['127.0.0.9', '127.0.0.8']);
    const good = await dial(route, name, { hosts: { 'proxy.example': ['::1', '127.0.0.1'] } });
    expect(good.result.ok).toBe(true);
    expect(good.recording.lookedUp).toEqual(['proxy.example']);
    expect(good.recording.of('connect').map((seen) => seen.failure?.kind)).toEqual(['refused', undefined]);
  });

  it('remembers which address of the proxy answered', async () => {
    const proxy = await startProxy([chooseNone, { send: granted }]);
    const dialer = createDialer({ ...routeTo('socks5h', proxy.port), host: 'proxy.example' });
    const recording = createRecording({ hosts: { 'proxy.example': ['::1', '127.0.0.1'] } });
    for (let time = 0; time < 2; time++) {
      const result = await dialer.dial(name, recording.context);
      if (result.ok) sockets.push(result.value.socket);
    }
    expect(recording.of('connect').map((seen) => seen.address)).toEqual(['::1', '127.0.0.1', '127.0.0.1']);
    expect(recording.lookedUp).toEqual(['proxy.example']);
  });

  it('says that the name of the proxy does not exist, in one observation', async () => {
    const { result, recording } = await dial({ ...routeTo('socks5h', 1), host: 'proxy.example' });
    expect(failureOf(result)).toEqual({ step: 'resolve', kind: 'nxdomain', code: 'ENOTFOUND', detail: 'proxy-host' });
    expect(recording.observations).toHaveLength(1);
  });
});

describe('what is refused before anything is sent', () => {
  const long = 'x'.repeat(256);
  it.each([
    ['socks5h', name, { username: long, password: '' }, { kind: 'local-limit', detail: 'credentials-length' }],
    [
      'socks5h',
      name,
      { username: 'a', password: 'é'.repeat(128) },
      { kind: 'local-limit', detail: 'credentials-length' },
    ],
    ['socks4a', name, { username: 'a\0b', password: '' }, { kind: 'local-limit', detail: 'credentials-characters' }],
    ['socks5h', { host: long, port: 1 }, undefined, { kind: 'local-limit', detail: 'host' }],
    ['socks4a', { host: 'a\0b', port: 1 }, undefined, { kind: 'local-limit', detail: 'host' }],
    ['socks5h', { host: 'пример.рф', port: 1 }, undefined, { kind: 'local-limit', detail: 'host' }],
    ['socks4', { host: '2001:db8::1', port: 1 }, undefined, { kind: 'proxy-rejected', detail: 'no-ipv6' }],
    ['socks4a', { host: '2001:db8::1', port: 1 }, undefined, { kind: 'proxy-rejected', detail: 'no-ipv6' }],
  ] as const)('%s %o', async (kind, to, credentials, failure) => {
    const proxy = await startProxy([]);
    const { result, recording } = await dial(routeTo(kind, proxy.port, credentials), to);
    expect(failureOf(result)).toEqual({ step: 'proxy', ...failure });
    expect(recording.observations.map((seen) => seen.step)).toEqual(['proxy']);
    expect(proxy.received).toEqual([]);
  });

  it.each(['socks4', 'socks5'] as const)("%s takes no names: that is the caller's mistake", async (kind) => {
    await expect(dial(routeTo(kind, 1), name)).rejects.toThrow(TypeError);
  });
});

describe('how a proxy fails', () => {
  const web = 'HTTP/1.1 400 Bad Request\r\n\r\n';
  it.each<[string, readonly Move[], object]>([
    ['no acceptable method', [{ send: Buffer.of(5, 0xff) }], { kind: 'proxy-auth', code: '255', detail: 'method' }],
    [
      'wrong password',
      [choosePassword, { send: Buffer.of(1, 1), after: 'end' }],
      { kind: 'proxy-auth', code: '1', detail: 'auth' },
    ],
    [
      'general failure',
      [chooseNone, { send: Buffer.of(5, 1, 0, 1, 0, 0, 0, 0, 0, 0), after: 'end' }],
      { kind: 'proxy-rejected', code: '1' },
    ],
    ['not allowed', [chooseNone, { send: Buffer.of(5, 2) }], { kind: 'proxy-rejected', code: '2' }],
    ['network unreachable', [chooseNone, { send: Buffer.of(5, 3) }], { kind: 'proxy-rejected', code: '3' }],
    ['host unreachable', [chooseNone, { send: Buffer.of(5, 4) }], { kind: 'proxy-rejected', code: '4' }],
    ['refused', [chooseNone, { send: Buffer.of(5, 5) }], { kind: 'proxy-rejected', code: '5' }],
    ['TTL expired', [chooseNone, { send: Buffer.of(5, 6) }], { kind: 'proxy-rejected', code: '6' }],
    ['web server', [{ send: web, after: 'end' }], { kind: 'proxy-protocol', detail: 'http' }],
    ['garbage', [{ send: Buffer.of(7, 7, 7, 7) }], { kind: 'proxy-protocol', detail: 'method' }],
    ['unknown method', [{ send: Buffer.of(5, 1) }], { kind: 'proxy-protocol', detail: 'method' }],
    [
      'unknown address type',
      [chooseNone, { send: Buffer.of(5, 0, 0, 9, 0, 0) }],
      { kind: 'proxy-protocol', detail: 'reply' },
    ],
    [
      'reply before the request',
      [{ send: Buffer.concat([Buffer.of(5, 0), granted]) }],
      { kind: 'proxy-protocol', detail: 'early' },
    ],
    ['half a method', [{ send: Buffer.of(5), after: 'end' }], { kind: 'proxy-protocol', detail: 'truncated' }],
    [
      'half a reply',
      [chooseNone, { send: granted.subarray(0, 7), after: 'end' }],
      { kind: 'proxy-protocol', detail: 'truncated' },
    ],
    ['closed at once', ['end'], { kind: 'eof', detail: 'method' }],
    ['closed after the password', [choosePassword, 'end'], { kind: 'eof', detail: 'auth' }],
    ['closed after the request', [chooseNone, 'end'], { kind: 'eof', detail: 'reply' }],
    ['reset at once', ['reset'], { kind: 'reset', code: 'ECONNRESET' }],
    ['reset after the request', [chooseNone, 'reset'], { kind: 'reset', code: 'ECONNRESET' }],
    ['silent', ['hang'], { kind: 'timeout' }],
    ['silent after the request', [chooseNone, 'hang'], { kind: 'timeout' }],
  ])('%s', async (_title, moves, failure) => {
    const proxy = await startProxy(moves);
    const { result, recording } = await dial(routeTo('socks5h', proxy.port, secret));
    expect(failureOf(result)).toMatchObject({ step: 'proxy', ...failure });
    expect(recording.observations.map((seen) => seen.step)).toEqual(['connect', 'proxy']);
    expect(recording.of('proxy')[0]?.failure).toEqual(failureOf(result));
    expect(inspect([result, recording.observations], { depth: 20, showHidden: true })).not.toContain(secret.password);
    await expect.poll(() => proxy.openConnections()).toBe(0);
  });

  it('keeps the number of a refusal as the reply, and only that', async () => {
    const refusing = await startProxy([chooseNone, { send: Buffer.of(5, 5) }]);
    expect((await dial(routeTo('socks5h', refusing.port))).recording.of('proxy')[0]?.reply).toBe(5);
    const locked = await startProxy([{ send: Buffer.of(5, 0xff) }]);
    expect((await dial(routeTo('socks5h', locked.port))).recording.of('proxy')[0]).not.toHaveProperty('reply');
  });

  it.each<[number, object]>([
    [0x5b, { kind: 'proxy-rejected', code: '91' }],
    [0x5c, { kind: 'proxy-auth', code: '92' }],
    [0x5d, { kind: 'proxy-auth', code: '93' }],
    [0x77, { kind: 'proxy-protocol', detail: 'reply' }],
  ])('socks4 reply %i', async (code, failure) => {
    const proxy = await startProxy([{ send: Buffer.of(0, code, 0, 0, 0, 0, 0, 0) }]);
    expect(failureOf((await dial(routeTo('socks4', proxy.port), address)).result)).toMatchObject(failure);
  });

  it('ends within 100 ms of an abort, and leaves no connection', async () => {
    const proxy = await startProxy([chooseNone, 'hang']);
    const stop = new AbortController();
    const dialling = dial(routeTo('socks5h', proxy.port), name, { signal: stop.signal, timeouts: {} });
    await expect.poll(() => proxy.received[0]?.length ?? 0).toBeGreaterThan(3);
    const before = performance.now();
    stop.abort();
    expect(failureOf((await dialling).result)).toEqual({ step: 'proxy', kind: 'aborted' });
    expect(performance.now() - before).toBeLessThan(100);
    await expect.poll(() => proxy.openConnections()).toBe(0);
  });
});

describe('the bytes behind the reply', () => {
  const banner = 'SSH-2.0-first words of the target\r\n';
  const glued = { send: Buffer.concat([granted, Buffer.from(banner)]) };

  it.each([0, 60])('reach a reader that starts %i ms later, once and in order', async (pause) => {
    const proxy = await startScriptedServer((socket) => {
      playMoves(socket, [chooseNone, glued]);
      let messages = 0;
      socket.on('data', () => {
        if (++messages === 2) setTimeout(() => socket.write('second'), 20);
      });
    });
    servers.push(proxy);
    const { result } = await dial(routeTo('socks5h', proxy.port));
    if (!result.ok) throw new Error('not connected');
    await new Promise((resolve) => setTimeout(resolve, pause));
    expect(await readAll(result.value.socket, banner.length + 6)).toBe(`${banner}second`);
  });

  it('reach a reader that reads by itself', async () => {
    const proxy = await startProxy([chooseNone, glued]);
    const { result } = await dial(routeTo('socks5h', proxy.port));
    if (!result.ok) throw new Error('not connected');
    const { socket } = result.value;
    if (socket.readableLength === 0) await once(socket, 'readable');
    expect(socket.read(3)?.toString()).toBe('SSH');
  });

  it('survive a proxy that speaks one byte at a time', async () => {
    const proxy = await startProxy([
      { ...choosePassword, drip: true },
      { send: Buffer.of(1, 0), drip: true },
      { ...glued, drip: true },
    ]);
    const { result } = await dial(routeTo('socks5h', proxy.port, secret), name, { timeouts: { proxy: 5000 } });
    if (!result.ok) throw new Error('not connected');
    expect(await readAll(result.value.socket, banner.length)).toBe(banner);
  });

  it('what is written afterwards goes out as it is', async () => {
    const proxy = await startProxy([chooseNone, { send: granted }, { send: 'pong' }]);
    const { result } = await dial(routeTo('socks5h', proxy.port));
    if (!result.ok) throw new Error('not connected');
    result.value.socket.write('ping');
    expect(await readAll(result.value.socket, 4)).toBe('pong');
    expect(proxy.received[0]?.subarray(-4).toString()).toBe('ping');
  });

  it('an error nobody listens for does not end the process', async () => {
    const proxy = await startScriptedServer((socket) => {
      playMoves(socket, [chooseNone, { send: granted }]);
      setTimeout(() => socket.resetAndDestroy(), 40);
    });
    servers.push(proxy);
    const { result } = await dial(routeTo('socks5h', proxy.port));
    if (!result.ok) throw new Error('not connected');
    await expect.poll(() => result.value.socket.destroyed).toBe(true);
  });
});

describe('secrets', () => {
  it('whatever the proxy answers, nothing that comes out holds the password', async () => {
    const part = fc.string({ unit: 'binary', minLength: 8, maxLength: 40 }).filter((text) => text.isWellFormed());
    const junk = fc.uint8Array({ maxLength: 40 });
    const opening = fc.constantFrom([], [5, 0], [5, 2], [0, 0x5a], [5, 2, 1, 0], [5, 0xff]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('socks4a' as const, 'socks5h' as const),
        part,
        part,
        opening,
        junk,
        async (kind, username, password, first, rest) => {
          const proxy = await startScriptedServer((socket) => {
            playMoves(socket, [
              { send: Uint8Array.from(first) },
              { send: rest },
              { send: Buffer.from(password), after: 'end' },
            ]);
          });
          const { result, recording } = await dial(routeTo(kind, proxy.port, { username, password }), name, {
            timeouts: { proxy: 30 },
          });
          const shown = inspect([result.ok ? 'ok' : result, recording.observations], { depth: 20, showHidden: true });
          const forms = [password, encodeURIComponent(password), inspect(password).slice(1, -1)];
          for (const form of forms) expect(shown).not.toContain(form);
          if (result.ok) result.value.socket.destroy();
          await proxy.close();
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });

  it('a dialer shows nothing of its route', () => {
    const dialer = createDialer(routeTo('socks5h', 1, secret));
    expect(inspect(dialer, { depth: 20, showHidden: true })).not.toContain(secret.password);
  });

  it('a host that cannot stand in a URL fails without showing the credentials', () => {
    let shown = '';
    try {
      createDialer({ ...routeTo('socks5h', 1, secret), host: 'bad host' });
    } catch (error) {
      shown = inspect(error, { depth: 20, showHidden: true });
    }
    expect(shown).toContain('Invalid URL');
    expect(shown).not.toContain(secret.password);
  });
});
