import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { FetchWorld } from '../app/fetch-over-route.ts';
import { describeProblems } from '../app/input/problem.ts';
import { amazonRangesUrl } from '../app/ranges-confirmation.ts';
import { readTrust } from '../app/read-trust.ts';
import { refreshRanges } from '../app/refresh-ranges.ts';
import { type RangesUpdate, updateRanges } from '../app/update-ranges.ts';
import { nodeClock } from '../engine/node-clock.ts';
import { nodeNetwork } from '../engine/node-network.ts';
import type { Parsed, Problem } from '../model/problem.ts';

/**
 * Amazon's list of 22 August 2026. A release machine often has no list before this one to compare with; without a floor
 * it would then embed whatever validates. Amazon's list has only ever grown.
 */
const floor = { createdAt: '2026-08-22T21:17:05.000Z', rows: 16_826, least: 0.7 };

export interface DataUpdate {
  /** False when the snapshot is this list already. */
  readonly updated: boolean;
  readonly createdAt: string;
  readonly rows: number;
}

export interface DataSource {
  /** Folder of the build; the snapshot is `ranges/ip-ranges.json.gz` in it, its ETag in `ip-ranges.checked`. */
  readonly out: string;
  /** An ip-ranges.json, plain or gzip, in place of a download. */
  readonly from?: string | undefined;
  readonly url?: string;
  /** Where a test stands in for this machine. */
  readonly world?: Partial<FetchWorld>;
}

/** Below the floor nothing is embedded, whatever else it is. */
function refuseBelowFloor({ createdAt, rows }: Omit<DataUpdate, 'updated'>, file: string): Problem | undefined {
  if (createdAt < floor.createdAt) {
    return { file, code: 'ranges-older', params: { created: createdAt, current: floor.createdAt } };
  }
  if (rows >= floor.rows * floor.least) return undefined;
  return { file, code: 'ranges-row-count', params: { rows, current: floor.rows } };
}

function writeWhole(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

/** Takes a list into the snapshot by the rules that a person's own update follows, and by the floor. */
async function takeIn(
  snapshot: string,
  name: string,
  update: (files: { cacheFile: string; packagedFile: string }) => Promise<Parsed<RangesUpdate>>,
): Promise<Parsed<DataUpdate>> {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-data-'));
  const cacheFile = join(folder, 'accepted.json');
  try {
    const accepted = await update({ cacheFile, packagedFile: snapshot });
    if (!accepted.ok) return accepted;
    const { updated, ranges } = accepted.value;
    const { createdAt, rows } = ranges;
    const low = refuseBelowFloor({ createdAt, rows }, name);
    if (low) return { ok: false, problems: [low] };
    if (updated) writeWhole(snapshot, gzipSync(readFileSync(cacheFile), { level: 9 }));
    return { ok: true, value: { updated, createdAt, rows }, notices: accepted.notices };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Puts Amazon's list beside the built program, for a release to embed. Refused lists, failed downloads and damaged files
 * change nothing. The ETag is sent only where the list it belongs to is still there and usable.
 */
export async function updateData({
  out,
  from,
  url = amazonRangesUrl,
  world = {},
}: DataSource): Promise<Parsed<DataUpdate>> {
  const snapshot = join(out, 'ranges', 'ip-ranges.json.gz');
  if (from !== undefined) return takeIn(snapshot, from, (files) => updateRanges({ from, ...files }));
  const fetchWorld: FetchWorld = {
    network: nodeNetwork(),
    clock: nodeClock(),
    trust: await readTrust(),
    signal: new AbortController().signal,
    ...world,
  };
  const confirmationFile = join(out, 'ip-ranges.checked');
  return takeIn(snapshot, url, (files) =>
    refreshRanges(
      { url, route: { id: 'direct', kind: 'direct', label: 'direct' }, ...files, confirmationFile },
      fetchWorld,
    ),
  );
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { from: { type: 'string' } } });
  const result = await updateData({ out: resolve(import.meta.dirname, '../out'), from: values.from });
  const lines = describeProblems(result.ok ? result.notices : result.problems);
  for (const line of lines) console.error(`data:update: ${line}`);
  if (result.ok) {
    const { updated, createdAt, rows } = result.value;
    console.log(`Amazon's list of ${createdAt}, ${rows} rows: ${updated ? 'taken in' : 'there already'}`);
  } else process.exitCode = 2;
}
