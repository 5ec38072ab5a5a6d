import { formatIpv4, formatIpv6, readAddress } from './address-text.ts';
import { type FlatPrefixes, flattenPrefixes } from './flatten-prefixes.ts';
import { createFindInterval4, createFindInterval6 } from './interval-search.ts';
import type { IpRanges, RangeColumns } from './ip-ranges.ts';

/** The longest of Amazon's prefixes that holds an address. */
export interface AwsPrefix {
  readonly prefix: string;
  readonly family: 4 | 6;
  /** Absent where no region may be claimed: anycast (`GLOBAL`), or rows that contradict each other. */
  readonly region?: string;
  /** The most specific of `services`: see {@link compareServices}. */
  readonly service: string;
  /** All services the file lists at exactly this prefix, most specific last. */
  readonly services: readonly string[];
}

export interface PrefixIndex {
  /** Distinct prefixes of both families; an entry is a number from 0 to `size − 1`. */
  readonly size: number;
  /** Bytes held in typed arrays. */
  readonly bytes: number;
  /** Entry of the longest prefix over an unsigned 32-bit IPv4 address, or −1. */
  find4(address: number): number;
  /** The same for IPv6, given as four unsigned 32-bit words. */
  find6(a: number, b: number, c: number, d: number): number;
  /** The same for text; −1 also where the text is no address. IPv4 inside IPv6 is looked up as IPv4. */
  find(address: string): number;
  describe(entry: number): AwsPrefix;
  /**
   * Entries that lie inside an inclusive range of addresses, or hold part of it, in ascending order. The range is given
   * as one word each for IPv4, four for IPv6.
   */
  overlapping(first: readonly number[], last: readonly number[]): number[];
  /**
   * Amazon's IPv4 addresses, each once however often prefixes repeat or nest: ranges apart from each other, ascending, with the
   * region of the longest prefix over each; absent where none may be claimed.
   */
  spans4(): readonly AwsSpan4[];
}

/** An inclusive range of IPv4 addresses, as unsigned 32-bit numbers. */
export interface AwsSpan4 {
  readonly first: number;
  readonly last: number;
  readonly region?: string;
}

/**
 * Order from broad to specific. `AMAZON` is the superset of everything, `EC2` the pool most services are carved from; a
 * longer name narrows a shorter one (`CLOUDFRONT_ORIGIN_FACING`, `CLOUDFRONT`); equal lengths go by alphabet, so that the
 * order never depends on the file.
 */
