import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings } from '../../../app/settings/open-settings.ts';
import { routeById, routesForRun } from '../../../app/settings/routes-for-run.ts';
import { emptyState, type KeptProxy, maxLatencies, type SettingsState } from '../../../app/settings/settings-state.ts';
import { aDataFolder, allTextIn } from '../../support/a-data-folder.ts';
import { sealedBox } from '../../support/sealed-box.ts';

const canary = 'c4nary-passw0rd';
const proxySecret = '00112233445566778899aabbccddeeff';

const proxy: KeptProxy = {
  id: 'berlin',
  label: 'Berlin',
  enabled: true,
  kind: 'socks5h',
  host: 'proxy.example',
  port: 1080,
  username: 'ann',
  secret: canary,
};
const mtproxy: KeptProxy = {
  id: 'mt',
  label: 'MT',
  enabled: true,
  kind: 'mtproxy',
  host: '192.0.2.7',
  port: 443,
  secret: proxySecret,
};
const full: SettingsState = {
  settings: { ...emptyState.settings, language: 'fa', zoom: 150, consentedAt: '2026-05-01T12:00:00.000Z' },
  routes: [
    proxy,
    { id: 'interface-tun0', label: 'VPN', enabled: false, kind: 'interface', interface: 'tun0' },
    mtproxy,
  ],
  presets: [{ id: 'preset', name: 'Home', routeIds: ['berlin'] }],
  targets: { off: ['telegram-web'], on: ['zoom'] },
  ownTargets: [
    {
      id: 'own',
      name: 'Own',
      group: 'custom',
      protocol: 'https',
      url: 'https://own.example/',
      host: 'own.example',
      port: 443,
      expect: { status: [204] },
    },
  ],
  latencies: new Map([
    ['direct', [12, null]],
    ['berlin', [80]],
  ]),
};

const replaceAll = (state: SettingsState) => () => state;
const fileOf = (folder: string) => readFile(join(folder, 'settings.json'), 'utf8');

describe('openSettings', () => {
  it('begins with what is usual, makes no file, and keeps a folder that only its owner can enter', async () => {
    const folder = join(await aDataFolder(), 'deep', 'waylight');
    const store = await openSettings({ folder, secrets: sealedBox() });
    expect(store.state()).toEqual(emptyState);
    expect(store.setAside).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    if (process.platform !== 'win32') expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('gives back all it was given, secrets too, and no secret lies in the folder in the clear', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    const store = await openSettings({ folder, secrets });
    expect(await store.change(replaceAll(full))).toBeUndefined();
    const again = await openSettings({ folder, secrets });
    expect(again.state()).toEqual(full);
    expect(again.setAside).toEqual([]);
    const text = await allTextIn(folder);
    expect(text).toContain('proxy.example');
    for (const secret of [canary, proxySecret, Buffer.from(proxySecret, 'hex').toString('latin1')]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, -4));
    }
    if (process.platform !== 'win32') expect((await stat(join(folder, 'settings.json'))).mode & 0o777).toBe(0o600);
  });

  it('keeps secrets in memory only where nothing can be sealed, and says after a restart that they are lost', async () => {
    const folder = await aDataFolder();
    const store = await openSettings({ folder, secrets: sealedBox(null) });
    await store.change(replaceAll(full));
    expect(routesForRun(store.state()).map(({ id }) => id)).toEqual(['direct', 'berlin', 'mt']);
    expect(await allTextIn(folder)).not.toContain(canary);
    const again = await openSettings({ folder, secrets: sealedBox(null) });
    expect(again.state().routes[0]).toEqual({ ...proxy, secret: undefined, lost: null });
    expect(routesForRun(again.state()).map(({ id }) => id)).toEqual(['direct']);
    expect(routeById(again.state(), 'berlin')).toMatchObject({
      ok: false,
      problems: [{ code: 'route-secret-lost', params: { label: 'Berlin' } }],
    });
  });

  it('leaves sealed what it cannot open, so that the machine that sealed it finds it again', async () => {
    const folder = await aDataFolder();
    const home = sealedBox();
    await (await openSettings({ folder, secrets: home })).change(replaceAll(full));
    const sealedBefore = JSON.parse(await fileOf(folder)).routes.map((route: { sealed?: string }) => route.sealed);
    const elsewhere = await openSettings({ folder, secrets: sealedBox() });
    expect(elsewhere.state().routes.map((route) => 'lost' in route)).toEqual([true, false, true]);
    await elsewhere.change((state) => ({ ...state, settings: { ...state.settings, zoom: 175 } }));
    expect(JSON.parse(await fileOf(folder)).routes.map((route: { sealed?: string }) => route.sealed)).toEqual(
      sealedBefore,
    );
    const back = await openSettings({ folder, secrets: home });
    expect(back.state()).toEqual({ ...full, settings: { ...full.settings, zoom: 175 } });
  });

  it('does not open a secret for another server, whoever wrote that into the file', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    await (await openSettings({ folder, secrets })).change(replaceAll(full));
    const file = JSON.parse(await fileOf(folder));
    file.routes[0].host = 'thief.example';
    file.routes[2].port = 8443;
    await writeFile(join(folder, 'settings.json'), JSON.stringify(file));
    const store = await openSettings({ folder, secrets });
    expect(routesForRun(store.state()).map(({ id }) => id)).toEqual(['direct']);
    expect(JSON.stringify(store.state())).not.toContain(canary);
  });

  it('survives a key store that fails', async () => {
    const folder = await aDataFolder();
    const broken = {
      place: 'keychain' as const,
      seal: () => Promise.reject(new Error('locked')),
      open: () => Promise.reject(new Error('locked')),
    };
    const store = await openSettings({ folder, secrets: broken });
    expect(await store.change(replaceAll(full))).toBeUndefined();
    const again = await openSettings({ folder, secrets: broken });
    expect(again.state().routes.map(({ id }) => id)).toEqual(['berlin', 'interface-tun0', 'mt']);
  });

  it('keeps what a later version of the same file adds', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    await (await openSettings({ folder, secrets })).change(replaceAll(full));
    const file = JSON.parse(await fileOf(folder));
    file.later = { a: [1] };
    file.settings.colour = 'green';
    file.routes[0].country = 'de';
    file.presets[0].icon = 'house';
    file.ownTargets[0].weight = 3;
    await writeFile(join(folder, 'settings.json'), JSON.stringify(file));
    const store = await openSettings({ folder, secrets });
    expect(store.setAside).toEqual([]);
    expect(store.state()).toEqual(full);
    await store.change((state) => ({ ...state, settings: { ...state.settings, zoom: 200 } }));
    expect(JSON.parse(await fileOf(folder))).toEqual({ ...file, settings: { ...file.settings, zoom: 200 } });
  });

  it('tells its listeners of each change, until they have heard enough', async () => {
    const store = await openSettings({ folder: await aDataFolder(), secrets: sealedBox() });
    const heard: number[] = [];
    const end = store.onChange((now, before) => heard.push(before.settings.zoom, now.settings.zoom));
    await store.change((state) => ({ ...state, settings: { ...state.settings, zoom: 125 } }));
    await store.change((state) => state);
    end();
    await store.change((state) => ({ ...state, settings: { ...state.settings, zoom: 150 } }));
    expect(heard).toEqual([100, 125]);
  });

  it('loses no change to a listener that throws', async () => {
    const folder = await aDataFolder();
    const store = await openSettings({ folder, secrets: sealedBox() });
    store.onChange(() => {
      throw new Error('a defect');
    });
    await expect(store.change(replaceAll(full))).rejects.toThrow('a defect');
    await store.flush();
    expect((await openSettings({ folder, secrets: sealedBox() })).state().settings).toEqual(full.settings);
  });
});

