import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describeProblems } from '../app/input/problem.ts';
import { readRangesFile } from '../app/read-ranges-file.ts';
import { updateRanges } from '../app/update-ranges.ts';
import { maxIpRangesBytes } from '../engine/ranges/ip-ranges.ts';
import type { Parsed, Problem } from '../model/problem.ts';

const amazon = 'https://ip-ranges.amazonaws.com/ip-ranges.json';

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
  /** Folder of the build; the snapshot is `ranges/ip-ranges.json.gz` in it, its ETag `ip-ranges.etag`. */
  readonly out: string;
  /** An ip-ranges.json, plain or gzip, in place of a download. */
  readonly from?: string | undefined;
  readonly url?: string;
  /** For the whole download, in milliseconds. */
  readonly timeoutMs?: number;
}

interface Download {
  /** Undefined: not changed since the ETag. */
  readonly bytes?: Uint8Array;
  readonly etag: string | null;
}

/** RFC 9110 8.8.3, and short: it comes from outside and goes into a header. */
const etagForm = /^(W\/)?"[\x21\x23-\x7e]{0,200}"$/;

const readEtag = (file: string): string | undefined => {
  try {
    return etagForm.exec(readFileSync(file, 'latin1'))?.[0];
  } catch {
    return undefined;
  }
};

async function readBody(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    // Counted after unpacking: a small answer can hold gigabytes.
    if (size > maxIpRangesBytes) throw Object.assign(new Error('too large'), { name: 'TooLargeError' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function download(url: string, etag: string | undefined, timeoutMs: number): Promise<Download> {
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (response.status === 304 && etag !== undefined) return { etag };
  if (response.status !== 200) {
    await response.body?.cancel();
    throw Object.assign(new Error('not an answer'), { code: `HTTP ${response.status}` });
  }
  return { bytes: await readBody(response.body), etag: response.headers.get('etag') };
}

/** Why a download failed, as a problem that names the address. */
function problemOf(error: unknown, url: string): Problem {
  const { name = '', code, cause } = error as { name?: string; code?: unknown; cause?: { code?: unknown } };
  if (name === 'TooLargeError') {
    return { file: url, code: 'ranges-too-large', params: { limit: maxIpRangesBytes / 1024 / 1024 } };
  }
  const said = name === 'TimeoutError' ? 'ETIMEDOUT' : (code ?? cause?.code ?? (cause ? 'redirected' : 'unknown'));
  return { file: url, code: 'file-unreadable', params: { code: String(said) } };
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
async function takeIn(file: string, snapshot: string, name: string): Promise<Parsed<DataUpdate>> {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-data-'));
  const cacheFile = join(folder, 'accepted.json');
  const rename = (problem: Problem) => (problem.file === file ? { ...problem, file: name } : problem);
  try {
    const accepted = await updateRanges({ from: file, cacheFile, packagedFile: snapshot });
    if (!accepted.ok) return { ok: false, problems: accepted.problems.map(rename) };
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
  url = amazon,
  timeoutMs = 60_000,
}: DataSource): Promise<Parsed<DataUpdate>> {
  const snapshot = join(out, 'ranges', 'ip-ranges.json.gz');
  if (from !== undefined) return takeIn(from, snapshot, from);
  const etagFile = join(out, 'ip-ranges.etag');
  const current = await readRangesFile(snapshot);
  const folder = mkdtempSync(join(tmpdir(), 'waylight-data-'));
  try {
    const { bytes, etag } = await download(url, current.ok ? readEtag(etagFile) : undefined, timeoutMs);
    if (bytes === undefined) {
      if (!current.ok) return current;
      const { createdAt, rows } = current.value.ranges;
      return { ok: true, value: { updated: false, createdAt, rows }, notices: [] };
    }
    const file = join(folder, 'ip-ranges.json');
    writeFileSync(file, bytes);
    const taken = await takeIn(file, snapshot, url);
    if (taken.ok && etag !== null && etagForm.test(etag)) writeWhole(etagFile, etag);
    else if (taken.ok) rmSync(etagFile, { force: true });
    return taken;
  } catch (error) {
    return { ok: false, problems: [problemOf(error, url)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
