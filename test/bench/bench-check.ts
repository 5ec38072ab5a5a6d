import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check, TargetEntry } from '../netns/check.ts';
import { webTarget } from '../netns/check.ts';
import { type SiteSpec, site } from '../netns/sites.ts';
import { type World, world } from '../netns/world.ts';
import type { BenchResult } from './bench-result.ts';

const watcher = fileURLToPath(new URL('./watch-process.mjs', import.meta.url));

/** Sites in a /24 each, as the real ones are, so that the limit per prefix does not decide. The first `dropped` are dropped. */
function sitesOf(count: number): readonly SiteSpec[] {
  return Array.from({ length: count }, (_, index) =>
    site(`site-${index}.example`, `45.${60 + Math.floor(index / 200)}.${index % 200}.10`),
  );
}

function targetsOf(sites: readonly SiteSpec[]): readonly TargetEntry[] {
  return sites.map(({ names }) => webTarget(names[0] ?? ''));
}

interface Watched {
  readonly check: Check;
  readonly blockedMs: number;
  readonly rssMiB: number;
}

async function watchedCheck(w: World, targets: readonly TargetEntry[], routes: readonly string[]): Promise<Watched> {
  const file = join(w.folder, `watch-${targets.length}.json`);
  // The size of the young generation is what the command's own first line asks for.
  const env = { NODE_OPTIONS: `--max-semi-space-size=4 --import=${watcher}`, WAYLIGHT_BENCH_WATCH: file };
  const check = await w.check({ targets, routes, env, args: ['--quiet'] });
  const { blockedMs, rssMiB } = JSON.parse(readFileSync(file, 'utf8')) as { blockedMs: number; rssMiB: number };
  return { check, blockedMs, rssMiB };
}

function runMs(check: Check): number {
  return Date.parse(check.report.finishedAt) - Date.parse(check.report.startedAt);
}

/** The slowest single job with its retry: no run of these jobs can be shorter. */
function floorMs(check: Check): number {
  return Math.max(...check.report.results.map(({ ms }) => ms.total ?? 0));
}

/** curl fetching the same pages with the same deadlines and one retry, on one route. */
async function curlMs(w: World, targets: readonly TargetEntry[]): Promise<number> {
  const config = join(w.folder, 'curl.txt');
  writeFileSync(config, targets.map(({ url }) => `url = "${url}"\noutput = "/dev/null"`).join('\n'));
  const startedAt = performance.now();
  const deadlines = ['--connect-timeout', '5', '--max-time', '25', '--retry', '1', '--retry-connrefused'];
  await w.asUser(
    'curl',
    '--silent',
    '--insecure',
    '--parallel',
    '--parallel-immediate',
    '--parallel-max',
    '32',
    ...deadlines,
    '-K',
    config,
  );
  return performance.now() - startedAt;
}

async function benchDropped(): Promise<readonly BenchResult[]> {
  const sites = sitesOf(60);
  const dropped = sites.slice(0, 24).map(({ addresses }) => addresses[0]);
  const results: BenchResult[] = [];
  const censor = { forward: [`ip daddr { ${dropped.join(', ')} } tcp flags syn drop`] };
  await world({ sites, censor, proxies: ['socks', 'connect'] }, async (w) => {
    const targets = targetsOf(sites);
    // Interleaved as a person's list would be, not all dropped ones first.
    const mixed = [...targets].sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? 1 : -1));
    const { check } = await watchedCheck(w, mixed, ['direct', w.links.socks, w.links.connect]);
    const blocked = check.report.verdicts.filter(({ verdict }) => verdict === 'blocked').length;
    const curl = await curlMs(w, mixed);
    results.push(
      {
        name: '60 targets × 3 routes, 24 dropped: verdicts "blocked"',
        value: blocked,
        unit: 'targets',
        limit: 24,
        atLeast: true,
      },
      {
        name: '60 targets × 3 routes, 24 dropped: time over the slowest single job',
        value: runMs(check) / floorMs(check),
        unit: '×',
        limit: 1.25,
      },
      {
        name: '60 targets × 3 routes, whole process, over curl --parallel on one route',
        value: check.ms / curl,
        unit: '×',
        limit: 1,
      },
    );
  });
  return results;
}

async function benchMany(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  const sites = sitesOf(500);
  await world({ sites, proxies: ['socks', 'connect', 'danted'] }, async (w) => {
    const targets = targetsOf(sites);
    const routes = ['direct', w.links.socks, w.links.connect, w.links.danted5];
    // Once unmeasured: the servers' first handshakes are theirs to pay for, not the check's.
    await watchedCheck(w, targets, routes);
    const quarter = await watchedCheck(w, targets.slice(0, 125), routes);
    const whole = await watchedCheck(w, targets, routes);
    const perTarget = runMs(whole.check) / 500 / (runMs(quarter.check) / 125);
    results.push(
      { name: '500 targets × 4 routes: time', value: runMs(whole.check), unit: 'ms', limit: 60_000 },
      { name: '500 targets × 4 routes: peak memory', value: whole.rssMiB, unit: 'MiB', limit: 250 },
      {
        name: '500 targets × 4 routes: longest time the event loop stood still',
        value: whole.blockedMs,
        unit: 'ms',
        limit: 50,
      },
      { name: 'time per target, 500 over 125', value: perTarget, unit: '×', limit: 1.3 },
    );
  });
  return results;
}

/** The built command in a little internet of namespaces. */
export async function benchCheck(): Promise<readonly BenchResult[]> {
  return [...(await benchDropped()), ...(await benchMany())];
}
