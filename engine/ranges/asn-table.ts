import { crc32 } from 'node:zlib';
import { readAddress } from './address-text.ts';
import { asnMagic, asnVersion, checkedFrom, header, headerWords, layOutAsn } from './asn-format.ts';
import { type AddressColumns, createFindInterval4, createFindInterval6 } from './interval-search.ts';

export interface AutonomousSystem {
  readonly asn: number;
  /** As the source spells it; empty where it has none. */
  readonly name: string;
}

export interface AsnTable {
  /** Day of the source data, YYYY-MM-DD. */
  readonly date: string;
  /** Ranges in the source, both families. */
  readonly rows: number;
  /** The AS that announces an address, or null. IPv4 inside IPv6 is looked up as IPv4. */
  find(address: string): AutonomousSystem | null;
  /** The AS number of an unsigned 32-bit IPv4 address, 0 where none is known. */
  find4(address: number): number;
  /** The same for IPv6, given as four unsigned 32-bit words. */
  find6(a: number, b: number, c: number, d: number): number;
  /** The name of an AS, or null where the table does not have it. */
  nameOf(asn: number): string | null;
  /** Number of intervals, both families, that belong to the given ASes. */
  countRanges(asns: ReadonlySet<number>): number;
  /** The IPv4 addresses of the given ASes: ranges apart from each other, ascending, as unsigned 32-bit numbers. */
  spans4(asns: ReadonlySet<number>): readonly { readonly first: number; readonly last: number }[];
  /**
   * The ASes inside an inclusive range, each with the number of its addresses there, most first. The range is given as
   * one word each for IPv4, four for IPv6.
   */
  within(first: readonly number[], last: readonly number[]): AsnShare[];
}

export interface AsnShare {
  readonly asn: number;
  readonly addresses: bigint;
}

export type AsnProblem = 'not-asn-table' | 'unknown-version' | 'truncated' | 'damaged' | 'byte-order';

export type OpenedAsnTable =
  | { readonly ok: true; readonly table: AsnTable }
  | { readonly ok: false; readonly problem: AsnProblem };

interface Sections {
  readonly starts4: Uint32Array;
  readonly owners4: Uint32Array;
  readonly starts6: AddressColumns;
  readonly owners6: Uint32Array;
  readonly systems: Uint32Array;
  readonly nameOffsets: Uint32Array;
  readonly names: Uint8Array;
}

function readSections(bytes: Uint8Array): { sections: Sections; head: Uint32Array } | AsnProblem {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== asnMagic) return 'not-asn-table';
  if (view.getUint32(4, true) !== asnVersion) return 'unknown-version';
  if (bytes.length < headerWords * 4) return 'truncated';
  // A view of 32-bit words must begin at a multiple of 4; bytes that do not are copied, once.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const head = new Uint32Array(aligned.buffer, aligned.byteOffset, headerWords);
  if (head[0] !== asnMagic) return 'byte-order';
  const counts = {
    intervals4: head[header.intervals4] ?? 0,
    intervals6: head[header.intervals6] ?? 0,
    systems: head[header.systems] ?? 0,
    nameBytes: head[header.nameBytes] ?? 0,
  };
  const at = layOutAsn(counts);
  if (bytes.length < at.words * 4) return 'truncated';
  if (bytes.length > at.words * 4 || counts.intervals4 < 1 || counts.intervals6 < 1 || counts.systems < 1) {
    return 'damaged';
  }
  // The checksum vouches for the contents, their order included: checking that again would double the time to open.
  if (crc32(bytes.subarray(checkedFrom)) !== head[header.checksum]) return 'damaged';
  const section = (start: number, length: number) =>
    new Uint32Array(aligned.buffer, aligned.byteOffset + start * 4, length);
  const sections: Sections = {
    starts4: section(at.starts4, counts.intervals4),
    owners4: section(at.owners4, counts.intervals4),
    starts6: [0, 1, 2, 3].map((word) => section(at.starts6 + word * counts.intervals6, counts.intervals6)),
    owners6: section(at.owners6, counts.intervals6),
    systems: section(at.systems, counts.systems),
    nameOffsets: section(at.nameOffsets, counts.systems + 1),
    names: new Uint8Array(aligned.buffer, aligned.byteOffset + at.names * 4, counts.nameBytes),
  };
  return { sections, head };
}

