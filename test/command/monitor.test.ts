import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MonitorLine, monitorLineSchema } from '../../model/monitor-line.ts';
import { findFreePort } from '../support/start-daemon.ts';
import { type RefusingListener, startRefusingListener } from './refusing-listener.ts';

const root = join(import.meta.dirname, '..', '..');
const program = join(process.env.WAYLIGHT_OUT ?? join(root, 'out'), 'waylight.js');
const secret = 'canary-7f3a9c';

let folder = '';
let listener: RefusingListener;
let port = 0;

beforeAll(async () => {
  if (!existsSync(program)) throw new Error('the command is not built: npm run build');
  folder = await mkdtemp(join(tmpdir(), 'waylight-monitor-'));
  listener = await startRefusingListener();
  port = listener.port;
  const entry = (id: string) => ({ id, url: `http://127.0.0.1:${port}/${id}`, expect: { status: [204] } });
  await writeFile(join(folder, 'here.json'), JSON.stringify([entry('here')]));
  await writeFile(
    join(folder, 'many.json'),
    JSON.stringify(Array.from({ length: 3000 }, (_, index) => entry(`site-${index}`))),
  );
  await writeFile(join(folder, 'routes.txt'), `direct\nsocks5h://marina:${secret}@127.0.0.1:${port}#${secret}\n`);
});
afterAll(async () => {
  listener.close();
  await rm(folder, { recursive: true, force: true });
});

let child: ChildProcess | undefined;
beforeEach(() => listener.clear());
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

type Sink = 'pipe' | number;

function start(words: readonly string[], stdout: Sink = 'pipe'): ChildProcess {
  const here = `127.0.0.1:${port}`;
  const safe = [
    '--targets',
    'here.json',
    '--baseline',
    'here.json',
    '--dns',
    here,
    '--doh',
    `https://${here}/dns-query`,
  ];
  const env = { PATH: process.env.PATH ?? '', HOME: folder, XDG_DATA_HOME: join(folder, 'data') };
  child = spawn(process.execPath, [program, 'monitor', ...safe, ...words], {
    cwd: folder,
    env,
    stdio: ['ignore', stdout, 'pipe'],
  });
  return child;
}

interface Watched {
  readonly out: () => string;
  readonly err: () => string;
  readonly lines: () => readonly MonitorLine[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

function watch(process: ChildProcess): Watched {
  const texts = { out: '', err: '' };
  process.stdout?.on('data', (text) => {
    texts.out += text;
  });
  process.stderr?.on('data', (text) => {
    texts.err += text;
  });
  const ended = once(process, 'close').then(([code, signal]) => ({ code, signal }));
  const lines = () =>
    texts.out
      .split('\n')
      .slice(0, -1)
      .map((line) => monitorLineSchema.parse(JSON.parse(line)));
  return { out: () => texts.out, err: () => texts.err, lines, ended };
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('waylight monitor', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with exit 0 at once on %s, with its last line written',
    async (signal) => {
      const process = start(['--routes', 'routes.txt']);
      const { lines, ended } = watch(process);
      await until(() => lines().some(({ event }) => event === 'verdict'));
      const sent = performance.now();
      process.kill(signal);
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - sent).toBeLessThan(400);
      expect(lines().map(({ event }) => event)).toEqual(['start', 'run', 'result', 'result', 'verdict', 'stop']);
      // A dead proxy and a network that answers with nothing prove nothing against a target.
      expect(lines().filter((line) => line.event === 'verdict' && line.verdict === 'blocked')).toEqual([]);
    },
  );

  it('ends with exit 0 in the middle of its first run', async () => {
    const process = start(['--targets', 'many.json', '--concurrency', '4']);
    const { lines, ended } = watch(process);
    await until(() => listener.contacts() > 20);
    const sent = performance.now();
    process.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - sent).toBeLessThan(400);
    expect(lines().map(({ event }) => event)).toEqual(['start', 'stop']);
  });

