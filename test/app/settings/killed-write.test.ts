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

/** Kills a process that writes without pause, after it has told of so many kept changes, and gives the last one told of. */
async function killAfter(folder: string, changes: number): Promise<number> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let last = 0;
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    told += 1;
    // It writes on while the signal is under way: the kill meets it wherever it is just then.
    if (told === changes) child.kill('SIGKILL');
  }
  await ended;
  return last;
}

it('holds the old state or the new one, whole, whenever its writer is killed', { timeout: 60_000 }, async () => {
  const folders = await Promise.all([aDataFolder(), aDataFolder(), aDataFolder()]);
  let drafts = 0;
  const rounds = folders.map(async (folder, lane) => {
    for (let round = 0; round < 10; round += 1) {
      const told = await killAfter(folder, 1 + ((round * 3 + lane) % 7));
      expect(told).toBeGreaterThan(0);
      for (const name of await readdir(folder)) {
        if (name === 'settings.json') continue;
        expect(name).toMatch(/^\.settings\.json\.[0-9a-f]{12}\.tmp$/);
        drafts += 1;
        await utimes(join(folder, name), 1000, 1000);
      }
      const store = await openSettings({ folder, secrets: sealedBox() });
      const { presets, ownTargets } = store.state();
      expect(store.setAside).toEqual([]);
      const names = new Set([...presets, ...ownTargets].map(({ name }) => name));
      expect([names.size, ownTargets.length]).toEqual([1, 200]);
      // What was said to be kept is there; what was under way may be.
      const [name = ''] = names;
      expect(Number(name.slice(1))).toBeGreaterThanOrEqual(told);
      expect(Number(name.slice(1))).toBeLessThanOrEqual(told + 1);
      expect(await readdir(folder)).toEqual(['settings.json']);
    }
  });
  await Promise.all(rounds);
  // Thirty kills of which none fell into a write would prove nothing.
  expect(drafts).toBeGreaterThan(0);
});
