import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Problem } from './problem.ts';

export interface OutputPath {
  readonly option: string;
  /** `-` is standard output. */
  readonly path: string;
}

/**
 * Whether every output can be written, asked before anything is measured: nobody should wait for a check whose report is
 * then lost. Makes no file.
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
    if (existing === undefined || existing.isFile()) await access(dirname(resolve(path)), constants.W_OK);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { code: 'output-directory-missing' }
      : { code: 'output-not-writable', params: { code } };
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
