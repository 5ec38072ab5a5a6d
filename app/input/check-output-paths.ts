import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Problem } from '../../model/problem.ts';

export interface OutputPath {
  readonly option: string;
  /** `-` is standard output. */
  readonly path: string;
}

/**
 * Whether every output can be written, asked before anything is measured: nobody should wait for a check whose report is
 * then lost. Leaves no file behind.
 */
export async function checkOutputPaths(outputs: readonly OutputPath[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { option, path } of outputs) {
    const key = path === '-' ? '-' : resolve(path);
    if (seen.has(key)) {
      problems.push({ option, code: 'output-twice', params: { name: path === '-' ? 'standard output' : path } });
    }
    seen.add(key);
    const problem = path === '-' ? undefined : await checkFile(path);
    if (problem) problems.push({ option, file: path, ...problem });
  }
  return problems;
}

async function checkFile(path: string): Promise<Pick<Problem, 'code' | 'params'> | undefined> {
  try {
    const existing = await stat(path).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (path === '' || existing?.isDirectory()) return { code: 'output-is-directory' };
    // A device or a pipe is written in place, a plain file by renaming a new one over it.
    if (existing) await access(path, constants.W_OK);
    if (existing === undefined || existing.isFile()) await tryFolder(dirname(resolve(path)));
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { code: 'output-directory-missing' }
      : { code: 'output-not-writable', params: { code } };
  }
}

/** Only making a file tells: permission bits say nothing of a read-only or virtual file system, nor to root. */
async function tryFolder(folder: string): Promise<void> {
  await stat(folder);
  const trial = join(folder, `.waylight.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(trial, 'wx', 0o600).catch((error: unknown) => {
    // The folder is there, and still the system knows no such place: nothing can be made in it.
    throw errorCode(error) === 'ENOENT' ? Object.assign(new Error('no files here'), { code: 'EACCES' }) : error;
  });
  await file.close();
  await rm(trial, { force: true });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