export function compareServices(a: string, b: string): number {
  const rank = (name: string) => (name === 'AMAZON' ? 0 : name === 'EC2' ? 1 : 2);
  return rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

const noRegion = 0xffff;

/** Sets of services, each kept once: a few dozen combinations serve all prefixes. Set 0 is empty. */
function createServiceSets() {
  const members: (readonly number[])[] = [[]];
  const byMembers = new Map<string, number>();
  const grown = new Map<number, number>();

  const intern = (services: readonly number[]) => {
    const key = services.join();
    const known = byMembers.get(key);
    if (known !== undefined) return known;
    byMembers.set(key, members.length);
    return members.push(services) - 1;
  };
  /** The set that holds those of `set` and `service`. */
  const add = (set: number, service: number) => {
    const step = set * 65536 + service;
    let next = grown.get(step);
    if (next === undefined) {
      const known = members[set] ?? [];
      next = known.includes(service) ? set : intern([...known, service].toSorted((a, b) => a - b));
      grown.set(step, next);
    }
    return next;
  };
  return { members, add };
}

interface Family extends FlatPrefixes {
  readonly region: Uint16Array;
  readonly services: Uint32Array;
}

function buildFamily(
  ranges: IpRanges,
  columns: RangeColumns,
  addService: (set: number, service: number) => number,
): Family {
  const flat = flattenPrefixes(columns.start, columns.length);
  const region = new Uint16Array(flat.count);
  const services = new Uint32Array(flat.count);
  const global = ranges.regions.indexOf('GLOBAL');
  for (let row = 0; row < flat.entryOfRow.length; row++) {
    const entry = flat.entryOfRow[row] ?? 0;
    const rowRegion = columns.region[row] ?? 0;
    const isFirst = services[entry] === 0;
    region[entry] = rowRegion !== global && (isFirst || region[entry] === rowRegion) ? rowRegion : noRegion;
    services[entry] = addService(services[entry] ?? 0, columns.service[row] ?? 0);
  }
  return { ...flat, region, services };
}

/** Order of the address at position `at` of the columns against an address given as words. */
function compareToWords(columns: readonly Uint32Array[], at: number, words: readonly number[]): number {
  for (let word = 0; word < columns.length; word++) {
    const order = (columns[word]?.[at] ?? 0) - (words[word] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

function bytesOf({ first, last, intervals, ...rest }: Family): number {
  const arrays = [
    ...first,
    ...last,
    ...intervals,
    rest.entryOfRow,
    rest.length,
    rest.owners,
    rest.region,
    rest.services,
  ];
  return arrays.reduce((sum, array) => sum + array.byteLength, 0);
}

/**
 * Indexes Amazon's prefixes: nested prefixes are flattened once into disjoint intervals, so that the longest prefix over
 * an address is found by one binary search. IPv4 entries come first, then IPv6.
 */
export function createPrefixIndex(ranges: IpRanges): PrefixIndex {
  const sets = createServiceSets();
  const four = buildFamily(ranges, ranges.v4, sets.add);
  const six = buildFamily(ranges, ranges.v6, sets.add);
  const serviceLists = sets.members.map((set) => set.map((id) => ranges.services[id] ?? '').sort(compareServices));
  const [starts4 = new Uint32Array(1)] = four.intervals;
  const findInterval4 = createFindInterval4(starts4);
  const findInterval6 = createFindInterval6(six.intervals);
  const offset = four.count;
  const words = new Uint32Array(4);

  const find4 = (address: number) => four.owners[findInterval4(address)] ?? -1;
  const find6 = (a: number, b: number, c: number, d: number) => {
    const owner = six.owners[findInterval6(a, b, c, d)] ?? -1;
    return owner < 0 ? -1 : owner + offset;
  };
  const find = (address: string) => {
    const family = readAddress(address, words);
    if (family === 4) return find4(words[0] ?? 0);
    return family === 6 ? find6(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0) : -1;
  };

  const describe = (entry: number): AwsPrefix => {
    const family = entry < offset ? four : six;
    const at = entry < offset ? entry : entry - offset;
    const first = family.first.map((column) => column[at] ?? 0);
    const services = serviceLists[family.services[at] ?? 0] ?? [];
    const region = ranges.regions[family.region[at] ?? noRegion];
    return {
      prefix: `${first.length === 1 ? formatIpv4(first[0] ?? 0) : formatIpv6(first)}/${family.length[at]}`,
      family: first.length === 1 ? 4 : 6,
      ...(region === undefined ? {} : { region }),
      service: services.at(-1) ?? '',
      services,
    };
  };

  const overlapping = (first: readonly number[], last: readonly number[]) => {
    const family = first.length === 1 ? four : six;
    const found: number[] = [];
    for (let at = 0; at < family.count; at++) {
      if (compareToWords(family.first, at, last) > 0) break;
      if (compareToWords(family.last, at, first) >= 0) found.push(family === four ? at : at + offset);
    }
    return found;
  };

  const spans4 = () => {
    const found: AwsSpan4[] = [];
    for (let at = 0; at < four.owners.length; at++) {
      const owner = four.owners[at] ?? -1;
      if (owner < 0) continue;
      const region = ranges.regions[four.region[owner] ?? noRegion];
      const span = { first: starts4[at] ?? 0, last: (starts4[at + 1] ?? 2 ** 32) - 1 };
      found.push(region === undefined ? span : { ...span, region });
    }
    return found;
  };

  const bytes = bytesOf(four) + bytesOf(six) + 65537 * 4;
  return { size: offset + six.count, bytes, find4, find6, find, describe, overlapping, spans4 };
}
