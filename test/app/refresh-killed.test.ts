import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readRangesFile } from '../../app/read-ranges-file.ts';
import { sampleFile } from '../engine/ranges/sample-ranges.ts';
import { aDataFolder } from '../support/a-data-folder.ts';

const program = fileURLToPath(new URL('./take-lists-for-ever.ts', import.meta.url));
const kills = 12;

it('a process killed at any moment of a refresh leaves a whole list, and none older than the last that was in', async () => {
  const folder = await aDataFolder();
  const cacheFile = join(folder, 'data', 'ip-ranges.json');
  const template = join(folder, 'template.json');
  // Large enough that a write takes a while.
  const rows = Array.from({ length: 20_000 }, (_, at) => [`10.${at >> 8}.${at & 255}.0/24`, 'r', 'EC2'] as const);
  writeFileSync(template, JSON.stringify(sampleFile(rows)));
  let next = 1;
  for (let kill = 0; kill < kills; kill++) {
    const child = fork(program, [cacheFile, template, String(next)], { execArgv: [] });
    let last = next - 1;
    child.on('message', (serial) => {
      last = Number(serial);
    });
    await once(child, 'message');
    await sleep(kill * 7);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const read = await readRangesFile(cacheFile);
    const serial = read.ok ? read.value.ranges.syncToken - 1_600_000_000 : Number.NaN;
    expect(read).toMatchObject({ ok: true, value: { ranges: { rows: 20_000 } } });
    expect(serial).toBeGreaterThanOrEqual(last);
    const previous = await readRangesFile(`${cacheFile}.previous`);
    if (serial > 1) expect(previous).toMatchObject({ ok: true, value: { ranges: { rows: 20_000 } } });
    next = serial + 1;
  }
}, 60_000);
