import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDialer } from '../../../engine/route/create-dialer.ts';
import type { Destination } from '../../../engine/step.ts';
import { createDohClient } from '../../../engine/steps/resolve-doh.ts';
import type { ProxyRoute, ProxyRouteKind } from '../../../model/route.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { startDohServer } from '../../support/doh-server.ts';
import { createRecording } from '../../support/recording-context.ts';
import { requireTool } from '../../support/require-tool.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';
import { type Daemon, findFreePort, startDaemon } from '../../support/start-daemon.ts';

const secret = { username: 'marina', password: 'korova-92-molochnaya' };
const banner = '220 first words of the target\r\n';

let target: ScriptedServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waylight-proxies-'));
  // Speaks first, so that its words may come glued to the proxy's reply, and echoes afterwards.
  target = await startScriptedServer((socket) => {
    socket.write(banner);
    socket.pipe(socket);
  });
});
afterAll(async () => {
  await target.close();
  rmSync(folder, { recursive: true });
});

async function dial(kind: ProxyRouteKind, port: number, to: Destination, credentials?: typeof secret) {
  const route: ProxyRoute = { id: 'p', label: 'p', kind, host: '127.0.0.1', port, ...(credentials && { credentials }) };
  const recording = createRecording();
  return { result: await createDialer(route).dial(to, recording.context), recording };
}

/** Dials the target, and proves that bytes pass both ways. */
async function expectPassage(kind: ProxyRouteKind, port: number, host: string, credentials?: typeof secret) {
  const { result, recording } = await dial(kind, port, { host, port: target.port }, credentials);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  const { socket } = result.value;
  socket.write('and an echo');
  let heard = '';
  while (heard.length < banner.length + 11) heard += (await once(socket, 'data'))[0];
  expect(heard).toBe(`${banner}and an echo`);
  socket.destroy();
  expect(recording.observations.map((seen) => seen.step)).toEqual(['connect', 'proxy']);
  expect(recording.lookedUp).toEqual([]);
}

/** A TLS session and HTTP through the proxy: what lies above a route must not notice it. */
async function expectTls(kind: ProxyRouteKind, port: number) {
  const authority = createTestAuthority();
  const doh = await startDohServer(authority, 'localhost');
  const route: ProxyRoute = { id: 'p', label: 'p', kind, host: '127.0.0.1', port };
  const server = { url: `https://localhost:${doh.port}/dns-query`, addresses: [] };
  const client = createDohClient({ server, dialer: createDialer(route) });
  const recording = createRecording({ trust: { extra: [authority.pem] } });
  expect(await client.resolve('www.example.com', recording.context)).toMatchObject({ ok: true });
  expect(recording.lookedUp).toEqual([]);
  client.close();
}

async function failure(kind: ProxyRouteKind, port: number, to: Destination, credentials?: typeof secret) {
  const { result } = await dial(kind, port, to, credentials);
  return result.ok ? undefined : result.failure;
}

describe.skipIf(!requireTool(['microsocks']))('microsocks', () => {
  let open: Daemon;
  let locked: Daemon;
  let openPort: number;
  let lockedPort: number;
  beforeAll(async () => {
    openPort = await findFreePort();
    open = await startDaemon('microsocks', ['-i', '127.0.0.1', '-p', String(openPort)], openPort);
    lockedPort = await findFreePort();
    const { username, password } = secret;
    const args = ['-i', '127.0.0.1', '-p', String(lockedPort), '-u', username, '-P', password];
    locked = await startDaemon('microsocks', args, lockedPort);
  });
  afterAll(() => Promise.all([open?.stop(), locked?.stop()]));

  it('passes addresses and names', async () => {
    await expectPassage('socks5', openPort, '127.0.0.1');
    await expectPassage('socks5h', openPort, 'localhost');
  });

  it('passes who knows the password', () => expectPassage('socks5h', lockedPort, 'localhost', secret));

  it('names a missing and a wrong password', async () => {
    const to = { host: '127.0.0.1', port: target.port };
    expect(await failure('socks5', lockedPort, to)).toMatchObject({ kind: 'proxy-auth', detail: 'method' });
    const wrong = { ...secret, password: 'wrong' };
    expect(await failure('socks5', lockedPort, to, wrong)).toMatchObject({ kind: 'proxy-auth', detail: 'auth' });
  });

  it('carries TLS', () => expectTls('socks5h', openPort));

  it('keeps its word that the target refused', async () => {
    const closed = await findFreePort();
    expect(await failure('socks5', openPort, { host: '127.0.0.1', port: closed })).toMatchObject({
      kind: 'proxy-rejected',
      code: '5',
    });
  });
});