describe('writing', () => {
  it('loses no change that is made while another is written, and writes once for all that wait', async () => {
    const written: string[] = [];
    const gates: (() => void)[] = [];
    const write = (_path: string, text: string) =>
      new Promise<void>((resolve) => {
        gates.push(() => {
          written.push(text);
          resolve();
        });
      });
    const opened = async () => {
      while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
      gates.shift()?.();
    };
    const store = await openSettings({ folder: await aDataFolder(), secrets: sealedBox(), write });
    const zoomTo = (zoom: number) => store.change((state) => ({ ...state, settings: { ...state.settings, zoom } }));
    const first = zoomTo(110);
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const later = [120, 130, 140].map(zoomTo);
    expect(store.state().settings.zoom).toBe(140);
    await opened();
    await first;
    await opened();
    expect(await Promise.all(later)).toEqual([undefined, undefined, undefined]);
    expect(written.map((text) => JSON.parse(text).settings.zoom)).toEqual([110, 140]);
  });

  it('says what a full disk refuses, keeps the change in memory, and writes it with the next one', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    let full = true;
    const { writeFileAtomically } = await import('../../../app/write-file-atomically.ts');
    const write = (path: string, text: string) =>
      full ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : writeFileAtomically(path, text);
    const store = await openSettings({ folder, secrets, write });
    const change = (partial: Partial<SettingsState['settings']>) =>
      store.change((state) => ({ ...state, settings: { ...state.settings, ...partial } }));
    expect(await change({ zoom: 150 })).toEqual({ code: 'not-kept', params: { code: 'ENOSPC' } });
    expect(store.state().settings.zoom).toBe(150);
    expect(await store.flush()).toEqual({ code: 'not-kept', params: { code: 'ENOSPC' } });
    full = false;
    expect(await change({ theme: 'dark' })).toBeUndefined();
    const again = await openSettings({ folder, secrets });
    expect(again.state().settings).toMatchObject({ zoom: 150, theme: 'dark' });
  });

  it('says that a folder cannot be made, and makes one that went away', async () => {
    const parent = await aDataFolder();
    const folder = join(parent, 'file', 'waylight');
    await writeFile(join(parent, 'file'), 'in the way');
    const store = await openSettings({ folder, secrets: sealedBox() });
    expect(await store.change(replaceAll(full))).toMatchObject({ code: 'not-kept', params: { code: 'ENOTDIR' } });
    await rm(join(parent, 'file'));
    expect(await store.flush()).toBeUndefined();
    await rm(folder, { recursive: true });
    expect(await store.change(replaceAll(emptyState))).toBeUndefined();
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('writes nothing that it would not read again', async () => {
    const folder = await aDataFolder();
    const store = await openSettings({ folder, secrets: sealedBox() });
    const note = 'x'.repeat(7000);
    const [target] = full.ownTargets;
    const ownTargets = Array.from({ length: 10_000 }, (_, index) => ({ ...target, id: `own-${index}`, note }));
    const problem = await store.change((state) => ({
      ...state,
      ownTargets: ownTargets as SettingsState['ownTargets'],
    }));
    expect(problem).toEqual({ code: 'not-kept', params: { code: 'EFBIG' } });
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not write over what another process has kept, and says so', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    const [one, other] = [await openSettings({ folder, secrets }), await openSettings({ folder, secrets })];
    const zoomTo = (store: typeof one, zoom: number) =>
      store.change((state) => ({ ...state, settings: { ...state.settings, zoom } }));
    expect(await zoomTo(one, 125)).toBeUndefined();
    expect(await zoomTo(one, 150)).toBeUndefined();
    expect(await zoomTo(other, 200)).toEqual({ code: 'changed-elsewhere' });
    expect(other.state().settings.zoom).toBe(200);
    expect(await other.flush()).toEqual({ code: 'changed-elsewhere' });
    const again = await openSettings({ folder, secrets });
    expect(again.state().settings.zoom).toBe(150);
    expect(await zoomTo(again, 175)).toBeUndefined();
    // Nothing is lost where there is nothing any more.
    await rm(join(folder, 'settings.json'));
    expect(await zoomTo(one, 110)).toBeUndefined();
    expect((await openSettings({ folder, secrets })).state().settings.zoom).toBe(110);
  });

  it('removes old drafts of killed writes, and leaves those alone that may still be written', async () => {
    const folder = await aDataFolder();
    const names = ['.settings.json.aabbccddeeff.tmp', '.settings.json.001122334455.tmp', 'settings.json.tmp'];
    for (const name of names) await writeFile(join(folder, name), 'half');
    await utimes(join(folder, names[0] ?? ''), 1000, 1000);
    await openSettings({ folder, secrets: sealedBox() });
    expect((await readdir(folder)).sort()).toEqual(names.slice(1).sort());
  });
});

describe('latencies', () => {
  it('are kept a while later, at most 20 of a route, and only of routes there are', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    const store = await openSettings({ folder, secrets, latencyDelay: 3_600_000 });
    await store.change(replaceAll({ ...full, latencies: new Map() }));
    const before = await fileOf(folder);
    for (let ms = 1; ms <= 25; ms += 1) store.recordLatency('berlin', ms + 0.4);
    store.recordLatency('direct', null);
    for (const ms of [Number.NaN, Number.POSITIVE_INFINITY]) store.recordLatency('direct', ms);
    store.recordLatency('direct', -3);
    store.recordLatency('stranger', 5);
    expect(await fileOf(folder)).toBe(before);
    expect(await store.flush()).toBeUndefined();
    const { latencies } = (await openSettings({ folder, secrets })).state();
    expect(latencies.get('berlin')).toEqual(Array.from({ length: maxLatencies }, (_, index) => index + 6));
    expect(latencies.get('direct')).toEqual([null, 0]);
    expect(latencies.has('stranger')).toBe(false);
  });

  it('are written by themselves', async () => {
    const folder = await aDataFolder();
    const written = Promise.withResolvers<string>();
    const write = async (_path: string, text: string) => written.resolve(text);
    const store = await openSettings({ folder, secrets: sealedBox(), write, latencyDelay: 1 });
    // The timer keeps no process alive: something else has to, here.
    const alive = setInterval(() => {}, 1000);
    store.recordLatency('direct', 7);
    expect(JSON.parse(await written.promise).latencies).toEqual({ direct: [7] });
    clearInterval(alive);
  });
});

describe('reset', () => {
  it('forgets all and removes the file, its set-aside copies and its drafts, but nothing else', async () => {
    const folder = await aDataFolder();
    const secrets = sealedBox();
    const store = await openSettings({ folder, secrets });
    const pending = store.change(replaceAll(full));
    await mkdir(join(folder, 'settings.json.unreadable-20260501T120000Z'));
    await writeFile(join(folder, '.settings.json.aabbccddeeff.tmp'), 'half');
    await writeFile(join(folder, 'holiday.jpg'), 'mine');
    expect(await store.reset()).toBeUndefined();
    expect(await pending).toBeUndefined();
    expect(store.state()).toEqual(emptyState);
    expect(await readdir(folder)).toEqual(['holiday.jpg']);
    expect(await store.flush()).toBeUndefined();
    expect(await readdir(folder)).toEqual(['holiday.jpg']);
    await store.change((state) => ({ ...state, settings: { ...state.settings, zoom: 125 } }));
    expect((await openSettings({ folder, secrets })).state()).toEqual({
      ...emptyState,
      settings: { ...emptyState.settings, zoom: 125 },
    });
  });
});
