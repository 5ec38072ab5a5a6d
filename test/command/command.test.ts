import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportSchema } from '../../model/report.ts';
import { type RefusingListener, startRefusingListener } from './refusing-listener.ts';

const program = join(import.meta.dirname, '..', '..', 'out', 'waylight.js');

let folder = '';
let listener: RefusingListener;
let port = 0;

beforeAll(async () => {
  if (!existsSync(program)) throw new Error('the command is not built: npm run build');
  folder = await mkdtemp(join(tmpdir(), 'waylight-command-'));
  listener = await startRefusingListener();
  port = listener.port;
  await writeFile(
    join(folder, 'here.json'),
    JSON.stringify([{ id: 'here', url: `http://127.0.0.1:${port}/`, expect: { status: [204] } }]),
  );
});
afterAll(async () => {
  listener.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => listener.clear());

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

function start(words: readonly string[], env: Record<string, string> = {}): ChildProcess {
  // A home of its own: a list that the developer keeps must not change what is tested.
  const clean = { PATH: process.env.PATH ?? '', HOME: folder, XDG_DATA_HOME: join(folder, 'data'), ...env };
  return spawn(process.execPath, [program, ...words], { cwd: folder, env: clean, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ChildProcess): Promise<Outcome> {
  const started = performance.now();
  const texts = { out: '', err: '' };
  child.stdout?.on('data', (text) => {
    texts.out += text;
  });
  child.stderr?.on('data', (text) => {
    texts.err += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((done) => {
    child.on('close', (exitCode, exitSignal) => done([exitCode, exitSignal]));
  });
  return { code, signal, ...texts, ms: performance.now() - started };
}

const runCommand = (words: readonly string[], env?: Record<string, string>) => finish(start(words, env));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return name;
}

/** `check` with everything but what a test adds pointing at the listener. */
async function runCheck(words: readonly string[], env?: Record<string, string>): Promise<Outcome> {
  return runCommand([...safeCheck(), '--route', `socks5h://127.0.0.1:${port}`, ...words], env);
}

/** `check`, of the listener and by the listener alone. */
function safeCheck(): string[] {
  const here = `127.0.0.1:${port}`;
  const lists = ['--targets', 'here.json', '--baseline', 'here.json'];
  return ['check', ...lists, '--dns', here, '--doh', `https://${here}/dns-query`];
}

describe('help', () => {
  it('is there within 200 ms', async () => {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { code, out, err, ms } = await runCommand(['--help']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('Usage: waylight');
      times.push(ms);
    }
    // The best of five: the machine may be busy with other tests.
    expect(Math.min(...times)).toBeLessThan(200);
  });
});

const ranges = (created: string, token: string) => ({
  syncToken: token,
  createDate: created,
  prefixes: [
    { ip_prefix: '52.58.0.0/15', region: 'eu-central-1', service: 'AMAZON', network_border_group: 'eu-central-1' },
  ],
  ipv6_prefixes: [
    { ipv6_prefix: '2a05:d014::/36', region: 'eu-central-1', service: 'AMAZON', network_border_group: 'eu-central-1' },
  ],
});
const newer = JSON.stringify(ranges('2026-08-22-00-00-00', '1787356800'));
const older = JSON.stringify(ranges('2020-08-22-00-00-00', '1598054400'));

describe('wrong words and files', () => {
  const textCases: readonly (readonly [string, string, string | Uint8Array, readonly string[]])[] = [
    ['--targets', 'broken.json', '[\n{"url": }\n]', ['line 2', 'not valid JSON']],
    ['--targets', 'object.json', '{"url":"https://a.example/"}', ['JSON list']],
    [
      '--targets',
      'field.json',
      '[{"url":"https://a.example/"},\n{"url":"https://b.example/","expects":1}]',
      ['line 2', '[1].expects'],
    ],
    ['--targets', 'open.csv', 'url,notes\nhttps://a.example/,"open\n', ['not valid CSV']],
    ['--targets', 'columns.csv', 'a,b\n1,2\n', ['line 1', '"url"']],
    [
      '--targets',
      'bom.csv',
      '\ufeffurl,id\r\nhttps://a.example/,ok\r\nhttps://a.example:99999/,p\r\n',
      ['line 3', 'url', '99999'],
    ],
    ['--targets', 'nul.txt', 'https://a.example/\nhttps://b.ex\0ample/\n', ['line 2', 'NUL']],
    ['--targets', 'latin1.txt', Buffer.from([0x68, 0xe9, 0x0a]), ['UTF-8']],
    [
      '--targets',
      'twice.json',
      '[{"id":"a","url":"https://a.example/"},\n{"id":"a","url":"https://b.example/"}]',
      ['line 2', 'id a'],
    ],
    ['--targets', 'ports.txt', 'https://a.example/\nhttps://a.example:0/\n', ['line 2', 'port 0']],
    ['--targets', 'spaces.txt', 'https://a b.example/\n', ['line 1', 'space']],
    ['--targets', 'control.json', '[{"host":"a\\u0007b","port":1,"protocol":"tcp"}]', ['[0].host', 'control']],
    ['--targets', 'scheme.txt', 'gopher://a.example/\n', ['line 1', 'gopher']],
    ['--targets', 'many.txt', Array.from({ length: 10_001 }, (_, n) => `https://a.example/${n}`).join('\n'), ['10000']],
    ['--targets', 'empty.txt', '', ['no entries']],
    ['--routes', 'broken-routes.json', '["direct",\n', ['not valid JSON']],
    ['--routes', 'routes.csv', 'kind,host,port\r\nsocks5,h.example,70000\r\n', ['line 2', 'port']],
    ['--routes', 'routes-nul.txt', 'direct\n\0', ['line 2', 'NUL']],
    ['--routes', 'routes.txt', '\ufeffdirect\r\nvmess://abcdef\r\n', ['line 2', 'vmess']],
    ['--routes', 'secret.txt', 'socks5://bob:hunter2%ff@h.example:1\n', ['line 1', 'cannot be decoded']],
    ['--routes', 'mtproxy.txt', 'tg://proxy?server=a&port=1&secret=b\n', ['line 1', 'secret']],
    ['--baseline', 'no-expect.txt', 'http://127.0.0.1/\n', ['line 1', 'expect']],
    ['--ca', 'ca.pem', 'hello', ['PEM']],
    ['--ranges', 'truncated.json', newer.slice(0, 150), []],
    ['--ranges', 'other.json', '{"hello": "world"}', []],
    ['--ranges', 'html.json', '<!doctype html>', []],
  ];

  it.each(textCases)('%s %s is exit 2, named, and nothing is started', async (option, name, content, words) => {
    const { code, out, err } = await runCheck([option, await write(name, content)]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const word of [option, name, ...words]) expect(err).toContain(word);
    expectCalm(err);
  });

  function expectCalm(err: string): void {
    expect(err).not.toMatch(/\n\s+at |node:internal|Error:/);
    expect(err).not.toContain('hunter2');
    expect(listener.contacts()).toBe(0);
  }

  it.each([
    [['--bogus'], '--bogus'],
    [['--targets', 'missing.csv'], 'missing.csv: no such file'],
    [['--targets', '.'], 'is a directory'],
    [['--route', 'socks5://bob:%E0%A4%A@h.example:1'], 'cannot be decoded'],
    [['--route', `socks5://bob:${'hunter2'.repeat(40)}@h.example:1`], 'at most 255 bytes'],
    [['--route', 'socks5://h.example:99999'], 'port is impossible'],
    [['--json', 'no/such/folder/report.json'], '--json'],
    [['--csv', '.'], '--csv'],
    [['--markdown', '/dev/full/x'], '--markdown'],
    [['--connect-timeout', '-1'], '--connect-timeout'],
    [['--profile', 'slow'], '--profile'],
    [['--letter', 'letter.md'], '--letter-about'],
    [['--letter', 'letter.md', '--letter-about', 'hare'], 'here'],
    [['--letter', 'letter.md', '--letter-about', 'here', '--letter-for', 'king'], 'owner, isp'],
    [['--aws-reachability'], '--aws-reachability: only a check with --profile deep'],
  ])('%j is exit 2, named, and nothing is started', async (words, message) => {
    const { code, out, err } = await runCheck(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expectCalm(err);
  });

  it('refuses a list of 50 MB, and one without end, quickly', async () => {
    await write('large.csv', 'url\n');
    await truncate(join(folder, 'large.csv'), 50 * 1024 * 1024);
    for (const file of ['large.csv', '/dev/zero']) {
      const { code, err, ms } = await runCheck(['--targets', file]);
      expect(code).toBe(2);
      expect(err).toContain(`${file}: is larger than 16 MB`);
      expect(ms).toBeLessThan(3000);
      expectCalm(err);
    }
  });

  it('refuses a ranges file older than the one in use', async () => {
    const taken = await runCommand(['ranges', '--update', '--from', await write('newer.json', newer)]);
    expect(taken.err).toContain('2026-08-22');
    const { code, err } = await runCheck(['--ranges', await write('older.json', older)]);
    expect(code).toBe(2);
    expect(err).toContain('older.json');
    expectCalm(err);
    const byEnvironment = await runCheck([], { WAYLIGHT_AWS_RANGES: 'older.json' });
    expect(byEnvironment.code).toBe(2);
    expect(byEnvironment.err).toContain('WAYLIGHT_AWS_RANGES');
    await rm(join(folder, 'data'), { recursive: true });
  });

  it('leaves no file behind', async () => {
    await runCheck(['--json', 'never.json', '--profile', 'slow']);
    expect((await readdir(folder)).filter((name) => /never|\.tmp$/.test(name))).toEqual([]);
  });
});

describe('waylight check', () => {
  it('measures what it was told to and says so before the first probe', async () => {
    const { code, out, err } = await runCheck(['--json', 'report.json', '--connect-timeout', '500']);
    expect(code).toBe(0);
    expect(listener.contacts()).toBeGreaterThan(0);
    expect(err).toContain('operator of each proxy will see your address');
    expect(out).toContain('neutral sites answer');
    const report = reportSchema.parse(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')));
    expect(report).toMatchObject({ partial: false, redaction: 'standard', targets: [{ id: 'here' }] });
    // A dead proxy proves nothing against a target.
    expect(report.verdicts.map(({ verdict }) => verdict)).not.toContain('blocked');
  });
});

describe.skipIf(process.platform !== 'linux')('the process list', () => {
  it('does not show the password of a route given as an argument', async () => {
    const route = `socks5h://marina:hunter2-${port}@127.0.0.1:${port}`;
    const child = start([...safeCheck(), '--route', route, '--no-history']);
    const done = finish(child);
    await new Promise<void>((told) => child.stderr?.once('data', () => told()));
    const shown = await readFile(`/proc/${child.pid}/cmdline`, 'utf8');
    child.kill('SIGTERM');
    await done;
    expect(shown).toContain('waylight');
    expect(shown).not.toContain('hunter2');
  });
});

describe('waylight demo', () => {
  it('says what it is, and writes the same report in every form', async () => {
    const files = ['--json', 'demo.json', '--csv', 'demo.csv', '--markdown', 'demo.md'];
    const { code, out, err } = await runCommand(['demo', ...files]);
    expect({ code, out: out.split('\n')[0] }).toEqual({ code: 0, out: expect.stringContaining('PRACTICE NETWORK') });
    expect(err).toMatch(/100 % \(/);
    const report = reportSchema.parse(JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8')));
    expect(report.verdicts.some(({ verdict }) => verdict === 'blocked')).toBe(true);
    const rows = (await readFile(join(folder, 'demo.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + report.targets.length * report.routes.length);
    expect((await readFile(join(folder, 'demo.md'), 'utf8')).split('\n').length).toBeLessThan(60);
  });

  it('keeps standard output for the report when asked, and stays quiet', async () => {
    const { code, out, err } = await runCommand(['demo', 'healthy', '--json', '-', '--quiet']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(reportSchema.safeParse(JSON.parse(out)).error).toBeUndefined();
  });

  it('writes a letter about one target, for whom and in which language it is asked', async () => {
    const about = ['--letter-about', 'example-bank', '--letter-for', 'isp', '--letter-language', 'ru'];
    const { code } = await runCommand(['demo', '--quiet', '--letter', 'letter.html', ...about]);
    expect(code).toBe(0);
    const letter = await readFile(join(folder, 'letter.html'), 'utf8');
    expect(letter).toMatch(/^<!doctype html>\n<html lang="ru"/i);
    expect(letter).toContain('online.bank.example');
  });

  it.each(['healthy', 'captive-portal'])(
    'leaves no socket, timer or process open when %s is done',
    async (scenario) => {
      const witness = join(import.meta.dirname, '..', 'support', 'exit-witness.ts');
      const file = join(folder, `witness-${scenario}.json`);
      const env = { NODE_OPTIONS: `--import=${witness}`, WAYLIGHT_TEST_WITNESS: file };
      const { code } = await runCommand(['demo', scenario, '--quiet'], env);
      expect(code).toBe(0);
      // The pipes to this test are the only things that may still be there.
      const left = JSON.parse(await readFile(file, 'utf8')) as string[];
      expect(left.filter((resource) => resource !== 'PipeWrap')).toEqual([]);
    },
  );

  it('survives a reader that has seen enough', async () => {
    const child = start(['demo', 'healthy', '--json', 'piped.json']);
    child.stdout?.destroy();
    const { code, err } = await finish(child);
    expect(code).toBe(0);
    expect(err).not.toContain('EPIPE');
    expect(existsSync(join(folder, 'piped.json'))).toBe(true);
  });

  it.each([
    ['SIGINT', 0],
    ['SIGTERM', 150],
    ['SIGINT', 600],
  ] as const)('writes the partial report and exits 3 within 500 ms of %s, %d ms in', async (signal, delay) => {
    const file = `partial-${signal}-${delay}.json`;
    const child = start(['demo', '--json', file]);
    const outcome = finish(child);
    await new Promise((done) => child.stderr?.once('data', done));
    await new Promise((done) => setTimeout(done, delay));
    const sent = performance.now();
    child.kill(signal);
    const { code, out } = await outcome;
    expect(performance.now() - sent).toBeLessThan(500);
    expect(code).toBe(3);
    expect(out).toContain('stopped early');
    const report = reportSchema.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
    expect(report.partial).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('exits 3 when interrupted while it waits for standard input', async () => {
    const child = spawn(process.execPath, [program, 'check', '--targets', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const outcome = finish(child);
    await new Promise((done) => setTimeout(done, 700));
    child.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 3, out: '', err: '' });
  });
});

describe('the history', () => {
  const list = async (env: Record<string, string>) => {
    const { code, out, err } = await runCommand(['history', 'list', '--json', '-'], env);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return (JSON.parse(out) as { runs: { runId: string; kind: string; partial: boolean }[] }).runs;
  };

  it('keeps what a check found, shows it again, and keeps nothing with --no-history', async () => {
    const env = { XDG_DATA_HOME: join(folder, 'kept') };
    const words = ['--quiet', '--json', 'checked.json'];
    expect(await runCheck([...words, '--no-history'], env)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'kept'))).toBe(false);
    const checked = await runCheck(words, env);
    // Words of Node's own about its database would be noise.
    expect(checked).toMatchObject({ code: 0, err: expect.not.stringMatching(/warning/i) });
    const { id } = reportSchema.parse(JSON.parse(await readFile(join(folder, 'checked.json'), 'utf8')));
    expect(await list(env)).toMatchObject([{ runId: id, kind: 'check', partial: false }]);
    const shown = await runCommand(['history', 'show', id.slice(0, 6)], env);
    expect(shown).toMatchObject({ code: 0, err: '', out: checked.out });
  });

  it('keeps what an interrupted run had found', async () => {
    const env = { XDG_DATA_HOME: join(folder, 'interrupted') };
    const child = start(['demo'], env);
    const outcome = finish(child);
    await new Promise((done) => child.stderr?.once('data', done));
    child.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: 3 });
    expect(await list(env)).toMatchObject([{ kind: 'practice', partial: true }]);
  });

  it('is never in the way: where nothing can be kept, a notice says so and the check ends as ever', async () => {
    const env = { XDG_DATA_HOME: join(folder, 'here.json') };
    const { code, err } = await runCheck(['--quiet'], env);
    expect(code).toBe(0);
    expect(err).toContain('checks work and are not kept');
  });
});
