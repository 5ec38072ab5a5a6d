import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenAppOptions, openApp } from '../../scripts/open-app.ts';

let root = '';
let said: string[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'waylight-start-'));
  said = [];
  await mkdir(join(root, 'out'));
  await mkdir(join(root, 'electron', 'dist'), { recursive: true });
  await write('package.json', '{ "type": "commonjs" }');
  // Stands in for the built command: notes its words.
  await write('out/waylight.js', note('serve'));
  await write('electron/path.txt', 'electron');
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(name: string, text: string, mode = 0o644): Promise<void> {
  await writeFile(join(root, name), text);
  await chmod(join(root, name), mode);
}

function note(name: string, exit = 0): string {
  const file = JSON.stringify(join(root, `${name}.json`));
  const told = '{ words: process.argv.slice(2), asNode: process.env.ELECTRON_RUN_AS_NODE }';
  return `require('node:fs').writeFileSync(${file}, JSON.stringify(${told}));\nprocess.exitCode = ${exit};\n`;
}

/** What a stand-in was started with, or undefined. */
async function noted(name: string): Promise<unknown> {
  const text = await readFile(join(root, `${name}.json`), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** A package electron with this installer, and a binary that notes its words. */
async function installElectron(installer: string, exit = 0): Promise<void> {
  await write('electron/install.js', installer);
  await write('electron/dist/electron', `#!${process.execPath}\n${note('electron', exit)}`, 0o755);
}

function open(options: Partial<OpenAppOptions> = {}): Promise<number> {
  return openApp({
    root,
    electronFolder: join(root, 'electron'),
    env: { PATH: process.env.PATH, DISPLAY: ':0' },
    platform: 'linux',
    say: (line) => void said.push(line),
    limitMs: 20_000,
    ...options,
  });
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  it('opens the desktop app where Electron is there', async () => {
    await installElectron('');
    expect(await open({ env: { DISPLAY: ':0', ELECTRON_RUN_AS_NODE: '1' } })).toBe(0);
    expect(await noted('electron')).toEqual({ words: [root] });
    expect(await noted('serve')).toBeUndefined();
  });

  it('opens it after a first download', async () => {
    await installElectron(
      "const fs = require('node:fs'); fs.writeFileSync(require('node:path').join(__dirname, 'path.txt'), 'electron');",
    );
    await rm(join(root, 'electron', 'path.txt'));
    expect(await open()).toBe(0);
    expect(await noted('electron')).toEqual({ words: [root] });
  });

  it.each([
    ['no network', "console.error(new TypeError('fetch failed').stack); process.exit(1);", /\(fetch failed\)/],
    ['another sum', "console.error('Error: the checksum did not match\\n  at x'); process.exit(1);", /did not match/],
    ['no reason', 'process.exit(1);', /did not say why/],
    ['an unknown system', "throw new Error('Electron builds are not available on platform: plan9');", /plan9/],
    [
      'a lie',
      "require('node:fs').rmSync(require('node:path').join(__dirname, 'dist'), { recursive: true });",
      /should be/,
    ],
    ['a hostile reason', "console.error('Error: \\x1b[2J\\x07' + 'x'.repeat(1e6)); process.exit(1);", /x{150}\)/],
  ])('goes to the browser after %s, and says so in one line', async (_name, installer, reason) => {
    await installElectron(installer);
    expect(await open()).toBe(0);
    expect(said).toHaveLength(2);
    expect(said[1]).toMatch(
      /^The desktop app cannot be opened: Electron is needed, and .* in your browser; Ctrl-C ends it.$/,
    );
    expect(said[1]).toMatch(reason);
    expect(said[1]).not.toMatch(/\p{Cc}/u);
    expect(said[1]?.length).toBeLessThan(450);
    expect(await noted('electron')).toBeUndefined();
    expect(await noted('serve')).toEqual({ words: ['serve'] });
  });

  it('waits for a download no longer than it said', async () => {
    await installElectron("setInterval(() => {}, 1000); process.on('SIGTERM', () => {});");
    expect(await open({ limitMs: 300 })).toBe(0);
    expect(said[1]).toContain('within 0 s');
    expect(await noted('serve')).toEqual({ words: ['serve'] });
  });

  it('goes to the browser where Electron itself cannot run', async () => {
    await installElectron('', 127);
    expect(await open()).toBe(0);
    expect(said[1]).toContain('Electron does not start on this machine (127)');
    expect(await noted('serve')).toEqual({ words: ['serve'] });
  });

  it('does not try without a display, and opens no browser there either', async () => {
    await installElectron('');
    expect(await open({ env: {} })).toBe(0);
    expect(said).toEqual([expect.stringContaining('there is no display')]);
    expect(await noted('electron')).toBeUndefined();
    expect(await noted('serve')).toEqual({ words: ['serve', '--no-open'] });
  });

  it('under CI it leaves nothing running', async () => {
    await installElectron('process.exit(1);');
    for (const env of [{ CI: 'true' }, { CI: 'true', DISPLAY: ':0' }]) expect(await open({ env })).toBe(2);
    expect(await noted('serve')).toBeUndefined();
  });

  it('says so where npm ci has not run', async () => {
    expect(await open({ electronFolder: join(root, 'nowhere') })).toBe(0);
    expect(said[1]).toContain('npm ci');
  });

  it('ends as the app in the browser ended', async () => {
    await installElectron('process.exit(1);');
    await write('out/waylight.js', note('serve', 2));
    expect(await open()).toBe(2);
  });
});
