import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSettings } from '../../../app/settings/open-settings.ts';
import type { KeptRoute } from '../../../app/settings/settings-state.ts';
import { prepareCheck } from '../../../cli/commands/prepare-check.ts';
import { sealedBox } from '../../support/sealed-box.ts';
import { createFakeIo } from '../fake-io.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'waylight-saved-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const proxy = (id: string, change: Partial<KeptRoute> = {}): KeptRoute =>
  ({ id, label: id, enabled: true, kind: 'socks5h', host: `${id}.example`, port: 1080, ...change }) as KeptRoute;

async function save(routes: readonly KeptRoute[]): Promise<void> {
  const settings = await openSettings({ folder: join(home, 'waylight'), secrets: sealedBox() });
  await settings.change((state) => ({ ...state, routes }));
}

async function prepare(words: { readonly route?: readonly string[] } = {}) {
  const io = createFakeIo({ env: { XDG_DATA_HOME: home } });
  const prepared = await prepareCheck({ route: [], profile: 'quick', redact: 'standard', ...words }, io, []);
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.problems));
  return { ids: prepared.value.routes.map(({ id }) => id), notices: prepared.notices };
}

it('without a word about routes, those that are on in the app are used, after the current connection', async () => {
  await save([proxy('berlin'), proxy('off', { enabled: false }), proxy('paris')]);
  expect(await prepare()).toEqual({ ids: ['direct', 'berlin', 'paris'], notices: [] });
  expect((await prepare({ route: ['socks5h://192.0.2.7:1080'] })).ids).toHaveLength(1);
});

it('what only the app can open, and an interface that is not up, are left out and named', async () => {
  await save([
    proxy('open'),
    proxy('sealed', { username: 'u', secret: 'canary-password' }),
    { id: 'vpn', label: 'VPN', enabled: true, kind: 'interface', interface: 'wg9' },
  ]);
  const { ids, notices } = await prepare();
  expect(ids).toEqual(['direct', 'open']);
  expect(notices).toEqual([
    { code: 'route-secret-sealed', params: { label: 'sealed' } },
    { field: 'VPN', code: 'route-interface-missing', params: { name: 'wg9' } },
  ]);
  expect(JSON.stringify(notices)).not.toContain('canary');
});

it.each([
  ['nothing', () => {}],
  ['a file that cannot be read', () => writeFileSync(join(home, 'waylight', 'settings.json'), '{"routes":')],
])('with %s saved, the current connection is used alone', async (_, spoil) => {
  mkdirSync(join(home, 'waylight'));
  spoil();
  expect(await prepare()).toEqual({ ids: ['direct'], notices: [] });
});
