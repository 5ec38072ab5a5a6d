import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { readFuses, wantedFuses } from './fuse-wire.ts';
import { builtOut, createProject, type PackedApp, packApp, repository, writeSyntheticOut } from './pack-app.ts';
import { stubLocales } from './stub-electron.ts';

const folder = mkdtempSync(join(tmpdir(), 'waylight-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files in the archive, without its folders. */
function filesIn(asarFile: string): string[] {
  const files = listPackage(asarFile, { isPack: false }).map((path) => path.slice(1));
  return files.filter((path) => !('files' in statFile(asarFile, path))).sort();
}

const pictures = [
  ...['works', 'partly', 'blocked', 'unknown'].flatMap((state) =>
    ['', '@1.5x', '@2x', 'Template', 'Template@2x'].map((ending) => `build/tray/${state}${ending}.png`),
  ),
  'build/icons/512x512.png',
];
const always = ['LICENSE', 'NOTICE', 'package.json', 'out/assets.json', 'out/engine.js', 'out/main.js'];

describe('a package for Linux', () => {
  let app: PackedApp;
  let connections: number;
  beforeAll(async () => {
    const out = join(folder, 'out');
    writeSyntheticOut(out);
    const project = createProject(folder, out);
    mkdirSync(join(project, 'test'));
    writeFileSync(join(project, 'test', 'secret.test.ts'), 'a test');
    writeFileSync(join(project, '.env'), 'TOKEN=1');
    const connect = vi.spyOn(Socket.prototype, 'connect');
    app = await packApp(project);
    connections = connect.mock.calls.length;
    connect.mockRestore();
  });

  it('is made without the network', () => {
    expect(connections).toBe(0);
  });

  it('holds what the app needs and nothing else', () => {
    const own = [
      'out/chunks/common-abc.js',
      'out/licences.txt',
      'out/preload.cjs',
      'out/ranges/asn.bin',
      'out/renderer/assets/start-abc.js',
      'out/renderer/index.html',
    ];
    expect(filesIn(app.asarFile)).toEqual([...always, ...pictures, ...own].sort());
    expect(readdirSync(app.resources).sort()).toEqual(['app-update.yml', 'app.asar']);
  });

  it('has its fuses as the design wants them', async () => {
    expect(await readFuses(app.program)).toEqual(wantedFuses);
  });

  it('starts with the bundle of the main process, and tells nobody how it was made', () => {
    const manifest = JSON.parse(extractFile(app.asarFile, 'package.json').toString());
    expect(manifest).toMatchObject({
      name: 'waylight',
      productName: 'Waylight',
      type: 'module',
      main: 'out/main.js',
      desktopName: 'waylight.desktop',
    });
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest).not.toHaveProperty('devDependencies');
  });

  it('tells the updater where releases are, and no more than that', () => {
    expect(parse(readFileSync(join(app.resources, 'app-update.yml'), 'utf8'))).toEqual({
      provider: 'github',
      owner: 'waylight',
      repo: 'waylight',
      releaseType: 'draft',
      updaterCacheDirName: 'waylight-updater',
    });
  });

  it('keeps the locales of its languages, and the licences', () => {
    const locales = readdirSync(join(app.folder, 'locales')).sort();
    expect(locales).toEqual(['en-US.pak', 'fa.pak', 'ru.pak', 'zh-CN.pak']);
    expect(stubLocales.length).toBeGreaterThan(locales.length);
    expect(readdirSync(app.folder)).toEqual(expect.arrayContaining(['LICENSE.electron.txt', 'LICENSES.chromium.html']));
  });

  it('has a desktop entry that opens waylight: links and leaves tg: links alone', () => {
    const lines = app.desktopEntry.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '[Desktop Entry]',
        'Name=Waylight',
        'Exec=/opt/Waylight/waylight %U',
        'Icon=waylight',
        'Terminal=false',
        'Type=Application',
        'StartupWMClass=waylight',
        'MimeType=x-scheme-handler/waylight;',
        'Categories=Network;',
      ]),
    );
    const keys = lines.flatMap((line) => /^([^=[]+(\[\w+\])?)=/.exec(line)?.[1] ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    for (const language of ['fa', 'ru', 'zh_CN']) expect(keys).toContain(`GenericName[${language}]`);
  });

  it('has its icon in every size a desktop asks for', () => {
    const sizes = app.icons.map((file) => Number.parseInt(basename(file), 10));
    expect(sizes.sort((a, b) => a - b)).toEqual([16, 24, 32, 48, 64, 128, 256, 512]);
  });
});

describe('the package of the real build', () => {
  if (process.env.CI && builtOut === undefined) {
    it('has something to pack', () => expect.unreachable('out/main.js is missing: run npm run build first'));
  }

  describe.skipIf(builtOut === undefined)('out/', () => {
    let app: PackedApp;
    let files: readonly string[];
    const out = builtOut ?? '';
    const text = (path: string) => extractFile(app.asarFile, path).toString();
    beforeAll(async () => {
      app = await packApp(createProject(folder, out));
      files = filesIn(app.asarFile);
    });

    it('holds exactly what was built', () => {
      const inside = (name: string) =>
        readdirSync(join(out, name), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(out.length - 'out'.length));
      // The licences are written when a release is packed, not with every build.
      const licences = existsSync(join(out, 'licences.txt')) ? ['out/licences.txt'] : [];
      const own = [...['chunks', 'ranges', 'renderer'].flatMap(inside), ...licences];
      expect(files).toEqual([...always, ...pictures, 'out/preload.cjs', ...own].sort());
      const ranges = files.filter((path) => path.startsWith('out/ranges/')).map((path) => basename(path));
      expect(['asn.bin', 'ip-ranges.json.gz']).toEqual(expect.arrayContaining(ranges));
      expect(ranges).toContain('asn.bin');
    });

    it('lists for the page exactly what lies in renderer/', () => {
      const listed = Object.keys(JSON.parse(text('out/assets.json')));
      const there = files.filter((path) => path.startsWith('out/renderer/'));
      expect(there).toEqual(listed.map((path) => `out/renderer/${path}`).sort());
    });

    it('imports nothing that is not in the package', () => {
      const missing: string[] = [];
      let seen = 0;
      for (const path of files.filter((name) => /^out\/(main|engine|chunks\/.*)\.js$/.test(name))) {
        const fixed = text(path).matchAll(/^(?:import|export)\b[^'"\n]*?(?:from\s*)?["']([^"'\n]+)["'];?$/gm);
        const later = text(path).matchAll(/\bimport\(["']([^"'\n]+)["']\)/g);
        for (const [, specifier = ''] of [...fixed, ...later]) {
          seen++;
          const file = join(path, '..', specifier);
          const known = specifier.startsWith('.')
            ? files.includes(file)
            : specifier === 'electron' || isBuiltin(specifier);
          if (!known) missing.push(`${path} imports ${specifier}`);
        }
      }
      expect(missing).toEqual([]);
      expect(seen).toBeGreaterThan(50);
      expect([...text('out/preload.cjs').matchAll(/\brequire\((['"])(.*?)\1\)/g)].map(([, , name]) => name)).toEqual([
        'electron',
      ]);
    });

    it('is small', () => {
      expect(statSync(app.asarFile).size).toBeLessThan(25 * 1024 * 1024);
    });

    it("carries nobody's folders", () => {
      const named = files.filter((path) => /\.(c?js|html|css|json)$/.test(path) && text(path).includes(repository));
      expect(named).toEqual([]);
    });
  });
});