function toDate(day: number): string {
  const text = String(day).padStart(8, '0');
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

const toNumber = (words: readonly number[]) => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

/** Adds up the addresses of each AS between two addresses of one family. */
function sumShares(
  starts: AddressColumns,
  owners: Uint32Array,
  from: number,
  first: bigint,
  last: bigint,
): Map<number, bigint> {
  const sums = new Map<number, bigint>();
  const startOf = (at: number) => toNumber(starts.map((column) => column[at] ?? 0));
  for (let at = from; at < owners.length; at++) {
    const start = startOf(at);
    if (start > last) break;
    const next = at + 1 < owners.length ? startOf(at + 1) : last + 1n;
    const low = start > first ? start : first;
    const high = next - 1n < last ? next - 1n : last;
    const owner = owners[at] ?? 0;
    if (owner !== 0) sums.set(owner, (sums.get(owner) ?? 0n) + high - low + 1n);
  }
  return sums;
}

/**
 * Opens a compiled AS table (see asn-format.ts) without copying it: the caller must leave `bytes` unchanged. Bytes that
 * are cut, foreign or altered give a problem and are never read out of bounds.
 */
export function openAsnTable(bytes: Uint8Array): OpenedAsnTable {
  const opened = readSections(bytes);
  if (typeof opened === 'string') return { ok: false, problem: opened };
  const { sections, head } = opened;
  const { starts4, owners4, starts6, owners6, systems, nameOffsets, names } = sections;
  const findInterval4 = createFindInterval4(starts4);
  const findInterval6 = createFindInterval6(starts6);
  const words = new Uint32Array(4);
  const decoder = new TextDecoder();
  const nameAt = (system: number) => decoder.decode(names.subarray(nameOffsets[system], nameOffsets[system + 1]));
  const owner6 = (a: number, b: number, c: number, d: number) => owners6[findInterval6(a, b, c, d)] ?? 0;

  const find = (address: string): AutonomousSystem | null => {
    const family = readAddress(address, words);
    let system = 0;
    if (family === 4) system = owners4[findInterval4(words[0] ?? 0)] ?? 0;
    if (family === 6) system = owner6(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0);
    return system === 0 ? null : { asn: systems[system] ?? 0, name: nameAt(system) };
  };

  const positionOf = (asn: number) => {
    let low = 0;
    let high = systems.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((systems[middle] ?? 0) <= asn) low = middle;
      else high = middle - 1;
    }
    return systems[low] === asn ? low : 0;
  };

  /** For each system of the table, 1 where it is one of the given ASes. */
  const markSystems = (asns: ReadonlySet<number>) => {
    const wanted = new Uint8Array(systems.length);
    for (const asn of asns) wanted[positionOf(asn)] = 1;
    wanted[0] = 0;
    return wanted;
  };

  const countRanges = (asns: ReadonlySet<number>) => {
    const wanted = markSystems(asns);
    let count = 0;
    for (const owner of owners4) count += wanted[owner] ?? 0;
    for (const owner of owners6) count += wanted[owner] ?? 0;
    return count;
  };

  const spans4 = (asns: ReadonlySet<number>) => {
    const wanted = markSystems(asns);
    const found: { first: number; last: number }[] = [];
    for (let at = 0; at < owners4.length; at++) {
      if (wanted[owners4[at] ?? 0] !== 1) continue;
      found.push({ first: starts4[at] ?? 0, last: (starts4[at + 1] ?? 2 ** 32) - 1 });
    }
    return found;
  };

  const within = (first: readonly number[], last: readonly number[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = first;
    const sums =
      first.length === 1
        ? sumShares([starts4], owners4, findInterval4(a), toNumber(first), toNumber(last))
        : sumShares(starts6, owners6, findInterval6(a, b, c, d), toNumber(first), toNumber(last));
    return [...sums]
      .map(([system, addresses]) => ({ asn: systems[system] ?? 0, addresses }))
      .sort((left, right) => (right.addresses > left.addresses ? 1 : right.addresses < left.addresses ? -1 : 0));
  };

  const table: AsnTable = {
    date: toDate(head[header.date] ?? 0),
    rows: (head[header.rows4] ?? 0) + (head[header.rows6] ?? 0),
    find,
    find4: (address) => systems[owners4[findInterval4(address)] ?? 0] ?? 0,
    find6: (a, b, c, d) => systems[owner6(a, b, c, d)] ?? 0,
    nameOf: (asn) => {
      const system = positionOf(asn);
      return system === 0 ? null : nameAt(system);
    },
    countRanges,
    spans4,
    within,
  };
  return { ok: true, table };
}