describe.skipIf(!requireTool(['danted']))('danted', () => {
  let daemon: Daemon;
  let port: number;
  beforeAll(async () => {
    port = await findFreePort();
    const config = join(folder, 'danted.conf');
    const pass = 'from: 0.0.0.0/0 to: 0.0.0.0/0';
    const user = process.getuid?.() === 0 ? 'user.privileged: root\nuser.unprivileged: nobody\n' : '';
    writeFileSync(
      config,
      `logoutput: stderr\ninternal: 127.0.0.1 port = ${port}\nexternal: lo\n${user}clientmethod: none\nsocksmethod: none\n` +
        `client pass { ${pass} }\nsocks pass { ${pass} }\n`,
    );
    daemon = await startDaemon('danted', ['-f', config, '-N', '1', '-p', join(folder, 'danted.pid')], port);
  });
  afterAll(() => daemon?.stop());

  it('passes SOCKS 4 and 5, addresses and names', async () => {
    await expectPassage('socks4', port, '127.0.0.1');
    await expectPassage('socks5', port, '127.0.0.1');
    await expectPassage('socks5h', port, 'localhost');
  });

  it('carries TLS', () => expectTls('socks5h', port));

  it('says in SOCKS 4 that it could not connect', async () => {
    const closed = await findFreePort();
    expect(await failure('socks4', port, { host: '127.0.0.1', port: closed })).toMatchObject({
      kind: 'proxy-rejected',
      code: '91',
    });
  });
});

describe.skipIf(!requireTool(['tinyproxy']))('tinyproxy', () => {
  let open: Daemon;
  let locked: Daemon;
  let openPort: number;
  let lockedPort: number;
  const start = async (port: number, extra: string) => {
    const config = join(folder, `tinyproxy-${port}.conf`);
    writeFileSync(config, `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nLogLevel Critical\n${extra}\n`);
    return startDaemon('tinyproxy', ['-d', '-c', config], port);
  };
  beforeAll(async () => {
    openPort = await findFreePort();
    open = await start(openPort, '');
    lockedPort = await findFreePort();
    locked = await start(lockedPort, `BasicAuth ${secret.username} ${secret.password}`);
  });
  afterAll(() => Promise.all([open?.stop(), locked?.stop()]));

  it('passes addresses and names', async () => {
    await expectPassage('http', openPort, '127.0.0.1');
    await expectPassage('http', openPort, 'localhost');
  });

  it('passes who knows the password', () => expectPassage('http', lockedPort, 'localhost', secret));

  it('names a missing and a wrong password', async () => {
    const to = { host: '127.0.0.1', port: target.port };
    expect(await failure('http', lockedPort, to)).toMatchObject({ kind: 'proxy-auth', code: '407' });
    const wrong = { ...secret, password: 'wrong' };
    expect(await failure('http', lockedPort, to, wrong)).toMatchObject({ kind: 'proxy-auth', code: '401' });
  });

  it('carries TLS', () => expectTls('http', openPort));

  it('keeps its word that the target cannot be reached', async () => {
    const closed = await findFreePort();
    const found = await failure('http', openPort, { host: '127.0.0.1', port: closed });
    expect(found).toMatchObject({ kind: 'proxy-rejected', code: '500' });
  });
});
