import { chmod, chown, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSettings } from '../../../app/settings/open-settings.ts';
import { emptyState } from '../../../app/settings/settings-state.ts';
import { aDataFolder } from '../../support/a-data-folder.ts';
import { sealedBox } from '../../support/sealed-box.ts';

const now = () => new Date('2026-05-01T12:34:56.789Z');
const keptAs = 'settings.json.unreadable-20260501T123456Z';
const secrets = sealedBox();

const good = {
  version: 1,
  settings: { language: 'ru', zoom: 150 },
  routes: [
    { id: 'a', label: 'A', enabled: true, kind: 'http', host: 'a.example', port: 8080 },
    { id: 'tun', label: 'VPN', enabled: false, kind: 'interface', interface: 'tun0' },
  ],
  presets: [{ id: 'preset', name: 'Home', routeIds: ['a'] }],
  targets: { off: ['x'], on: [] },
  ownTargets: [{ id: 'own', name: 'Own', group: 'custom', protocol: 'tcp', host: 'own.example', port: 22 }],
  latencies: { a: [5] },
};

async function folderWith(content: string | Uint8Array): Promise<string> {
  const folder = await aDataFolder();
  await writeFile(join(folder, 'settings.json'), content);
  return folder;
}

const open = (folder: string) => openSettings({ folder, secrets, now });

/** The user that owns nothing, on every system that has users by number. */
const nobody = 65_534;

