import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Who may import whom. The layout is the architecture: anything not listed here is forbidden. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  engine: ['model'],
  // The practice network is one click away in the app, so its engine process needs the lab.
  app: ['engine', 'lab', 'model', 'data'],
  lab: ['engine', 'model', 'data'],
  cli: ['app', 'engine', 'lab', 'model', 'data', 'web'],
  electron: ['app', 'engine', 'model'],
  web: ['app', 'engine', 'model'],
  renderer: ['model'],
  scripts: ['app', 'cli', 'engine', 'lab', 'model', 'data'],
  test: ['app', 'cli', 'data', 'electron', 'engine', 'lab', 'model', 'renderer', 'scripts', 'web'],
};

/** The outside world has one door: only these engine files may open a socket or ask a resolver by themselves. */
const doors = new Set(['engine/node-network.ts', 'engine/lookup-process.ts']);
/** `electron` under plain Node downloads a binary and throws: only the composition roots may import its value. */
const electronRoots = new Set(['electron/main.ts', 'electron/preload.ts']);

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^\s*(?:import|export)\s(?!const|function|interface|async|class)(type\s)?[^;'"]*?from\s+'([^']+)'/gm,
  );
  const bare = text.matchAll(/^\s*import\s+'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...[...statements].map((match) => ({ from: file, specifier: match[2] ?? '', typeOnly: match[1] !== undefined })),
    ...[...bare, ...dynamic].map((match) => ({ from: file, specifier: match[1] ?? '', typeOnly: false })),
  ];
}

const folders = Object.keys(mayImport).filter((folder) => readdirSync(root).includes(folder));
const imports = folders.flatMap(sourcesOf).flatMap(importsOf);

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

describe('the architecture', () => {
  it('sees the imports it judges', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.some(({ from }) => from === 'engine/run/run.ts')).toBe(true);
  });

  it('has only the folders of the design at the top level', () => {
    const known = new Set([...Object.keys(mayImport), 'build', 'data', 'docs', 'node_modules', 'out', 'dist']);
    const strangers = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !known.has(entry.name))
      .map(({ name }) => name);
    expect(strangers).toEqual([]);
  });

  it('lets each folder import only what its row of the table allows', () => {
    const broken = imports.flatMap(({ from, specifier }) => {
      // Name and version have one source.
      if (!specifier.startsWith('.') || specifier === '../package.json') return [];
      const to = folderOf(relative(root, resolve(root, dirname(from), specifier)));
      const own = folderOf(from);
      return to === own || mayImport[own]?.includes(to) ? [] : [`${from} imports ${specifier}`];
    });
    expect(broken).toEqual([]);
  });

  it('keeps the model free of I/O and of everything but zod', () => {
    const outside = imports.filter(({ from, specifier }) => from.startsWith('model/') && !specifier.startsWith('.'));
    expect(outside.filter(({ specifier }) => specifier !== 'zod')).toEqual([]);
  });

  it('keeps schemas out of the interface, which would carry a validator for nothing', () => {
    const plain = /model\/(call-names|choices|screens|words\/[\w-]+)\.(ts|json)$/;
    const broken = imports.filter(
      ({ from, specifier, typeOnly }) =>
        from.startsWith('renderer/') && specifier.includes('model/') && !typeOnly && !plain.test(specifier),
    );
    expect(broken).toEqual([]);
  });

  it('keeps files, processes and Electron out of the engine', () => {
    const forbidden =
      /^(node:)?(fs|fs\/promises|child_process|worker_threads|sqlite|process|readline)$|^(react|electron)/;
    const broken = imports.filter(
      ({ from, specifier }) => from.startsWith('engine/') && !doors.has(from) && forbidden.test(specifier),
    );
    expect(broken).toEqual([]);
  });

  it('lets only the real network open sockets', () => {
    const opening =
      /\b(net|tls)\.(connect|createConnection)\(|\bnew (net\.)?Socket\(|\bcreateSocket\(|\bdns\.(lookup|resolve)/;
    const broken = sourcesOf('engine').filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const withoutTlsOverSocket = text.replaceAll(/\btls\.connect\(/g, '');
      return !doors.has(file) && opening.test(withoutTlsOverSocket);
    });
    expect(broken).toEqual([]);
  });

  it('reads no clock and no chance but the injected ones in the engine', () => {
    const ambient =
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\bprocess\.(hrtime|env)\b|\bsetInterval\(/;
    const broken = sourcesOf('engine').filter(
      (file) =>
        file !== 'engine/node-clock.ts' && !doors.has(file) && ambient.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(broken).toEqual([]);
  });

  it('imports the value of electron only in the composition roots', () => {
    const broken = imports.filter(
      ({ from, specifier, typeOnly }) => specifier === 'electron' && !typeOnly && !electronRoots.has(from),
    );
    expect(broken).toEqual([]);
  });

  it('has no default exports, barrels, or files named for nothing', () => {
    const nothing = /(^|\/)(index|utils?|helpers?|common|misc|manager)\.tsx?$/;
    const files = folders.flatMap(sourcesOf);
    expect(files.filter((file) => nothing.test(file))).toEqual([]);
    expect(
      files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|bench|d))?\.tsx?$/.test(file.split('/').at(-1) ?? '')),
    ).toEqual([]);
  });
});
