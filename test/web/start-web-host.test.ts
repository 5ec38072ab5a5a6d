import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineEnvironment } from '../../app/host/engine-environment.ts';
import type { Answer, HostInfo, RangesInfo } from '../../model/contract.ts';
import { startWebHost, type WebHost } from '../../web/start-web-host.ts';

let folder = '';
let host: WebHost | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waylight-web-'));
  await mkdir(join(folder, 'program', 'renderer'), { recursive: true });
  await writeFile(join(folder, 'program', 'renderer', 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'program', 'assets.json'), '{"index.html":{"type":"text/html; charset=utf-8"}}');
});
afterEach(async () => {
  await host?.close();
  host = undefined;
  await rm(folder, { recursive: true, force: true });
});

const options = (port = 0) => ({
  port,
  programFolder: join(folder, 'program'),
  dataFolder: join(folder, 'data'),
  env: { PATH: process.env.PATH },
  engineFile: join(import.meta.dirname, '..', '..', 'web', 'engine.ts'),
});

/** Opens the address as a page does, and gives its way to call. */
async function openPage({ origin, url }: Pick<WebHost, 'origin' | 'url'>) {
  const post = async (path: string, token: string, input?: unknown) =>
    fetch(`${origin}/api/${path}`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-waylight-token': token },
      body: input === undefined ? '' : JSON.stringify(input),
    });
  const code = new URL(url).hash.slice('#code='.length);
  const { token } = (await (await post('claim', '', { code })).json()) as { token: string };
  return async <T>(name: string, input?: unknown) => (await (await post(name, token, input)).json()) as Answer<T>;
}

describe('the web host', () => {
  it('is the app: what it can do, its settings, and the engine in a process of its own', async () => {
    host = await startWebHost(options());
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]{43}$/);
    const call = await openPage(host);
    expect(await call<HostInfo>('readHost')).toMatchObject({
      ok: true,
      value: {
        host: 'web',
        secrets: 'memory',
        can: { notify: false, tray: false, startAtLogin: false, pdf: false, update: false, openFolder: false },
        dataFolder: join(folder, 'data'),
      },
    });
    expect(await call('openLink', { link: 'website' })).toMatchObject({
      ok: true,
      value: { outcome: 'given', text: expect.stringMatching(/^https:/) },
    });
    expect(await call('openDataFolder')).toMatchObject({ ok: false });
    // The folder has no tables, which only the engine's process can know.
    expect(await call<RangesInfo>('readRanges')).toMatchObject({ ok: true, value: { source: expect.any(Object) } });
    expect(await call('startCheck', { profile: 'quick' })).toMatchObject({
      ok: false,
      problems: [{ code: 'consent-missing' }],
    });
  }, 20_000);

  it('gives every page an address of its own', async () => {
    host = await startWebHost(options());
    const [first, second] = await Promise.all([openPage(host), openPage({ ...host, url: host.newAddress() })]);
    expect(await first('readSettings')).toMatchObject({ ok: true });
    expect(await second('readSettings')).toMatchObject({ ok: true });
  });

  it('keeps what is chosen and forgets every token when it starts again', async () => {
    host = await startWebHost(options());
    const early = await openPage(host);
    expect(await early('changeSettings', { theme: 'dark' })).toMatchObject({ ok: true });
    const port = Number(new URL(host.origin).port);
    await host.close();
    host = await startWebHost(options(port));
    await expect(early('readSettings')).rejects.toThrow();
    const late = await openPage(host);
    expect(await late('readSettings')).toMatchObject({ ok: true, value: { theme: 'dark' } });
  });

  it('writes a proxy’s password into no file', async () => {
    host = await startWebHost(options());
    const call = await openPage(host);
    const text = 'socks5h://ann:hunter2-canary@proxy.example:1080';
    expect(await call('importRoutes', { text, take: [0] })).toMatchObject({ ok: true });
    await host.close();
    const files = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true });
    const kept = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    expect(kept.length).toBeGreaterThan(0);
    for (const file of kept) expect(await readFile(file, 'latin1')).not.toContain('hunter2-canary');
  });

  it('says that its port is taken, and leaves nothing behind', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    await expect(startWebHost(options(port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    taken.close();
  });

  it('does not start without its page', async () => {
    await rm(join(folder, 'program', 'assets.json'));
    await expect(startWebHost(options())).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the environment of the engine', () => {
  it('has what the system needs and nothing that could change it or hold a password', () => {
    const env = {
      PATH: '/bin',
      Path: 'C:\\Windows',
      HOME: '/home/ann',
      NODE_OPTIONS: '--require=/tmp/x.js',
      NODE_EXTRA_CA_CERTS: '/tmp/ca.pem',
      SSLKEYLOGFILE: '/tmp/keys',
      HTTPS_PROXY: 'http://ann:hunter2@proxy.example:3128',
      all_proxy: 'socks5://ann:hunter2@proxy.example:1080',
      LD_PRELOAD: '/tmp/x.so',
      AWS_SECRET_ACCESS_KEY: 'x',
      LANG: undefined,
      UV_THREADPOOL_SIZE: '1',
    };
    expect(engineEnvironment(env)).toEqual({
      PATH: '/bin',
      Path: 'C:\\Windows',
      HOME: '/home/ann',
      UV_THREADPOOL_SIZE: '512',
    });
  });
});
