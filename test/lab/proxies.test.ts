import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { SocksClient } from 'socks';
import { afterEach, describe, expect, it } from 'vitest';
import { createLab, type Lab } from '../../lab/create-lab.ts';
import type { ScenarioDeclaration } from '../../lab/scenario.ts';
import { readAuthority } from '../../lab/serve-connect.ts';
import { practiceScenario, soon } from './practice-scenario.ts';

const run = promisify(execFile);
type ProxyDeclaration = Exclude<NonNullable<ScenarioDeclaration['proxies']>[number], { kind: 'mtproxy' }>;

let lab: Lab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const credentials = { username: 'ann', password: 'p:ss wörd' };
const at = { address: '203.0.113.10', port: 1080 };

/** Everything abroad is blocked for the user by name and by address; only the proxy's own address is not. */
async function open(proxy: Partial<ProxyDeclaration>): Promise<{ from: Lab; port: number }> {
  lab = await createLab(
    practiceScenario({
      isp: {
        connect: [{ prefixes: ['52.58.0.0/15', '18.196.0.0/15'], action: 'drop' }],
        unknownProtocol: 'swallow',
      },
      proxies: [{ id: 'proxy', label: 'Proxy', kind: 'socks5h', host: at.address, ...at, ...proxy }],
    }),
    { latencyMs: 0 },
  );
  return { from: lab, port: await lab.entrance(at, 'tcp') };
}

function socks(port: number, type: 4 | 5, host: string, toPort: number, login?: { userId: string; password?: string }) {
  return SocksClient.createConnection({
    proxy: { host: '127.0.0.1', port, type, ...login },
    command: 'connect',
    destination: { host, port: toPort },
    timeout: 4000,
  });
}

/** The status of a plain HTTP answer through a tunnel. */
function statusThrough(socket: Socket, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ createConnection: () => socket, headers: { host, connection: 'close' } });
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    request.end();
  });
}

function connectThrough(
  port: number,
  target: string,
  authorization?: string,
): Promise<{ status: number; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { 'proxy-authorization': authorization };
    const request = httpRequest({ host: '127.0.0.1', port, method: 'CONNECT', path: target, headers, agent: false });
    request.once('error', reject);
    request.once('connect', (response, socket) =>
      resolve({ status: response.statusCode ?? 0, socket: socket as Socket }),
    );
    request.end();
  });
}

describe('SOCKS5', () => {
  it('carries to a name, resolved at its end, and to an address', async () => {
    const { port } = await open({});
    for (const host of ['plain.example', '52.58.7.7']) {
      const { socket } = await socks(port, 5, host, 80);
      expect(await statusThrough(socket, 'plain.example')).toBe(200);
    }
  });

  it('carries TLS to a pinned address with the right name', async () => {
    const { from, port } = await open({});
    const { socket } = await socks(port, 5, '52.58.1.2', 443);
    const secured = connectTls({ socket, servername: 'news.example', ca: from.authority });
    await new Promise((resolve, reject) => secured.once('secureConnect', resolve).once('error', reject));
    expect(secured.authorized).toBe(true);
    secured.destroy();
  });

  it('lets in who knows the password, and nobody else', async () => {
    const { port } = await open({ credentials });
    const right = { userId: credentials.username, password: credentials.password };
    (await socks(port, 5, 'plain.example', 80, right)).socket.destroy();
    await expect(socks(port, 5, 'plain.example', 80, { ...right, password: 'guess' })).rejects.toThrow(/auth/i);
    await expect(socks(port, 5, 'plain.example', 80)).rejects.toThrow(/auth/i);
  });

  it('says what failed: a name nobody has, a shut port, a host nobody is', async () => {
    const { port } = await open({});
    await expect(socks(port, 5, 'nobody.example', 80)).rejects.toThrow(/HostUnreachable/);
    await expect(socks(port, 5, '52.58.7.7', 81)).rejects.toThrow(/ConnectionRefused/);
    const started = socks(port, 5, '192.0.2.1', 80).catch((error: Error) => error.message);
    const outcome = await Promise.race([started, new Promise((resolve) => setTimeout(resolve, 200, 'waiting'))]);
    expect(outcome).toBe('waiting');
  });

  it('says so when it has no way on, and does not do what it was not made for', async () => {
    const { port } = await open({ state: 'unreachable-beyond' });
    await expect(socks(port, 5, 'plain.example', 80)).rejects.toThrow(/NetworkUnreachable/);
    await lab?.close();
    const bind = await open({});
    const refused = new Promise((resolve) => {
      const socket = connect(bind.port, '127.0.0.1', () => socket.write(Buffer.from([5, 1, 0])));
      socket.once('data', () => {
        socket.write(Buffer.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 0]));
        socket.once('data', resolve);
      });
    });
    expect(await refused).toEqual(Buffer.from([5, 7, 0, 1, 0, 0, 0, 0, 0, 0]));
  });

  it('ends at once with who speaks no SOCKS', async () => {
    const { port } = await open({});
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.resume();
    await ended;
  });

  it('understands a client that sends everything at once, and one that sends byte by byte', async () => {
    const { port } = await open({});
    const name = Buffer.from('plain.example');
    const request = Buffer.from('GET / HTTP/1.0\r\nHost: plain.example\r\n\r\n');
    const all = Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 3, name.length]), name, Buffer.from([0, 80]), request]);
    // The greeting goes ahead: joined with more it would not look like SOCKS to the provider, which swallows the unknown.
    for (const cuts of [[3, all.length], Array.from({ length: all.length }, (_, index) => index + 1)]) {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
      let at = 0;
      for (const cut of cuts) {
        socket.write(all.subarray(at, cut));
        at = cut;
        await new Promise((resolve) => setTimeout(resolve, cuts.length > 2 ? 1 : 20));
      }
      await closed;
      expect(received).toContain('HTTP/1.1 200 OK');
    }
  });
});

