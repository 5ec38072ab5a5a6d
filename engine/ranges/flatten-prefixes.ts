import { type AddressColumns, compareAddresses, createColumns } from './interval-search.ts';

/** Nested and repeated prefixes of one family, made into disjoint intervals. An entry is one distinct prefix. */
export interface FlatPrefixes {
  /** Number of entries. They ascend by start, the shorter prefix first. */
  readonly count: number;
  readonly entryOfRow: Uint32Array;
  /** First and last address of each entry. */
  readonly first: AddressColumns;
  readonly last: AddressColumns;
  readonly length: Uint8Array;
  /** Starts of the disjoint intervals. */
  readonly intervals: AddressColumns;
  /** The entry of the longest prefix over each interval, or −1. */
  readonly owners: Int32Array;
}

/** One stable counting pass over a byte of `values`; false when that byte is the same everywhere and nothing moved. */
function sortByByte(values: Uint32Array | Uint8Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
  const places = new Uint32Array(256);
  for (let at = 0; at < from.length; at++) {
    const byte = ((values[from[at] ?? 0] ?? 0) >>> shift) & 255;
    places[byte] = (places[byte] ?? 0) + 1;
  }
  let place = 0;
  for (let byte = 0; byte < 256; byte++) {
    const size = places[byte] ?? 0;
    if (size === from.length) return false;
    places[byte] = place;
    place += size;
  }
  for (let at = 0; at < from.length; at++) {
    const row = from[at] ?? 0;
    const byte = ((values[row] ?? 0) >>> shift) & 255;
    const where = places[byte] ?? 0;
    to[where] = row;
    places[byte] = where + 1;
  }
  return true;
}

/** Rows by start, then by length. A radix sort: unlike a comparator it is fast the first time, which is the only time. */
function sortRows(starts: AddressColumns, lengths: Uint8Array): Uint32Array {
  let from = new Uint32Array(lengths.length);
  let to = new Uint32Array(lengths.length);
  for (let row = 0; row < from.length; row++) from[row] = row;
  const pass = (values: Uint32Array | Uint8Array, shift: number) => {
    if (sortByByte(values, shift, from, to)) [from, to] = [to, from];
  };
  pass(lengths, 0);
  for (const column of starts.toReversed()) {
    for (let shift = 0; shift < 32; shift += 8) pass(column, shift);
  }
  return from;
}

/** The bits of word number `word` that a prefix of `length` bits leaves free. */
function freeBits(length: number, word: number): number {
  const kept = length - word * 32;
  return kept <= 0 ? 0xffffffff : kept >= 32 ? 0 : 0xffffffff >>> kept;
}

function copyAddress(from: AddressColumns, at: number, to: AddressColumns, other: number): void {
  for (let word = 0; word < to.length; word++) (to[word] as Uint32Array)[other] = from[word]?.[at] ?? 0;
}

/** Adds one to an address; false when it was the highest. */
function increment(address: AddressColumns, at: number): boolean {
  for (let word = address.length - 1; word >= 0; word--) {
    const column = address[word] as Uint32Array;
    column[at] = (column[at] ?? 0) + 1;
    if (column[at] !== 0) return true;
  }
  return false;
}

function collectEntries(starts: AddressColumns, lengths: Uint8Array, family: 4 | 6) {
  const order = sortRows(starts, lengths);
  const entryOfRow = new Uint32Array(order.length);
  const firstRows = new Uint32Array(order.length);
  let count = 0;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    const before = firstRows[count - 1] ?? 0;
    const repeats =
      count > 0 && lengths[before] === lengths[row] && compareAddresses(starts, before, starts, row) === 0;
    if (!repeats) firstRows[count++] = row;
    entryOfRow[row] = count - 1;
  }
  const length = new Uint8Array(count);
  const first = createColumns(family, count);
  const last = createColumns(family, count);
  for (let entry = 0; entry < count; entry++) {
    const row = firstRows[entry] ?? 0;
    length[entry] = lengths[row] ?? 0;
    copyAddress(starts, row, first, entry);
    for (let word = 0; word < last.length; word++) {
      (last[word] as Uint32Array)[entry] = (starts[word]?.[row] ?? 0) | freeBits(length[entry] ?? 0, word);
    }
  }
  return { count, entryOfRow, first, last, length };
}

/**
 * Flattens prefixes given by their starts (host bits zero) and lengths, in any order. Two prefixes are nested or apart,
 * never crossed, so one walk over the sorted entries with a stack of the open ones finds where each is the innermost.
 */
export function flattenPrefixes(starts: AddressColumns, lengths: Uint8Array): FlatPrefixes {
  const family = starts.length === 1 ? 4 : 6;
  const entries = collectEntries(starts, lengths, family);
  const { count, first, last } = entries;
  // One interval to begin with, and at most two more for each prefix: at its start and after its end.
  const intervals = createColumns(family, count * 2 + 1);
  const owners = new Int32Array(count * 2 + 1).fill(-1);
  const where = createColumns(family, 1);
  let used = 1;
  const begin = (owner: number) => {
    // Of two intervals that begin at the same address the later said is the innermost, and the former is empty.
    if (compareAddresses(intervals, used - 1, where, 0) === 0) used--;
    copyAddress(where, 0, intervals, used);
    owners[used++] = owner;
  };
  const open: number[] = [];
  const close = () => {
    copyAddress(last, open.pop() ?? 0, where, 0);
    if (increment(where, 0)) begin(open.at(-1) ?? -1);
  };
  for (let entry = 0; entry < count; entry++) {
    while (open.length > 0 && compareAddresses(last, open.at(-1) ?? 0, first, entry) < 0) close();
    copyAddress(first, entry, where, 0);
    begin(entry);
    open.push(entry);
  }
  while (open.length > 0) close();
  return { ...entries, intervals: intervals.map((column) => column.slice(0, used)), owners: owners.slice(0, used) };
}
