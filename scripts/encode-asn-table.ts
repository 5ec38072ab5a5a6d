import { crc32 } from 'node:zlib';
import { asnMagic, asnVersion, checkedFrom, header, layOutAsn } from '../engine/ranges/asn-format.ts';
import { compareAddresses, createColumns } from '../engine/ranges/interval-search.ts';

/** Inclusive ranges of one family, in ascending order of their first address, with the AS of each. */
export interface AsnRanges {
  readonly first: readonly Uint32Array[];
  readonly last: readonly Uint32Array[];
  readonly asn: Uint32Array;
}

interface Intervals {
  readonly starts: readonly Uint32Array[];
  readonly owners: Uint32Array;
}

function isAfter(left: readonly number[], right: readonly number[]): boolean {
  const word = left.findIndex((value, at) => value !== right[at]);
  return word >= 0 && (left[word] ?? 0) > (right[word] ?? 0);
}

/** The address after `words`, or null after the highest. */
function next(words: readonly number[]): number[] | null {
  const result = [...words];
  for (let word = result.length - 1; word >= 0; word--) {
    result[word] = ((result[word] ?? 0) + 1) >>> 0;
    if (result[word] !== 0) return result;
  }
  return null;
}

/**
 * Ranges to disjoint intervals. Where two overlap, the one that starts later owns its whole range: it is the more
 * specific or the newer one, and the source has a single such pair.
 */
function toIntervals(ranges: AsnRanges, systemOf: (asn: number) => number): Intervals {
  const rows = ranges.asn.length;
  const family = ranges.first.length === 1 ? 4 : 6;
  const starts = createColumns(family, rows * 2 + 1);
  const owners = new Uint32Array(rows * 2 + 1);
  const wordsOf = (columns: readonly Uint32Array[], at: number) => columns.map((column) => column[at] ?? 0);
  let used = 1;
  const begin = (from: readonly number[], owner: number) => {
    if (starts.every((column, word) => column[used - 1] === from[word])) used--;
    if (used > 0 && owners[used - 1] === owner) return;
    for (const [word, column] of starts.entries()) column[used] = from[word] ?? 0;
    owners[used++] = owner;
  };
  for (let row = 0; row < rows; row++) {
    if (row > 0 && compareAddresses(ranges.first, row - 1, ranges.first, row) >= 0) {
      throw new RangeError(`range ${row} does not start after the one before it`);
    }
    begin(wordsOf(ranges.first, row), systemOf(ranges.asn[row] ?? 0));
    const gap = next(wordsOf(ranges.last, row));
    const following = row + 1 < rows ? wordsOf(ranges.first, row + 1) : null;
    if (gap && (!following || isAfter(following, gap))) begin(gap, 0);
  }
  return { starts: starts.map((column) => column.subarray(0, used)), owners: owners.subarray(0, used) };
}

/**
 * Compiles ranges into the form `openAsnTable` reads. `names` must have every AS of the ranges; `date` is the day of the
 * source data as the number YYYYMMDD. Throws a RangeError when ranges are out of order or an AS has no name entry.
 */
export function encodeAsnTable(
  v4: AsnRanges,
  v6: AsnRanges,
  names: ReadonlyMap<number, string>,
  date: number,
): Uint8Array {
  const asns = [0, ...[...names.keys()].filter((asn) => asn !== 0).sort((a, b) => a - b)];
  const positions = new Map(asns.map((asn, position) => [asn, position]));
  const systemOf = (asn: number) => {
    const position = positions.get(asn);
    if (position === undefined) throw new RangeError(`AS${asn} has no name`);
    return position;
  };
  const intervals4 = toIntervals(v4, systemOf);
  const intervals6 = toIntervals(v6, systemOf);
  const encoder = new TextEncoder();
  const encodedNames = asns.map((asn) => encoder.encode(asn === 0 ? '' : names.get(asn)));
  const nameBytes = encodedNames.reduce((sum, name) => sum + name.length, 0);
  const counts = {
    intervals4: intervals4.owners.length,
    intervals6: intervals6.owners.length,
    systems: asns.length,
    nameBytes,
  };
  const at = layOutAsn(counts);
  const words = new Uint32Array(at.words);
  const bytes = new Uint8Array(words.buffer);
  words.set(intervals4.starts[0] ?? [], at.starts4);
  words.set(intervals4.owners, at.owners4);
  for (const [word, column] of intervals6.starts.entries()) words.set(column, at.starts6 + word * counts.intervals6);
  words.set(intervals6.owners, at.owners6);
  words.set(asns, at.systems);
  let offset = 0;
  for (const [position, name] of encodedNames.entries()) {
    words[at.nameOffsets + position] = offset;
    bytes.set(name, at.names * 4 + offset);
    offset += name.length;
  }
  words[at.nameOffsets + asns.length] = offset;
  words[header.magic] = asnMagic;
  words[header.version] = asnVersion;
  words[header.date] = date;
  words[header.intervals4] = counts.intervals4;
  words[header.intervals6] = counts.intervals6;
  words[header.systems] = counts.systems;
  words[header.nameBytes] = nameBytes;
  words[header.rows4] = v4.asn.length;
  words[header.rows6] = v6.asn.length;
  words[header.checksum] = crc32(bytes.subarray(checkedFrom));
  return bytes;
}