describe('SOCKS4', () => {
  it('carries to an address; to a name only as 4a', async () => {
    const four = await open({ kind: 'socks4' });
    const { socket } = await socks(four.port, 4, '52.58.7.7', 80);
    expect(await statusThrough(socket, 'plain.example')).toBe(200);
    await expect(socks(four.port, 4, 'plain.example', 80)).rejects.toThrow(/rejected|Failed/i);
    await lab?.close();
    const fourA = await open({ kind: 'socks4a' });
    const named = await socks(fourA.port, 4, 'plain.example', 80);
    expect(await statusThrough(named.socket, 'plain.example')).toBe(200);
  });
});

describe('HTTP CONNECT', () => {
  it('carries to a name and to an address', async () => {
    const { port } = await open({ kind: 'http' });
    for (const target of ['plain.example:80', '52.58.7.7:80']) {
      const { status, socket } = await connectThrough(port, target);
      expect(status).toBe(200);
      expect(await statusThrough(socket, 'plain.example')).toBe(200);
    }
  });

  it('asks for the password', async () => {
    const { port } = await open({ kind: 'http', credentials });
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    expect((await connectThrough(port, 'plain.example:80')).status).toBe(407);
    expect((await connectThrough(port, 'plain.example:80', basic('ann:guess'))).status).toBe(407);
    const { status, socket } = await connectThrough(port, 'plain.example:80', basic('ann:p:ss wörd'));
    expect(status).toBe(200);
    socket.destroy();
  });

  it('says what failed, and does CONNECT only', async () => {
    const { port } = await open({ kind: 'http' });
    expect((await connectThrough(port, 'nobody.example:80')).status).toBe(502);
    expect((await connectThrough(port, '52.58.7.7:81')).status).toBe(503);
    expect((await connectThrough(port, 'plain.example')).status).toBe(400);
    const got = await new Promise((resolve) => {
      httpRequest({ host: '127.0.0.1', port, path: 'http://plain.example/', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(got).toBe(405);
  });

  it.each([
    ['a.example:443', { host: 'a.example', port: 443 }],
    ['[2A00::1]:443', { host: '2a00::1', port: 443 }],
    ['a.example', undefined],
    ['a.example:0', undefined],
    ['a.example:65536', undefined],
    ['user@a.example:443', undefined],
    ['http://a.example/', undefined],
  ])('reads %s', (text, expected) => {
    expect(readAuthority(text)).toEqual(expected);
  });
});

describe('broken proxies', () => {
  it('refuse, or are silent', async () => {
    const dead = await open({ state: 'refuses' });
    await expect(dead.from.network.connect(at, { signal: soon() })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await lab?.close();
    const silent = await open({ state: 'silent' });
    const dialling = silent.from.network.connect(at, { signal: soon(150) });
    await expect(dialling).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('give the route what the user typed, not what is right', async () => {
    const { from } = await open({ credentials, typed: { username: 'ann', password: 'mistyped' } });
    expect(from.routes[1]).toMatchObject({ kind: 'socks5h', credentials: { username: 'ann', password: 'mistyped' } });
  });
});

async function hasCurl(): Promise<boolean> {
  return run('curl', ['--version']).then(
    () => true,
    () => false,
  );
}

describe.skipIf(!(await hasCurl()))('with curl', () => {
  const userPart = `${credentials.username}:${encodeURIComponent(credentials.password)}`;

  it.each([
    ['socks5h', {}, (port: number) => `socks5h://127.0.0.1:${port}`],
    ['socks5h', { credentials }, (port: number) => `socks5h://${userPart}@127.0.0.1:${port}`],
    ['socks4a', {}, (port: number) => `socks4a://127.0.0.1:${port}`],
    ['http', { credentials }, (port: number) => `http://${userPart}@127.0.0.1:${port}`],
    ['https', {}, (port: number) => `https://gate.example:${port}`],
  ] as const)('fetches a blocked page through %s', async (kind, more, proxyUrl) => {
    const host = kind === 'https' ? { host: 'gate.example' } : {};
    const { from, port } = await open({ kind, ...more, ...host });
    const folder = await mkdtemp(join(tmpdir(), 'waylight-curl-'));
    const ca = join(folder, 'ca.pem');
    try {
      await writeFile(ca, from.authority);
      const { stdout } = await run('curl', [
        ...['--silent', '--show-error', '--max-time', '5', '--noproxy', ''],
        ...['--cacert', ca, '--proxy-cacert', ca, '--resolve', `gate.example:${port}:127.0.0.1`],
        ...['--proxy', proxyUrl(port), '--write-out', '%{http_code}', '--output', '/dev/null', 'https://news.example/'],
      ]);
      expect(stdout).toBe('200');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
