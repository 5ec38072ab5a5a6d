import { createReadStream } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  type IpRanges,
  type IpRangesProblem,
  maxIpRangesBytes,
  type ParsedIpRanges,
  parseInSlices,
} from '../engine/ranges/ip-ranges.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { StdinReader } from './input/read-input.ts';

export interface RangesFile {
  readonly ranges: IpRanges;
  /** The JSON text, unpacked. */
  readonly text: string;
}

type Refusal = Omit<Problem, 'file'>;

/** More than any list of Amazon's. */
export const tooLarge: Refusal = { code: 'ranges-too-large', params: { limit: maxIpRangesBytes / 1024 / 1024 } };

/** Why a text is not a prefix, in words that follow the text's name. */
export const prefixReasons = {
  'unknown-characters': 'holds characters that do not belong there',
  'bad-address': 'is not an IP prefix',
  'bad-length': 'has an impossible prefix length',
  'host-bits': 'has bits set after its prefix length',
} as const;

/** An engine's finding as a problem that names the row: `prefixes[12].region`. */
function describeRangesProblem({ code, row, field }: IpRangesProblem): Refusal {
  const [list, name] = (field ?? '').split('.');
  const path = row === undefined ? field : `${list}[${row}]${name === undefined ? '' : `.${name}`}`;
  const at = path === undefined || path === '' ? {} : { field: path };
  switch (code) {
    case 'too-large':
      return tooLarge;
    case 'truncated-json':
      return { code: 'ranges-truncated' };
    case 'not-json':
      return { code: 'json-malformed' };
    case 'not-aws-file':
      return { code: 'ranges-not-aws', params: { field: field ?? '' } };
    case 'no-rows':
      return { code: 'ranges-no-rows' };
    case 'too-many-names':
      return { code: 'ranges-too-many-names', ...at };
    case 'wrong-shape':
      return { code: 'ranges-malformed', params: { reason: 'this is not as Amazon writes it' }, ...at };
    default:
      return { code: 'ranges-prefix', params: { reason: prefixReasons[code] }, ...at };
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

function refusalOfRead(error: unknown): Refusal {
  const code = codeOf(error);
  if (error instanceof Error && error.name === 'TooLargeError') return tooLarge;
  if (code === 'ENOENT') return { code: 'file-missing' };
  return code === 'EISDIR' ? { code: 'file-is-directory' } : { code: 'file-unreadable', params: { code } };
}

async function readBounded(file: string, readStdin: StdinReader | undefined): Promise<Uint8Array | Refusal> {
  try {
    if (file === '-' && readStdin) return await readStdin(maxIpRangesBytes);
    // The size of a pipe or a device is not known before it was read.
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxIpRangesBytes) return tooLarge;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    return refusalOfRead(error);
  }
}

const unpack = promisify(gunzip);

/** Unpacks gzip (RFC 1952 2.3.1: magic 1f 8b), never to more than the limit: a few kilobytes can hold gigabytes. */
async function unpackBounded(bytes: Uint8Array): Promise<Uint8Array | Refusal> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await unpack(bytes, { maxOutputLength: maxIpRangesBytes });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge;
    return { code: code === 'Z_BUF_ERROR' ? 'ranges-gzip-truncated' : 'ranges-gzip-damaged' };
  }
}

/** Milliseconds of work after which whoever waits for this process has a turn. */
const turnMs = 5;

async function parseInTurns(text: string): Promise<ParsedIpRanges> {
  const slices = parseInSlices(text);
  for (;;) {
    await nextTurn();
    const startedAt = performance.now();
    do {
      const step = slices.next();
      if (step.done) return step.value;
    } while (performance.now() - startedAt < turnMs);
  }
}

/** Reads an ip-ranges.json, plain or gzip (told by its first bytes), at most 32 MB unpacked; problems name `name`. */
export async function readRangesBytes(packed: Uint8Array, name: string): Promise<Parsed<RangesFile>> {
  const refuse = (refusal: Refusal): Parsed<RangesFile> => ({ ok: false, problems: [{ file: name, ...refusal }] });
  const bytes = await unpackBounded(packed);
  if ('code' in bytes) return refuse(bytes);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse({ code: 'file-not-utf8' });
  }
  const parsed = await parseInTurns(text);
  if (!parsed.ok) return refuse(describeRangesProblem(parsed.problem));
  return { ok: true, value: { ranges: parsed.ranges, text }, notices: [] };
}

/**
 * Reads Amazon's ip-ranges.json from a file of at most 32 MB. `-` is standard input where a reader for it is given. Never
 * rejects; every problem names the file.
 */
export async function readRangesFile(file: string, readStdin?: StdinReader): Promise<Parsed<RangesFile>> {
  const packed = await readBounded(file, readStdin);
  return 'code' in packed ? { ok: false, problems: [{ file, ...packed }] } : readRangesBytes(packed, file);
}
