import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { IpRanges } from '../engine/ranges/ip-ranges.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { StdinReader } from './input/read-input.ts';
import { type CurrentRanges, readCurrentRanges, refuseOlder } from './load-ranges.ts';
import { type RangesFile, readRangesFile } from './read-ranges-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

export interface RangesUpdate {
  /** False when the list in use is the same one. */
  readonly updated: boolean;
  readonly ranges: IpRanges;
  /** Where the list that was replaced is kept. */
  readonly previousFile?: string;
}

/** How far apart the row counts of two lists may be; a list that lost half its rows is a mistake or an attack. */
const maxRowChange = 0.3;

function refuseUpdate(candidate: IpRanges, current: IpRanges, file: string): Problem | undefined {
  const older = refuseOlder(candidate, current, file);
  if (older) return older;
  if (Math.abs(candidate.rows - current.rows) <= current.rows * maxRowChange) return undefined;
  return { file, code: 'ranges-row-count', params: { rows: candidate.rows, current: current.rows } };
}

/**
 * Takes a list that validates into `cacheFile` if aws.md's rules allow: it is newer than the one in use (cached or
 * packaged), and its row count is within ±30 % of that. The list replaced is kept beside it as `.previous`; both are
 * written whole or not at all.
 */
export async function acceptRanges(
  { ranges, text }: RangesFile,
  {
    name,
    cacheFile,
    current,
  }: { readonly name: string; readonly cacheFile: string; readonly current: CurrentRanges | undefined },
): Promise<Parsed<RangesUpdate>> {
  if (current) {
    const refused = refuseUpdate(ranges, current.ranges, name);
    if (refused) return { ok: false, problems: [refused] };
    if (ranges.syncToken === current.ranges.syncToken) {
      return { ok: true, value: { updated: false, ranges }, notices: [] };
    }
  }
  const previousFile = `${cacheFile}.previous`;
  try {
    await mkdir(dirname(cacheFile), { recursive: true, mode: 0o700 });
    const replaced = current?.source === 'official' ? current : undefined;
    if (replaced) await writeFileAtomically(previousFile, replaced.text);
    await writeFileAtomically(cacheFile, text);
    return { ok: true, value: { updated: true, ranges, ...(replaced && { previousFile }) }, notices: [] };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return {
      ok: false,
      problems: [{ file: cacheFile, code: 'output-not-writable', params: { code } }],
    };
  }
}

/**
 * Takes a file, an ip-ranges.json plain or gzip, into `cacheFile` by the rules of {@link acceptRanges}. A cached list that
 * cannot be used has no say and is not kept.
 */
export async function updateRanges(options: {
  readonly from: string;
  readonly cacheFile: string;
  readonly packagedFile?: string | undefined;
  readonly readStdin?: StdinReader;
}): Promise<Parsed<RangesUpdate>> {
  const { from, cacheFile } = options;
  const read = await readRangesFile(from, options.readStdin);
  if (!read.ok) return read;
  const notices: Problem[] = [];
  const current = await readCurrentRanges(options, notices);
  const accepted = await acceptRanges(read.value, { name: from, cacheFile, current });
  return accepted.ok ? { ...accepted, notices } : accepted;
}
