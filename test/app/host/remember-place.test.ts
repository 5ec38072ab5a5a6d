import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rememberPlace } from '../../../app/host/remember-place.ts';
import { aDataFolder } from '../../support/a-data-folder.ts';

it('knows the network of the last check again, and no other', async () => {
  const folder = await aDataFolder();
  await rememberPlace(folder).keep('run-1', 'wlan0 192.168.1.7/24');
  const { isWhere } = rememberPlace(folder);
  expect(await isWhere('run-1', 'wlan0 192.168.1.7/24')).toBe(true);
  expect(await isWhere('run-1', 'wlan0 10.0.0.7/24')).toBe(false);
  expect(await isWhere('run-0', 'wlan0 192.168.1.7/24')).toBe(false);
  expect(await readFile(join(folder, 'last-network.json'), 'utf8')).not.toContain('192.168');
});

it('knows nothing where nothing is known, nor from a damaged file, and bears a folder that is not there', async () => {
  const folder = await aDataFolder();
  const places = rememberPlace(folder);
  expect(await places.isWhere('run-1', 'x')).toBe(false);
  await places.keep('run-1', '');
  expect(await places.isWhere('run-1', '')).toBe(false);
  for (const text of ['{', '[]', '{"runId":"run-1"}', 'null']) {
    await writeFile(join(folder, 'last-network.json'), text);
    expect(await places.isWhere('run-1', 'x')).toBe(false);
  }
  await rememberPlace(join(folder, 'gone')).keep('run-1', 'x');
});
