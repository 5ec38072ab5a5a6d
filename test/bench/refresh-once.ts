import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadRanges } from '../../app/load-ranges.ts';
import { refreshRanges } from '../../app/refresh-ranges.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import { createTrustStore } from '../../engine/trust-store.ts';

// One refresh in a fresh process that has just loaded its tables, as the engine's process does it: fetched from this machine,
// judged, written and in use. Prints milliseconds of it all, and of the longest time in which nothing else had a turn.
const [url = '', cacheFile = '', packagedFile = '', asnFile = ''] = process.argv.slice(2);
const files = { cacheFile, packagedFile, asnFile };
const world = {
  network: nodeNetwork(),
  clock: nodeClock(),
  trust: createTrustStore({ bundled: [], system: [], extra: [] }),
  signal: new AbortController().signal,
  loopbackHttp: true,
};
const route = { id: 'direct', kind: 'direct', label: 'Current connection' } as const;

const before = await loadRanges(files);
await sleep(50);
const resolution = 1;
const delays = monitorEventLoopDelay({ resolution });
delays.enable();
await sleep(20);
delays.reset();
const startedAt = performance.now();
const refreshed = await refreshRanges({ url, route, ...files }, world);
const after = await loadRanges(files);
const ms = performance.now() - startedAt;
await sleep(20);
delays.disable();
if (!refreshed.ok || !refreshed.value.updated || !before.ok || !after.ok) throw new Error(JSON.stringify(refreshed));
const { createdAt } = after.value.source;
if (createdAt === before.value.source.createdAt) throw new Error('the tables were not swapped');
process.stdout.write(JSON.stringify({ ms, blockedMs: delays.max / 1e6 - resolution }));
