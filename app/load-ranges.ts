import { readFile } from 'node:fs/promises';
import operatorData from '../data/cloud-operators.json' with { type: 'json' };
import data2018 from '../data/ranges-2018.json' with { type: 'json' };
import { type CloudOperator, createAddressFacts } from '../engine/ranges/address-facts.ts';
import { type AsnTable, openAsnTable } from '../engine/ranges/asn-table.ts';
import { type IpRanges, isOlder } from '../engine/ranges/ip-ranges.ts';
import { createList2018, type List2018 } from '../engine/ranges/list-2018.ts';
import { createPrefixIndex, type PrefixIndex } from '../engine/ranges/prefix-index.ts';
import type { AddressFacts, RangesSource } from '../model/cloud.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { StdinReader } from './input/read-input.ts';
import { type RangesFile, readRangesFile } from './read-ranges-file.ts';

export interface RangesFiles {
  /** What the person named with --ranges (or WAYLIGHT_AWS_RANGES); `-` is standard input. */
  readonly file?: string | undefined;
  /** The last list accepted from Amazon. */
  readonly cacheFile?: string | undefined;
  /** The snapshot a release embeds. */
  readonly packagedFile?: string | undefined;
  /** The compiled AS table, `out/ranges/asn.bin`. */
  readonly asnFile: string;
  readonly readStdin?: StdinReader;
}

export interface LoadedRanges {
  readonly facts: (address: string) => AddressFacts;
  readonly source: RangesSource;
  /** Amazon's own list, where there is one, and the file it came from. */
  readonly aws?: { readonly ranges: IpRanges; readonly index: PrefixIndex; readonly file: string };
  readonly asn?: AsnTable;
  readonly list2018: List2018;
  readonly operators: readonly CloudOperator[];
}

/** Credit for the AS data, which its licence (CC BY 4.0) wants shown wherever results from it are. */
export const asnAttribution: string = operatorData.attribution.text;

type OwnList = RangesFile & { readonly file: string };

/** The list in use, and whether it came from Amazon or with the program. */
export type CurrentRanges = OwnList & { readonly source: 'official' | 'packaged' };

/** A list of ours that may be missing; when it is there and unusable, that is worth saying but stops nothing. */
async function readOwn(file: string | undefined, notices: Problem[]): Promise<OwnList | undefined> {
  if (file === undefined) return undefined;
  const read = await readRangesFile(file);
  if (read.ok) return { ...read.value, file };
  notices.push(...read.problems.filter(({ code }) => code !== 'file-missing'));
  return undefined;
}

async function openAsn(file: string, notices: Problem[]): Promise<AsnTable | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    notices.push(
      code === 'ENOENT' ? { file, code: 'asn-missing' } : { file, code: 'file-unreadable', params: { code } },
    );
    return undefined;
  }
  const opened = openAsnTable(bytes);
  if (opened.ok) return opened.table;
  notices.push({ file, code: 'asn-unusable', params: { reason: opened.problem } });
  return undefined;
}

/** The list `candidate` must not be older than the one `current`, or it is a problem that names both days. */
export function refuseOlder(candidate: IpRanges, current: IpRanges, file: string): Problem | undefined {
  if (!isOlder(candidate, current)) return undefined;
  return { file, code: 'ranges-older', params: { created: candidate.createdAt, current: current.createdAt } };
}

/** The newer of the cached list and the packaged one; the cached one when they are equally new. */
export async function readCurrentRanges(
  files: Pick<RangesFiles, 'cacheFile' | 'packagedFile'>,
  notices: Problem[],
): Promise<CurrentRanges | undefined> {
  const cached = await readOwn(files.cacheFile, notices);
  const packaged = await readOwn(files.packagedFile, notices);
  if (cached && !(packaged && isOlder(cached.ranges, packaged.ranges))) return { ...cached, source: 'official' };
  return packaged && { ...packaged, source: 'packaged' };
}

function describeSource(source: 'file' | 'official' | 'packaged', { createdAt, rows }: IpRanges): RangesSource {
  return { source, createdAt, rows };
}

/** Without Amazon's own list its networks are known by operator alone, from the AS table. */
function describeOperatorSource(asn: AsnTable | undefined, operators: readonly CloudOperator[]): RangesSource {
  const amazon = new Set(operators.find(({ id }) => id === 'aws')?.asns);
  if (!asn) return { source: 'operator', createdAt: null, rows: 0 };
  return { source: 'operator', createdAt: `${asn.date}T00:00:00.000Z`, rows: asn.countRanges(amazon) };
}

/**
 * Loads the address tables, best first: the file the person named, the newer of the cached and the packaged list, else
 * the AS table alone. A file the person named and that cannot be used, or is older than the cached list, is a problem
 * (exit 2); anything wrong with our own files is a notice, and the next best is used.
 */
export async function loadRanges(files: RangesFiles): Promise<Parsed<LoadedRanges>> {
  const notices: Problem[] = [];
  const operators: readonly CloudOperator[] = operatorData.operators;
  const list2018 = createList2018(data2018.ranges);
  let list: (OwnList & { readonly source: 'file' | 'official' | 'packaged' }) | undefined;
  if (files.file === undefined) list = await readCurrentRanges(files, notices);
  else {
    const read = await readRangesFile(files.file, files.readStdin);
    if (!read.ok) return read;
    const cached = await readOwn(files.cacheFile, notices);
    const older = cached && refuseOlder(read.value.ranges, cached.ranges, files.file);
    if (older) return { ok: false, problems: [older] };
    list = { ...read.value, file: files.file, source: 'file' };
  }
  const asn = await openAsn(files.asnFile, notices);
  const aws = list && { ranges: list.ranges, index: createPrefixIndex(list.ranges), file: list.file };
  const tables = { ...(asn && { asn }), list2018, operators };
  const facts = createAddressFacts({ ...tables, ...(aws && { aws: aws.index }) });
  const source = list ? describeSource(list.source, list.ranges) : describeOperatorSource(asn, operators);
  return { ok: true, value: { facts, source, ...(aws && { aws }), ...tables }, notices };
}
