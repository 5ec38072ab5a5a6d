import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Problem, ProblemCode } from '../../model/problem.ts';
import { rangesFilesIn } from '../ranges-files.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const attemptSchema = z.object({ at: z.iso.datetime(), reached: z.boolean() });

/** The last time that Amazon's list was asked for, and whether a server answered, whatever it was. */
export type RangesAttempt = z.infer<typeof attemptSchema>;

/** What shows that nobody whose certificate is right has answered as a whole. */
const unanswered: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'fetch-unreachable',
  'fetch-certificate',
  'fetch-slow',
  'fetch-broken',
  'fetch-route',
  'engine-lost',
  'defect',
]);

export function hasAnswered(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => !unanswered.has(code));
}

/** Once a day where a server answered, once an hour where none did. A clock that was set back is no reason to wait for it. */
export function isAttemptDue(last: RangesAttempt | undefined, now: number): boolean {
  const since = last === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(last.at);
  return since >= (last?.reached ? dayMs : hourMs) || since < -hourMs;
}

const fileIn = (dataFolder: string) => `${rangesFilesIn(dataFolder, '').cacheFile}.asked`;

async function readAttempt(file: string): Promise<RangesAttempt | undefined> {
  try {
    return attemptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export interface RangesAttempts {
  last(): Promise<RangesAttempt | undefined>;
  /** Remembered even where it cannot be written. */
  record(attempt: RangesAttempt): Promise<void>;
}

/** The last attempt, beside the list itself, so that closing and opening the app makes no more of them. */
export function openRangesAttempts(dataFolder: string): RangesAttempts {
  const file = fileIn(dataFolder);
  let last: RangesAttempt | undefined;
  return {
    last: async () => {
      last ??= await readAttempt(file);
      return last;
    },
    record: async (attempt) => {
      last = attempt;
      await writeFileAtomically(file, JSON.stringify(attempt)).catch(() => {});
    },
  };
}
