/**
 * Addresses in columns of unsigned 32-bit words, most significant first: one column for IPv4, four for IPv6.
 *
 * Disjoint intervals are kept as their starts alone: each one ends where the next begins, the first begins at the
 * lowest address and the last ends at the highest. A look-up is then one binary search, whatever was nested before.
 */
export type AddressColumns = readonly Uint32Array[];

/** Columns of `length` zeros for a family. */
export function createColumns(family: 4 | 6, length: number): Uint32Array[] {
  return Array.from({ length: family === 4 ? 1 : 4 }, () => new Uint32Array(length));
}

/** Order of one address against another: negative, zero or positive. */
export function compareAddresses(left: AddressColumns, at: number, right: AddressColumns, other: number): number {
  for (let word = 0; word < left.length; word++) {
    const order = (left[word]?.[at] ?? 0) - (right[word]?.[other] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * A search over IPv4 starts, which must ascend strictly from 0: gives the position of the interval that holds an unsigned
 * 32-bit address. A table of the first interval of each /16 (256 KiB) leaves only a few steps for the binary search.
 */
export function createFindInterval4(starts: Uint32Array): (address: number) => number {
  const first = new Uint32Array(65537);
  let filled = 0;
  for (let at = 1; at < starts.length; at++) {
    // Blocks that begin before this start, and after the one before it, begin inside the interval between the two.
    const block = Math.ceil((starts[at] ?? 0) / 65536);
    first.fill(at - 1, filled, block);
    filled = block;
  }
  first.fill(Math.max(0, starts.length - 1), filled);
  return (address) => {
    const block = address >>> 16;
    let low = first[block] ?? 0;
    // The interval that holds the next block's first address cannot begin before the one that holds ours ends.
    let high = first[block + 1] ?? 0;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= address) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

/**
 * A search over IPv6 starts, which must ascend strictly from `::`: gives the position of the interval that holds the
 * address of four 32-bit words.
 */
export function createFindInterval6(starts: AddressColumns): (a: number, b: number, c: number, d: number) => number {
  const [first, second, third, fourth] = starts;
  if (!first || !second || !third || !fourth) throw new RangeError('IPv6 starts need four columns');
  const startsAfter = (at: number, a: number, b: number, c: number, d: number) => {
    if (first[at] !== a) return (first[at] ?? 0) > a;
    if (second[at] !== b) return (second[at] ?? 0) > b;
    if (third[at] !== c) return (third[at] ?? 0) > c;
    return (fourth[at] ?? 0) > d;
  };
  return (a, b, c, d) => {
    let low = 0;
    let high = first.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (startsAfter(middle, a, b, c, d)) high = middle - 1;
      else low = middle;
    }
    return low;
  };
}