describe('a file that cannot be read', () => {
  const whole = JSON.stringify(good);
  it.each<[string, string | Uint8Array]>([
    ['is empty', ''],
    ['is no JSON', 'language: ru'],
    ['was cut in half', whole.slice(0, whole.length / 2)],
    ['lost its last byte', whole.slice(0, -1)],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['has no version', '{}'],
    ['is of a newer version', JSON.stringify({ ...good, version: 2 })],
    ['is of version 0', JSON.stringify({ ...good, version: 0 })],
    ['has a version in words', JSON.stringify({ ...good, version: '1' })],
    ['is no UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['is full of zeros, as after a power cut', new Uint8Array(4096)],
    ['is nested without end', `{"version":1,"later":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('%s: it is kept as it was, said, and everything is as on the first day', async (_name, content) => {
    const folder = await folderWith(content);
    const store = await open(folder);
    expect(store.state()).toEqual(emptyState);
    expect(store.setAside).toEqual([{ file: 'settings.json', keptAs }]);
    expect(await readFile(join(folder, keptAs))).toEqual(Buffer.from(content));
    expect(await store.change((state) => ({ ...state, targets: { off: ['y'], on: [] } }))).toBeUndefined();
    const again = await open(folder);
    expect(again.setAside).toEqual([]);
    expect(again.state().targets.off).toEqual(['y']);
    expect(await readFile(join(folder, keptAs))).toEqual(Buffer.from(content));
  });

  it('is larger than any that we write', async () => {
    const folder = await folderWith('{');
    await truncate(join(folder, 'settings.json'), 64 * 1024 * 1024 + 1);
    expect((await open(folder)).setAside).toEqual([{ file: 'settings.json', keptAs }]);
    expect(await readdir(folder)).toEqual([keptAs]);
  });

  it('is a folder', async () => {
    const folder = await aDataFolder();
    await mkdir(join(folder, 'settings.json', 'inside'), { recursive: true });
    const store = await open(folder);
    expect(store.setAside).toEqual([{ file: 'settings.json', keptAs }]);
    expect(await store.change((state) => ({ ...state, targets: { off: ['y'], on: [] } }))).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(['settings.json', keptAs]);
  });

  it.runIf(process.platform !== 'win32')('is a link to itself, a pipe or a device', async () => {
    const folder = await aDataFolder();
    await symlink('settings.json', join(folder, 'settings.json'));
    expect((await open(folder)).setAside).toEqual([{ file: 'settings.json', keptAs }]);
    await symlink('/dev/zero', join(folder, 'settings.json'));
    expect((await open(folder)).setAside).toEqual([{ file: 'settings.json', keptAs: `${keptAs}-2` }]);
    const server = createServer().listen(join(folder, 'settings.json'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect((await open(folder)).setAside).toEqual([{ file: 'settings.json', keptAs: `${keptAs}-3` }]);
    server.close();
  });

  it.runIf(process.platform !== 'win32')('may not be read', async () => {
    const folder = await folderWith(whole);
    await chmod(join(folder, 'settings.json'), 0);
    // Root may read everything, so it becomes somebody else for a moment.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      await chown(folder, nobody, nobody);
      process.seteuid?.(nobody);
    }
    try {
      expect((await open(folder)).setAside).toEqual([{ file: 'settings.json', keptAs }]);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('is never written over, not even where it cannot be kept', async () => {
    const folder = await folderWith('not ours to lose');
    // No name is long enough to be refused everywhere; a time that cannot be written down is.
    const store = await openSettings({ folder, secrets, now: () => new Date(Number.NaN) });
    expect(store.setAside).toEqual([{ file: 'settings.json', keptAs: 'settings.json' }]);
    expect(await store.change((state) => ({ ...state, targets: { off: ['y'], on: [] } }))).toMatchObject({
      code: 'not-kept',
    });
    expect(store.state().targets.off).toEqual(['y']);
    expect(await readFile(join(folder, 'settings.json'), 'utf8')).toBe('not ours to lose');
    expect(await readdir(folder)).toEqual(['settings.json']);
  });
});

describe('a file with one bad part', () => {
  const broken: [string, object][] = [
    ['a language that nobody speaks', { ...good, settings: { language: 'xx', zoom: 150 } }],
    ['a route without a host', { ...good, routes: [...good.routes, { ...good.routes[0], id: 'b', host: undefined }] }],
    [
      'a route whose host is an address in disguise',
      { ...good, routes: [...good.routes, { ...good.routes[0], host: '127.1' }] },
    ],
    ['a route that is a number', { ...good, routes: [...good.routes, 7] }],
    ['an interface that is a path', { ...good, routes: [...good.routes, { ...good.routes[1], interface: '../x' }] }],
    [
      'a current connection of its own',
      { ...good, routes: [...good.routes, { id: 'x', kind: 'direct', label: 'x', enabled: true }] },
    ],
    ['a user name with a line break', { ...good, routes: [...good.routes, { ...good.routes[0], username: 'a\nb' }] }],
    ['a preset without a name', { ...good, presets: [...good.presets, { id: 'p', name: '\u202e', routeIds: [] }] }],
    [
      'a target whose address is not what it shows',
      {
        ...good,
        ownTargets: [...good.ownTargets, { ...good.ownTargets[0], protocol: 'https', url: 'https://other.example/' }],
      },
    ],
    [
      'a target with an impossible port',
      { ...good, ownTargets: [...good.ownTargets, { ...good.ownTargets[0], port: 0 }] },
    ],
    ['a part whose name was damaged', { ...good, targets: undefined, tbrgets: good.targets }],
    ['more routes than there may be', { ...good, routes: [...good.routes, ...Array(1000).fill({ id: 'direct' })] }],
  ];

  it.each(broken)('%s: the rest is used, and the whole is kept', async (_name, content) => {
    const folder = await folderWith(JSON.stringify(content));
    const store = await open(folder);
    const { routes, presets, ownTargets, settings, latencies } = store.state();
    expect(settings.zoom).toBe(150);
    expect(routes.map(({ id }) => id)).toEqual(['a', 'tun']);
    expect(presets.map(({ id }) => id)).toEqual(['preset']);
    expect(ownTargets.map(({ id }) => id)).toEqual(['own']);
    expect(latencies.get('a')).toEqual([5]);
    expect(store.setAside).toEqual([{ file: 'settings.json', keptAs }]);
    expect(await readFile(join(folder, keptAs), 'utf8')).toBe(JSON.stringify(content));
    await store.flush();
    expect((await open(folder)).setAside).toEqual([]);
  });

  it('loses none of the others when routes, presets or choices as a whole are something else', async () => {
    const folder = await folderWith(
      JSON.stringify({ ...good, routes: 'none', targets: [], latencies: { a: ['quick'] }, presets: null }),
    );
    const store = await open(folder);
    expect(store.state()).toMatchObject({
      routes: [],
      presets: [],
      targets: { off: [], on: [] },
      latencies: new Map(),
    });
    expect(store.state().ownTargets).toHaveLength(1);
    expect(store.setAside).toHaveLength(1);
  });

  it('makes ids unique, also against the current connection and what comes with the app', async () => {
    const [route] = good.routes;
    const [target] = good.ownTargets;
    const folder = await folderWith(
      JSON.stringify({
        ...good,
        routes: [route, route, { ...route, id: 'direct' }],
        ownTargets: [target, { ...target, id: 'whatsapp' }],
      }),
    );
    const store = await open(folder);
    expect(store.state().routes.map(({ id }) => id)).toEqual(['a', 'a-2', 'direct-2']);
    expect(store.state().ownTargets.map(({ id }) => id)).toEqual(['own', 'whatsapp-2']);
    expect(store.setAside).toEqual([]);
  });

  it('cleans names that would write backwards or steer a terminal', async () => {
    const [route] = good.routes;
    const folder = await folderWith(
      JSON.stringify({
        ...good,
        routes: [{ ...route, label: '\u202eevil\u001b[31m<script>' }],
        presets: [{ id: 'p', name: 'a\u0000b', routeIds: [] }],
        ownTargets: [{ ...good.ownTargets[0], name: 'x\u2066y', group: 'g\nh' }],
      }),
    );
    const { routes, presets, ownTargets } = (await open(folder)).state();
    expect([routes[0]?.label, presets[0]?.name, ownTargets[0]?.name, ownTargets[0]?.group]).toEqual([
      'evil <script>',
      'a b',
      'x y',
      'g h',
    ]);
  });
});

it('opens after any damage to any byte, and loses nothing silently', async () => {
  const folder = await folderWith(JSON.stringify(good));
  const store = await open(folder);
  await store.change((state) => ({ ...state, settings: { ...state.settings, theme: 'dark' } }));
  const text = await readFile(join(folder, 'settings.json'));
  const before = store.state();
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), async (at, byte, cut) => {
      const damaged = cut ? text.subarray(0, at) : Buffer.from(text).fill(byte, at, at + 1);
      const place = await folderWith(damaged);
      const opened = await open(place);
      const names = await readdir(place);
      if (opened.setAside.length > 0) {
        expect(await readFile(join(place, names.find((name) => name.includes('unreadable')) ?? ''))).toEqual(damaged);
      } else {
        // A flipped letter can make another good file, but never one with a part missing.
        expect(opened.state().routes).toHaveLength(before.routes.length);
        expect(opened.state().ownTargets).toHaveLength(before.ownTargets.length);
      }
    }),
    { numRuns: 600, seed: 4 },
  );
});
