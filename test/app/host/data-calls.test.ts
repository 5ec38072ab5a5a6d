import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyState } from '../../../app/settings/settings-state.ts';
import { aHost, given } from '../../support/a-host-context.ts';

const strangers = ['holiday.jpg', 'settings.json5', 'my-settings.json', 'ip-ranges.jsonl', 'notes.txt'];
const ours = [
  'settings.json.unreadable-20260501T120000Z',
  '.settings.json.aabbccddeeff.tmp',
  'history.sqlite.20260501T120000Z-abcdef.kept',
  'history.sqlite.20260501T120000Z-abcdef.kept-wal',
  'ip-ranges.json',
  'ip-ranges.json.previous',
  'window.json',
  'last-network.json',
];
const keep = { days: 90, megabytes: 500 };
const database = ['history.sqlite', 'history.sqlite-wal', 'history.sqlite-shm'];

it('deletes everything that is ours, and nothing else', async () => {
  const { calls, folder, settings, seen } = await aHost();
  await calls.addRoute({ kind: 'http', label: 'H', host: 'h.example', port: '80', username: 'a', password: 'b' });
  await calls.changeSettings({ zoom: 150 });
  for (const name of [...strangers, ...ours, ...database]) await writeFile(join(folder, name), 'x');
  await mkdir(join(folder, 'settings.json.unreadable-20260502T120000Z', 'deep'), { recursive: true });
  expect(await calls.deleteEverything({ confirm: 'delete everything' })).toEqual({ ok: true, value: null });
  // The open database empties itself.
  expect((await readdir(folder)).sort()).toEqual([...strangers, ...database].sort());
  expect(seen.runs).toEqual(['dropped', 'removed']);
  expect(settings.state()).toEqual(emptyState);
  expect(seen.events.slice(-2)).toMatchObject([
    { type: 'settings', settings: emptyState.settings },
    { type: 'routes', view: { routes: [{ id: 'direct' }] } },
  ]);
});

it('deletes the rest where one thing will not go, and says so', async () => {
  const removeAll = async () => ({ ok: false, problems: [{ code: 'engine-lost' }] }) as const;
  const { calls, folder, settings } = await aHost({ runs: { removeAll } });
  await calls.changeSettings({ zoom: 150 });
  await writeFile(join(folder, 'ip-ranges.json'), 'x');
  expect(await calls.deleteEverything({ confirm: 'delete everything' })).toEqual({
    ok: false,
    problems: [{ code: 'engine-lost' }],
  });
  expect(await readdir(folder)).toEqual([]);
  expect(settings.state()).toEqual(emptyState);
});

it('says where data lie and how much there is', async () => {
  const { calls, folder } = await aHost();
  expect(given(await calls.readData(undefined))).toEqual({ folder, bytes: 1000, runs: 2, keep });
  await writeFile(join(folder, 'settings.json'), 'x'.repeat(30));
  await writeFile(join(folder, 'ip-ranges.json'), 'x'.repeat(200));
  for (const name of [...strangers, ...database]) await writeFile(join(folder, name), 'x'.repeat(5000));
  expect(given(await calls.readData(undefined))).toEqual({ folder, bytes: 1230, runs: 2, keep });
  const chosen = { days: 7, megabytes: 20 };
  expect(given(await calls.limitData(chosen))).toMatchObject({ runs: 2, keep: chosen });
  expect(given(await calls.readData(undefined))).toMatchObject({ keep: chosen });
});

it('says what it cannot count', async () => {
  const lost = async () => ({ ok: false, problems: [{ code: 'engine-lost' }] }) as const;
  const { calls } = await aHost({ runs: { size: lost } });
  expect(await calls.readData(undefined)).toEqual(await lost());
});

it('opens its folder and its own links only', async () => {
  const { calls, folder, seen } = await aHost();
  expect(await calls.openDataFolder(undefined)).toEqual({ ok: true, value: null });
  expect(await calls.openLink({ link: 'rules' })).toEqual({ ok: true, value: { outcome: 'done' } });
  expect(seen.opened).toEqual([folder, 'rules']);
  const refusing = await aHost({
    ports: { openFolder: async () => false, openLink: () => Promise.reject(new Error('no browser')) },
  });
  const cannot = { ok: false, problems: [{ code: 'host-cannot' }] };
  expect(await refusing.calls.openDataFolder(undefined)).toEqual(cannot);
  expect(await refusing.calls.openLink({ link: 'website' })).toEqual(cannot);
});
