import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { openSettings } from '../../../app/settings/open-settings.ts';
import { aDataFolder } from '../../support/a-data-folder.ts';
import { sealedBox } from '../../support/sealed-box.ts';

const program = join(import.meta.dirname, 'change-until-killed.ts');

interface Death {
  /** The last change that was said to be kept. */
  readonly told: number;
  /** What stood in the folder beside the file. */
  readonly drafts: readonly string[];
}

/** @param from kill it from outside after so many kept changes, or have it kill itself in the middle of the next write */
async function killAfter(folder: string, changes: number, from: 'outside' | 'inside'): Promise<Death> {
  const words = from === 'inside' ? [folder, String(changes + 1)] : [folder];
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let told = 0;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    told = Number(line);
    count += 1;
    // It writes on while the signal is under way: the kill meets it wherever it is just then.
    if (from === 'outside' && count === changes) child.kill('SIGKILL');
  }
  expect((await ended)[1]).toBe('SIGKILL');
  return { told, drafts: (await readdir(folder)).filter((name) => name !== 'settings.json') };
}

async function numberIn(folder: string): Promise<number> {
  const store = await openSettings({ folder, secrets: sealedBox() });
  const { presets, ownTargets } = store.state();
  expect(store.setAside).toEqual([]);
  const [name, ...others] = new Set([...presets, ...ownTargets].map((item) => item.name));
  expect([others, ownTargets.length]).toEqual([[], 200]);
  return Number(name?.slice(1));
}

it('holds the old state or the new one, whole, whenever its writer is killed', { timeout: 60_000 }, async () => {
  const folders = await Promise.all([aDataFolder(), aDataFolder(), aDataFolder()]);
  const lanes = folders.map(async (folder, lane) => {
    for (let round = 0; round < 10; round += 1) {
      const from = round % 2 === 0 ? 'outside' : 'inside';
      const { told, drafts } = await killAfter(folder, 1 + ((round * 3 + lane) % 7), from);
      expect(told).toBeGreaterThan(0);
      for (const name of drafts) {
        expect(name).toMatch(/^\.settings\.json\.[0-9a-f]{12}\.tmp$/);
        await utimes(join(folder, name), 1000, 1000);
      }
      const number = await numberIn(folder);
      // What was said to be kept is there; what was under way may be.
      if (from === 'outside') expect([told, told + 1]).toContain(number);
      else expect([drafts.length, number]).toEqual([1, told]);
      expect(await readdir(folder)).toEqual(['settings.json']);
    }
  });
  await Promise.all(lanes);
});
