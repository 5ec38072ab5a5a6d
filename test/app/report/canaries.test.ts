import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { historyFileName } from '../../../app/history/open-run-store.ts';
import { createHost } from '../../../app/host/create-host.ts';
import { checkCommand } from '../../../cli/commands/check.ts';
import { convertCommand } from '../../../cli/commands/convert.ts';
import { rangesFiles } from '../../../cli/open-ranges.ts';
import { runProgram } from '../../../cli/program.ts';
import { createLookupProcess } from '../../../engine/lookup-process.ts';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import type { RunEvent } from '../../../model/event.ts';
import { createFakeIo, type FakeIo } from '../../cli/fake-io.ts';
import { forkEngine, testPorts } from '../../support/a-host.ts';
import { canary, findCanaries, type Hunt } from '../../support/canaries.ts';
import { type CanaryWorld, canaryTargets, openCanaryWorld } from '../../support/canary-world.ts';
import { hastyTimeouts, labRunInput } from '../../support/lab-run.ts';
import { watchHost } from '../../support/watch-host.ts';

const program = fileURLToPath(new URL('../../../out', import.meta.url));
const proxyLink = (password: string) => `${encodeURIComponent(canary.user)}:${encodeURIComponent(password)}`;
const routes = [
  'direct',
  `socks5h://${proxyLink(canary.password)}@${canary.proxyHost}:1080#${encodeURIComponent(canary.label)}`,
  `http://${proxyLink(canary.mistyped)}@203.0.113.20:8080#Gate`,
  `tg://proxy?server=203.0.113.40&port=443&secret=${canary.secretHex}`,
];
const formats = ['json', 'html', 'csv', 'markdown', 'ooni'] as const;

/** All that is in a database: its very bytes, and every value, unpacked where it is packed. */
function readHistory(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.startsWith(historyFileName));
  const bytes = files.map((name) => readFileSync(join(folder, name), 'latin1'));
  const db = new DatabaseSync(join(folder, historyFileName), { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const values = tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .flatMap((row) => Object.values(row)),
  );
  db.close();
  const isPacked = (value: unknown) => value instanceof Uint8Array && Buffer.from(value).readUInt32LE(0) === 0xfd2fb528;
  const texts = values.map((value) =>
    value instanceof Uint8Array
      ? (isPacked(value) ? zstdDecompressSync(value) : Buffer.from(value)).toString('latin1')
      : String(value),
  );
  expect(values.some(isPacked)).toBe(true);
  return [...bytes, ...texts].join('\n');
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => statSync(file).isFile());
}

/** Whatever another program of this person can read of this process and its children. */
function readProcesses(): string {
  const own = String(process.pid);
  const pids = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    const parent = read(`/proc/${name}/stat`)
      .replace(/^.*\) \S /s, '')
      .split(' ')[0];
    return name === own || parent === own;
  });
  expect(pids.length).toBeGreaterThan(1);
  const children = pids.filter((pid) => pid !== own).map((pid) => read(`/proc/${pid}/environ`));
  return [...pids.map((pid) => read(`/proc/${pid}/cmdline`)), ...children].join('\n');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

