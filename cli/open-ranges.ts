import { dataFolder } from '../app/data-folder.ts';
import { type LoadedRanges, loadRanges, type RangesFiles } from '../app/load-ranges.ts';
import { rangesFilesIn } from '../app/ranges-files.ts';
import type { Parsed } from '../model/problem.ts';
import type { Io } from './io.ts';

/** Where a command finds its tables. @param programFolder holds the built program, `out/` in a checkout. */
export function rangesFiles(env: Io['env'], programFolder: string): ReturnType<typeof rangesFilesIn> {
  return rangesFilesIn(dataFolder(env), programFolder);
}

/** Loads the tables a command works with: --ranges, else WAYLIGHT_AWS_RANGES, else the program's own. */
export async function openRanges(
  io: Io,
  files: ReturnType<typeof rangesFiles>,
  option: string | undefined,
): Promise<Parsed<LoadedRanges>> {
  const file = option ?? (io.env.WAYLIGHT_AWS_RANGES || undefined);
  const chosen: RangesFiles = { ...files, file, readStdin: (limit) => io.readStdin(limit) };
  const loaded = await loadRanges(chosen);
  if (loaded.ok) return loaded;
  const name = option === undefined ? 'WAYLIGHT_AWS_RANGES' : '--ranges';
  return { ok: false, problems: loaded.problems.map((problem) => ({ option: name, ...problem })) };
}
