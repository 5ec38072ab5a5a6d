import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Parsed, Problem } from '../../model/problem.ts';

/** Largest list, report or certificate file that is read, in bytes. The full ip-ranges.json has 2.6 MB. */
export const maxInputBytes = 16 * 1024 * 1024;
const megabytes = maxInputBytes / 1024 / 1024;

/** Standard input to its end; rejects with an error named TooLargeError above the limit in bytes. */
export type StdinReader = (limit: number) => Promise<Uint8Array>;

/** A text file (`-` is standard input) as UTF-8 without a byte order mark, or why it cannot be one. */
export async function readInput(file: string, readStdin: StdinReader): Promise<Parsed<string>> {
  const bytes = file === '-' ? await readAll(readStdin) : await readFileBounded(file);
  if (typeof bytes === 'object' && 'code' in bytes) return { ok: false, problems: [{ file, ...bytes }] };
  return decodeText(bytes, file);
}

type Refusal = Pick<Problem, 'code' | 'params'>;

/** UTF-8 text from bytes, or a problem that names the line of what is not text. */
export function decodeText(bytes: Uint8Array, file: string): Parsed<string> {
  const nul = bytes.indexOf(0);
  const marked16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (nul !== -1 && !marked16) {
    return { ok: false, problems: [{ file, line: lineOf(bytes, nul), code: 'file-has-nul' }] };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, value: text, notices: [] };
  } catch {
    return { ok: false, problems: [{ file, code: 'file-not-utf8' }] };
  }
}

function lineOf(bytes: Uint8Array, end: number): number {
  let line = 1;
  for (let index = bytes.indexOf(10); index !== -1 && index < end; index = bytes.indexOf(10, index + 1)) line += 1;
  return line;
}

async function readAll(readStdin: StdinReader): Promise<Uint8Array | Refusal> {
  try {
    return await readStdin(maxInputBytes);
  } catch (error) {
    return refusalOf(error);
  }
}

async function readFileBounded(file: string): Promise<Uint8Array | Refusal> {
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) return { code: 'file-is-directory' };
    if (facts.size > maxInputBytes) return { code: 'file-too-large', params: { limit: megabytes } };
    // The size of a pipe or a device is not known before it was read.
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxInputBytes) return { code: 'file-too-large', params: { limit: megabytes } };
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Error && error.name === 'TooLargeError') {
    return { code: 'file-too-large', params: { limit: megabytes } };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return code === 'ENOENT' ? { code: 'file-missing' } : { code: 'file-unreadable', params: { code } };
}