  it('shows a password nowhere: not in lines, metrics, errors, nor in its arguments', async () => {
    const metrics = await findFreePort();
    const process = start(['--routes', 'routes.txt', '--metrics', `127.0.0.1:${metrics}`]);
    const { out, err, lines, ended } = watch(process);
    await until(() => lines().some(({ event }) => event === 'verdict'));
    const page = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    expect(page).toContain('waylight_verdict_info{target="here"');
    const shown = [out(), err(), page];
    if (existsSync('/proc/self')) {
      shown.push(await readFile(`/proc/${process.pid}/cmdline`, 'utf8'));
      shown.push(await readFile(`/proc/${process.pid}/environ`, 'utf8'));
    }
    process.kill('SIGTERM');
    await ended;
    for (const text of shown) {
      expect(text.length).toBeGreaterThan(0);
      expect(text).not.toContain(secret);
    }
  });

  it.each([
    [['--every', '5s'], '--every: must be a time from 30s to 24h'],
    [['--metrics', '9464'], '--metrics: must be an IP address of this machine and a port'],
    [['--metrics', '192.0.2.1:9464'], '--metrics: this system does not let 192.0.2.1:9464 be used (EADDRNOTAVAIL)'],
    [['--targets', 'nowhere.csv'], 'nowhere.csv: no such file'],
    [['--redact', 'all'], '--redact'],
    [['--json', 'report.json'], 'unknown option --json'],
    [['--route', `socks5h://marina:${secret}@127.0.0.1:0`], 'port is impossible'],
  ])('%j is exit 2, named, and nothing is measured', async (words, message) => {
    const { out, err, ended } = watch(start(words));
    expect(await ended).toEqual({ code: 2, signal: null });
    expect(err()).toContain(message);
    expect(err()).not.toContain(secret);
    expect({ out: out(), contacts: listener.contacts() }).toEqual({ out: '', contacts: 0 });
  });

  it('refuses an address that is taken, and more series than a Prometheus should get, before it measures', async () => {
    const taken = watch(start(['--metrics', `127.0.0.1:${port}`]));
    expect(await taken.ended).toEqual({ code: 2, signal: null });
    expect(taken.err()).toContain(`--metrics: another program uses 127.0.0.1:${port}`);
    const routes = Array.from({ length: 12 }, (_, index) => `socks5h://127.0.0.1:${20_000 + index}`);
    await writeFile(join(folder, 'twelve.txt'), routes.join('\n'));
    const metrics = ['--metrics', `127.0.0.1:${await findFreePort()}`];
    const flood = watch(start(['--targets', 'many.json', '--routes', 'twelve.txt', ...metrics]));
    expect(await flood.ended).toEqual({ code: 2, signal: null });
    expect(flood.err()).toContain(
      '3000 × 12 targets and routes would be up to 120034 time series, and 100000 are the most',
    );
    expect(listener.contacts()).toBe(0);
  });

  it('ends cleanly when its reader has gone', async () => {
    const process = start([]);
    const { err, ended } = watch(process);
    process.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(err()).not.toMatch(/EPIPE|defect/);
  });

  it.skipIf(!existsSync('/dev/full'))('says so and ends with exit 2 when the disk it writes to is full', async () => {
    const full = await open('/dev/full', 'w');
    const { err, ended } = watch(start([], full.fd));
    expect(await ended).toEqual({ code: 2, signal: null });
    expect(err()).toContain('standard output cannot be written (ENOSPC)');
    await full.close();
  });

  it.skipIf(!existsSync('/proc/self'))(
    'ends within half a second whoever does not read, and exit 3 says that lines are lost',
    async () => {
      const process = start(['--targets', 'many.json', '--concurrency', '256', '--no-history']);
      process.stdout?.pause();
      let err = '';
      process.stderr?.on('data', (text) => {
        err += text;
      });
      await until(() => err.includes('checked:'));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const sent = performance.now();
      process.kill('SIGTERM');
      const [code] = await once(process, 'exit');
      expect(performance.now() - sent).toBeLessThan(1000);
      expect(code).toBe(3);
    },
  );
});
