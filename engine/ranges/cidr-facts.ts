import { type PrefixProblem, readPrefix } from './address-text.ts';
import type { AsnShare, AsnTable } from './asn-table.ts';
import type { List2018 } from './list-2018.ts';
import type { AwsPrefix, PrefixIndex } from './prefix-index.ts';

/** A range of addresses as CIDR text means it: one word each for IPv4, four for IPv6. */
export interface CidrRange {
  readonly family: 4 | 6;
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly addresses: bigint;
}

/** What the tables know of the addresses inside a CIDR range. */
export interface CidrFacts {
  readonly addresses: bigint;
  /** Amazon's prefixes inside the range, or around it. */
  readonly prefixes: readonly AwsPrefix[];
  /** How many of the prefixes name each region and each service, most first; anycast prefixes have no region. */
  readonly regions: readonly (readonly [string, number])[];
  readonly services: readonly (readonly [string, number])[];
  /** Networks inside the range by number of addresses, most first. */
  readonly systems: readonly (AsnShare & { readonly name: string })[];
  /** Addresses of the range that were on the list of April 2018. */
  readonly addresses2018: number;
  /** How many of them were by the end of each day of the list; empty where none ever was. */
  readonly days2018: readonly { readonly day: string; readonly addresses: number }[];
}

/** Reads CIDR text of either family; a string says what is wrong with it (see `readPrefix`). */
export function readCidr(text: string): CidrRange | PrefixProblem {
  const family = text.includes(':') ? 6 : 4;
  const words = new Uint32Array(4);
  const length = readPrefix(text, family, words);
  if (typeof length === 'string') return length;
  const first = Array.from(words.subarray(0, family === 4 ? 1 : 4));
  const last = first.map((word, at) => {
    const kept = Math.min(32, Math.max(0, length - at * 32));
    return word + 2 ** (32 - kept) - 1;
  });
  return { family, first, last, addresses: 1n << BigInt((family === 4 ? 32 : 128) - length) };
}

function tally(names: Iterable<string | undefined>): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
}

/** Sums up what the tables know of a range; a table that is absent contributes nothing. */
export function describeCidr(
  range: CidrRange,
  tables: { readonly asn?: AsnTable | undefined; readonly aws?: PrefixIndex | undefined; readonly list2018: List2018 },
): CidrFacts {
  const { asn, aws, list2018 } = tables;
  const prefixes = (aws?.overlapping(range.first, range.last) ?? []).map((entry) =>
    aws?.describe(entry),
  ) as AwsPrefix[];
  const systems = (asn?.within(range.first, range.last) ?? []).map((share) => ({
    ...share,
    name: asn?.nameOf(share.asn) ?? '',
  }));
  const [first = 0] = range.first;
  const [last = 0] = range.last;
  const countBy = (until?: string) =>
    range.family === 4
      ? list2018.countAddresses({ within: { first, last }, ...(until !== undefined && { until }) })
      : 0;
  const addresses2018 = countBy();
  return {
    addresses: range.addresses,
    prefixes,
    regions: tally(prefixes.map(({ region }) => region)),
    services: tally(prefixes.flatMap(({ services }) => services)),
    systems,
    addresses2018,
    days2018: addresses2018 === 0 ? [] : list2018.days.map((day) => ({ day, addresses: countBy(day) })),
  };
}
