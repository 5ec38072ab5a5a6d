import { open } from 'node:fs/promises';
import { openSettings } from '../../../app/settings/open-settings.ts';
import type { SettingsState } from '../../../app/settings/settings-state.ts';

/**
 * Started by the test of killed writes: changes the settings of a folder without end and says the number of each kept one.
 * With a second argument it kills itself in that write, when the draft is there and its name is not changed yet.
 */
const [folder = '', deadly] = process.argv.slice(2);
const probe = await open(process.execPath);
const handle: { sync: () => Promise<void> } = Object.getPrototypeOf(probe);
await probe.close();
const { sync } = handle;
let writes = 0;
handle.sync = async function () {
  writes += 1;
  if (writes === Number(deadly)) process.kill(process.pid, 'SIGKILL');
  return sync.call(this);
};
const memory = { place: 'memory' as const, seal: async () => undefined, open: async () => undefined };
const store = await openSettings({ folder, secrets: memory });

/** Everything says the same number, so that a mixture of two states would show. */
function numbered(state: SettingsState, number: number): SettingsState {
  const name = `n${number}`;
  const ownTargets = Array.from({ length: 200 }, (_, index) => ({
    id: `t${index}`,
    name,
    group: 'custom',
    protocol: 'tcp' as const,
    host: 'own.example',
    port: 22,
  }));
  return { ...state, presets: [{ id: 'preset', name, routeIds: [] }], ownTargets };
}

const first = Number(store.state().presets[0]?.name.slice(1) ?? 0);
for (let number = first + 1; ; number += 1) {
  const problem = await store.change((state) => numbered(state, number));
  process.stdout.write(problem ? `${problem.code}\n` : `${number}\n`);
}
