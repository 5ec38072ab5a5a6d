import { readAddress, readPrefix } from './address-text.ts';

/** A subnet blocked in Russia in April 2018. */
export interface Row2018 {
  readonly prefix: string;
  readonly operator: string;
  /** The day it was first seen on the list, at the latest: YYYY-MM-DD. */
  readonly firstSeen: string;
  /** Where it is known from, as a key of the data file's `sources`. */
  readonly source: string;
  /** Rows that are not corroborated are used for nothing here. */
  readonly corroborated: boolean;
}

export interface Range2018 {
  readonly prefix: string;
  readonly firstSeen: string;
}

export interface Filter2018 {
  /** Last day that counts, YYYY-MM-DD; without it, all days. */
  readonly until?: string;
  readonly operators?: readonly string[];
  readonly sources?: readonly string[];
  /** Inclusive range of IPv4 addresses to count within, as unsigned 32-bit numbers. */
  readonly within?: Span4;
}

/** An inclusive range of IPv4 addresses, as unsigned 32-bit numbers. */
export interface Span4 {
  readonly first: number;
  readonly last: number;
}

/** A historical tag, never evidence of a present block: the list was lifted on 18 June 2020. */
export interface List2018 {
  /**
   * The range an address lies in; of several, the one seen first (the longest of those), for that is the day from which
   * the address was blocked. IPv4 inside IPv6 is looked up as IPv4; other IPv6 was not on the list.
   */
  tag(address: string): Range2018 | undefined;
  /** How many addresses were on the list; ranges inside others count once. */
  countAddresses(filter?: Filter2018): number;
  /** The same addresses as ranges apart from each other, ascending; ranges inside others are not repeated. */
  spans(filter?: Filter2018): readonly Span4[];
  /** The days on which ranges appeared (YYYY-MM-DD), the first one first. */
  readonly days: readonly string[];
  /** Keys of the operators whose ranges they were. */
  readonly operators: readonly string[];
}

interface Span extends Row2018, Span4 {}

function toSpan(row: Row2018): Span {
  const words = new Uint32Array(4);
  const length = readPrefix(row.prefix, 4, words);
  if (typeof length === 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(row.firstSeen)) {
    throw new RangeError(`unusable row of the 2018 list: ${row.prefix} ${row.firstSeen}`);
  }
  const first = words[0] ?? 0;
  return { ...row, first, last: first + 2 ** (32 - length) - 1 };
}

/** Makes the list from its data file's rows; throws a RangeError for a row that is no IPv4 prefix or has no day. */
export function createList2018(rows: readonly Row2018[]): List2018 {
  const sizeOf = (span: Span) => span.last - span.first;
  const spans = rows.filter((row) => row.corroborated).map(toSpan);
  const byDay = spans.toSorted((a, b) => a.firstSeen.localeCompare(b.firstSeen) || sizeOf(a) - sizeOf(b));
  const byStart = spans.toSorted((a, b) => a.first - b.first);
  const words = new Uint32Array(4);

  const tag = (address: string): Range2018 | undefined => {
    if (readAddress(address, words) !== 4) return undefined;
    const at = words[0] ?? 0;
    const span = byDay.find(({ first, last }) => first <= at && at <= last);
    return span && { prefix: span.prefix, firstSeen: span.firstSeen };
  };

  const readSpans = ({ until, operators, sources, within }: Filter2018 = {}): readonly Span4[] => {
    let counted = within?.first ?? 0;
    const end = within?.last ?? 0xffffffff;
    const found: Span4[] = [];
    for (const span of byStart) {
      if (until !== undefined && span.firstSeen > until) continue;
      if (operators && !operators.includes(span.operator)) continue;
      if (sources && !sources.includes(span.source)) continue;
      // `counted` is the lowest address not yet counted, so what an earlier range covered is not counted again.
      const first = Math.max(span.first, counted);
      const last = Math.min(span.last, end);
      if (last < first) continue;
      found.push({ first, last });
      counted = last + 1;
    }
    return found;
  };
  return {
    tag,
    spans: readSpans,
    countAddresses: (filter) => readSpans(filter).reduce((sum, { first, last }) => sum + last - first + 1, 0),
    days: [...new Set(spans.map(({ firstSeen }) => firstSeen))].toSorted(),
    operators: [...new Set(spans.map(({ operator }) => operator))],
  };
}