describe('the hunt for canaries', () => {
  it.each([
    ['own4', canary.own4],
    ['own4', 'at [::FFFF:C0A8:4D1F]:443'],
    ['own6', 'x=2A02:0077:0031:0005:0:0:0:23.'],
    ['own6', '%32%61%30%32%3A77%3A31%3A5%3A%3A23'],
    ['own6', `&#50;a02:77:31:5::23`],
    ['own4 as a number', 'id=3232255263&'],
    ['visitor4', `at ${canary.visitor4}, it seems`],
    ['password', `Basic ${Buffer.from(`${canary.user}:${canary.password}`).toString('base64')}`],
    ['user', JSON.stringify({ a: canary.user }).replace('c', '\\u0063')],
    ['secretHex', Buffer.from(canary.secretHex, 'hex').toString('base64')],
    ['domain', encodeURIComponent(canary.domain)],
  ])('finds %s in %s', (name, text) => {
    const found = findCanaries(text);
    expect(
      found.some((one) => one === name || one.slice(0, 4) === name.slice(0, 4)),
      String(found),
    ).toBe(true);
  });

  it('finds none in what only looks alike', () => {
    expect(findCanaries('93.184.77.3, 192.168.77.310, 2a02:77:31:5::24, c4n, 3232255264')).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('secrets planted in every input', () => {
  let world: CanaryWorld;
  /** The person's home, whose very name is planted too. */
  let home = '';
  beforeAll(async () => {
    world = await openCanaryWorld();
    home = mkdtempSync(join(tmpdir(), `${canary.home}-`));
    writeFileSync(join(home, 'routes.txt'), `${routes.join('\n')}\n`);
    writeFileSync(join(home, 'targets.json'), JSON.stringify(canaryTargets));
    writeFileSync(join(home, 'ca.pem'), world.lab.authority);
  });
  afterAll(async () => {
    await world?.close();
    rmSync(home, { recursive: true, force: true });
  });

  function openTerminal(dataHome = join(home, 'data')): FakeIo {
    return createFakeIo({
      env: {
        HOME: home,
        XDG_DATA_HOME: dataHome,
        USER: canary.login,
        LOGNAME: canary.login,
        HOSTNAME: canary.machine,
        https_proxy: `http://${canary.environmentUser}:${canary.environmentPassword}@${canary.systemProxy}:3128`,
      },
    });
  }

  function fileOptions(level: string): Record<(typeof formats)[number], string> {
    const folder = join(home, level);
    mkdirSync(folder, { recursive: true });
    return Object.fromEntries(formats.map((name) => [name, join(folder, `report.${name}`)])) as never;
  }

  function expectNone(told: Readonly<Record<string, string>>, hunt: Hunt = {}): void {
    const found = Object.entries(told).map(([where, text]) => [where, findCanaries(text, hunt)] as const);
    for (const [where, text] of Object.entries(told)) expect(text, where).not.toBe('');
    expect(found.filter(([, names]) => names.length > 0)).toEqual([]);
  }

  async function check(level: string): Promise<Readonly<Record<string, string>>> {
    const io = openTerminal();
    const files = fileOptions(level);
    const options = {
      targets: join(home, 'targets.json'),
      route: [],
      routes: join(home, 'routes.txt'),
      ca: join(home, 'ca.pem'),
      dns: canary.resolver,
      profile: 'quick',
      connectTimeout: '400',
      redact: level,
      ...files,
    };
    const network = world.network;
    expect(await checkCommand(options, { io, files: rangesFiles(io.env, program), network }), io.err()).toBe(0);
    const written = Object.values(files).map((file) => [basename(file), readFileSync(file, 'utf8')]);
    return { ...Object.fromEntries(written), stdout: io.out(), stderr: io.err() };
  }

  it('are in no file and on no terminal of a check, at either level', { timeout: 60_000 }, async () => {
    const whole = await check('none');
    // They were all there to be found: the servers told them, and the proxies were asked with them.
    const json = whole['report.json'] ?? '';
    expect(findCanaries(json)).toEqual(
      expect.arrayContaining(['own4', 'own6', 'visitor4', 'neighbour6', 'own4 as a number', 'own4 turned round']),
    );
    expect(json).toContain('Router of');
    expect(json).toMatch(/"kind": "proxy-auth"/);
    for (const name of ['resolver', 'label', 'proxyHost', 'systemProxy'] as const) expect(json).toContain(canary[name]);
    expectNone(whole, { visitor: false });
    expectNone(await check('standard'));
    expectNone(await check('strict'), { strict: true });
    for (const level of ['standard', 'strict'] as const) {
      const io = openTerminal();
      const files = fileOptions(`converted-${level}`);
      const options = { redact: level, ...files };
      expect(await convertCommand(join(home, 'none', 'report.json'), options, io)).toBe(0);
      const written = Object.values(files).map((file) => [basename(file), readFileSync(file, 'utf8')]);
      expectNone(Object.fromEntries(written), { strict: level === 'strict' });
      expect(io.out() + io.err()).toBe('');
    }
    const data = join(home, 'data', 'waylight');
    expectNone({ history: readHistory(data) });
    const io = openTerminal();
    expect(await runProgram(['history', 'list', '--json', '-'], io, program)).toBe(0);
    const [runId = ''] = io.out().match(/[0-9a-f]{8}-[0-9a-f-]{27}/) ?? [];
    const shown = openTerminal();
    expect(await runProgram(['history', 'show', runId], shown, program)).toBe(0);
    expectNone({ list: io.out(), show: shown.out() });
  });

  it('are in no event of the engine and no argument of a process', { timeout: 60_000 }, async () => {
    const events: RunEvent[] = [];
    const { lab, network } = world;
    const { input, dependencies } = labRunInput({ ...lab, network }, nodeClock(), {
      targets: lab.targets,
      timeouts: hastyTimeouts,
    });
    process.env.https_proxy = `http://${canary.environmentUser}:${canary.environmentPassword}@proxy.invalid:1`;
    const lookup = createLookupProcess(true);
    try {
      const signal = new AbortController().signal;
      await lookup('localhost', { signal });
      await run(input, dependencies, { signal, onEvent: (event) => void events.push(event) });
      expectNone({ events: JSON.stringify(events) }, { visitor: false });
      expectNone({ processes: readProcesses() }, { except: ['home'] });
    } finally {
      delete process.env.https_proxy;
    }
  });
});

describe.skipIf(process.platform !== 'linux')('secrets given to the command as words', () => {
  it('are no longer among its arguments once it runs, and in nothing it says of a defect', async () => {
    const main = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));
    // A defect whose message holds everything, at a moment of this test's choice; the command waits for its standard input.
    const message = JSON.stringify(`${canary.password} ${canary.secretHex} ${canary.own4}`);
    const fault = `data:text/javascript,process.once('SIGUSR2',()=>{throw new TypeError(${encodeURIComponent(message)})})`;
    const words = ['check', ...routes.slice(1, 3).flatMap((route) => ['--route', route]), '--targets', '-'];
    const child = spawn(process.execPath, ['--import', fault, main, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => void said.push(text));
    }
    const ended = new Promise((resolve) => child.once('close', resolve));
    try {
      await expect.poll(() => read(`/proc/${child.pid}/cmdline`), { timeout: 20_000 }).toMatch(/^waylight/);
      expect(findCanaries(read(`/proc/${child.pid}/cmdline`))).toEqual([]);
      child.kill('SIGUSR2');
      expect(await ended).toBe(1);
      expect(said.join('')).toContain('this is a defect (TypeError)');
      expect(findCanaries(said.join(''))).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe.skipIf(process.platform !== 'linux')('secrets planted in the app', () => {
  const engine = fileURLToPath(new URL('../../support/canary-engine.ts', import.meta.url));
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it('are in no event, answer, file or row of the host', { timeout: 60_000 }, async () => {
    const ports = testPorts(() => forkEngine(engine));
    const host = await createHost(ports, { listening: [] });
    ends.push(async () => {
      await host.close();
      ports.remove();
    });
    const { ask, events, awaitUpdate } = watchHost(host);
    await ask('giveConsent');
    const login = { username: canary.user, password: canary.password };
    await ask('addRoute', { kind: 'socks5h', label: canary.label, host: canary.proxyHost, port: '1080', ...login });
    await ask('addRoute', {
      kind: 'mtproxy',
      label: 'Museum',
      host: '203.0.113.40',
      port: '443',
      secret: canary.secretHex,
    });
    const targets = await ask('importTargets', { text: JSON.stringify(canaryTargets) });
    const own = targets.filter(({ group }) => group === 'custom').map(({ id }) => id);
    expect(own).toHaveLength(canaryTargets.length);
    const over = awaitUpdate('over');
    const { runId } = await ask('startCheck', { targetIds: [...own, 'telegram-dc2'] });
    expect((await over).updates).toMatchObject([{ type: 'finished' }]);
    const [firstTarget = ''] = own;
    // The person's own page: it may tell them where they are, and never a password.
    const page = {
      events: JSON.stringify(events),
      view: JSON.stringify(await ask('readCurrentRun')),
      detail: JSON.stringify(await ask('readTarget', { runId, targetId: firstTarget })),
    };
    // The user name of a proxy stands in the form where its route is changed.
    expectClean(page, { visitor: false, except: ['user'] });
    expect(findCanaries(page.detail)).toContain('visitor4');
    for (const redaction of ['standard', 'strict'] as const) {
      const hunt = { strict: redaction === 'strict' };
      expectClean({ preview: (await ask('previewReport', { runId, redaction })).text }, hunt);
      await ask('copyReport', { runId, redaction });
      for (const format of ['json', 'html', 'csv', 'markdown', 'ooni'] as const) {
        ports.saved.length = 0;
        await ask('saveReport', { runId, redaction, format });
        const [file] = ports.saved;
        expectClean({ [`${redaction} ${format}`]: JSON.stringify(file) }, hunt);
      }
      expectClean({ copied: ports.copied.at(-1) ?? '' }, hunt);
    }
    expectClean({ finished: JSON.stringify(ports.finished) });
    // A target's address is shown to the person as they wrote it.
    expectClean({ kept: JSON.stringify(await ask('readRun', { runId })) }, { visitor: false });
    expectClean({ processes: readProcesses(), open: readHistory(ports.dataFolder) });
    await host.close();
    expectClean({ history: readHistory(ports.dataFolder) });
    // What a person typed as a target, a user name or a label is kept as it is; passwords are not.
    const others = filesIn(ports.dataFolder).filter((file) => !basename(file).startsWith(historyFileName));
    const settings = others.map((file) => readFileSync(file, 'latin1')).join('\n');
    expectClean({ settings }, { visitor: false, except: ['user'] });
  });

  function expectClean(told: Readonly<Record<string, string>>, hunt: Hunt = {}): void {
    for (const [where, text] of Object.entries(told)) {
      expect(text.length, where).toBeGreaterThan(1);
      expect([where, findCanaries(text, hunt)]).toEqual([where, []]);
    }
  }
});
