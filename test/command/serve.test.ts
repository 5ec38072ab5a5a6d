import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const out = process.env.WAYLIGHT_OUT ?? join(import.meta.dirname, '..', '..', 'out');
const program = join(out, 'waylight.js');

let folder = '';
let child: ChildProcess | undefined;
beforeEach(async () => {
  if (!existsSync(program)) throw new Error('the command is not built: npm run build');
  folder = await mkdtemp(join(tmpdir(), 'waylight-serve-'));
});
afterEach(async () => {
  if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** In a process group of its own, as a terminal starts it. */
function start(...words: string[]) {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, XDG_DATA_HOME: folder };
  const started = spawn(process.execPath, [program, 'serve', ...words], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const texts = { out: '', err: '' };
  started.stdout.on('data', (text) => {
    texts.out += text;
  });
  started.stderr.on('data', (text) => {
    texts.err += text;
  });
  return { child: started, texts };
}

async function openPage(texts: { readonly out: string }) {
  await expect.poll(() => texts.out, { timeout: 10_000 }).toMatch(/#code=[\w-]{43}\n/);
  const [, origin = '', code = ''] = /(http:\S+)\/#code=(\S+)/.exec(texts.out) ?? [];
  const post = async (path: string, token: string, body: string) =>
    fetch(`${origin}/api/${path}`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-waylight-token': token },
      body,
    });
  const { token } = (await (await post('claim', '', JSON.stringify({ code }))).json()) as { token: string };
  return { origin, token, post: (path: string, body = '') => post(path, token, body) };
}

/** Processes whose parent is this one, from /proc. */
async function childrenOf(pid: number | undefined): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim() === '' ? [] : text.trim().split(' ');
}

/** Those that still run; a process that is dead may wait for an idle init of a container to notice. */
function runningOf(pids: readonly string[]): Promise<readonly string[]> {
  const states = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
    return /^State:\t[XZ]/m.test(status) ? [] : [pid];
  });
  return Promise.all(states).then((running) => running.flat());
}

describe.skipIf(process.platform !== 'linux')('the built waylight serve', () => {
  it('gives the page, runs practice, and is gone with its engine half a second after Ctrl-C', async () => {
    const { child: served, texts } = start('--no-open');
    const page = await openPage(texts);
    expect(await (await fetch(`${page.origin}/`)).text()).toContain('<title>');
    const started = await (await page.post('startPractice', '{"scenario":"russia-2018"}')).json();
    expect(started).toMatchObject({ ok: true, value: { runId: expect.any(String) } });
    const stream = await page.post('subscribe');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let events = '';
    while (!events.includes('data: {"type":"run"')) events += (await reader?.read())?.value ?? '';
    const engines = await childrenOf(served.pid);
    expect(engines.length).toBeGreaterThan(0);

    const before = performance.now();
    const ended = once(served, 'exit');
    process.kill(-(served.pid ?? 0), 'SIGINT');
    const [code] = await ended;
    expect(performance.now() - before).toBeLessThan(600);
    expect(code).toBe(0);
    expect(texts.err).toBe('');
    await reader?.read().catch(() => {});
    await expect.poll(() => runningOf(engines)).toEqual([]);
    // Neither the token nor anything it did is told anywhere.
    expect(texts.out).not.toContain(page.token);
  });

  it('shows its token in no process, and its code in none but the browser’s', async () => {
    const { child: served, texts } = start('--no-open');
    const page = await openPage(texts);
    await page.post('readRanges');
    for (const pid of [String(served.pid), ...(await childrenOf(served.pid))]) {
      const said = await Promise.all(
        ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')),
      );
      expect(said.join()).not.toMatch(new RegExp(`${page.token}|${/#code=(\S+)/.exec(texts.out)?.[1]}`));
    }
  });

  it('takes its engine with it when it is killed', async () => {
    const { child: served, texts } = start('--no-open');
    const page = await openPage(texts);
    await page.post('readRanges');
    const engines = await childrenOf(served.pid);
    expect(engines.length).toBe(1);
    served.kill('SIGKILL');
    await expect.poll(() => runningOf(engines)).toEqual([]);
  });

  it('is exit 2 where its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const { child: served, texts } = start('--no-open', '--port', String(port));
    const [code] = await once(served, 'close');
    taken.close();
    expect({ code, out: texts.out }).toEqual({ code: 2, out: '' });
    expect(texts.err).toBe(
      `waylight: --port: another program uses the port ${port}; give another one, or none for a free one\n`,
    );
  });

  it('listens on 127.0.0.1 only', async () => {
    const { texts } = start('--no-open');
    const { origin } = await openPage(texts);
    const port = Number(new URL(origin).port).toString(16).toUpperCase().padStart(4, '0');
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
    );
    // State 0A is listening (proc_net_tcp).
    const listening = tables.join('').match(new RegExp(`[0-9A-F]+:${port} [0-9A-F]+:0000 0A`, 'g'));
    expect(listening).toEqual([`0100007F:${port} 00000000:0000 0A`]);
  });
});
