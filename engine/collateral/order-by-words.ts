/** Half a word: so many values one pass tells apart. */
const digits = 1 << 16;

/** So few are sorted at once, faster than the digits could be counted. */
const few = 4096;

/**
 * The order of records of four 32-bit words each, most significant word first; equal ones stay as they were. A radix sort, for
 * a sort with a comparing function could not be interrupted; yields after each pass.
 */
export function* orderByWords(words: Uint32Array): Generator<void, Uint32Array> {
  const count = words.length / 4;
  let order = new Uint32Array(count).map((_, at) => at);
  if (count < few) return order.sort((a, b) => compare(words, a, b));
  let next = new Uint32Array(count);
  for (let pass = 0; pass < 8; pass++) {
    const word = 3 - (pass >> 1);
    const shift = (pass & 1) * 16;
    const digitOf = (record: number) => ((words[record * 4 + word] ?? 0) >>> shift) & (digits - 1);
    const places = countDigits(order, digitOf);
    if (!places) continue;
    for (const record of order) {
      const digit = digitOf(record);
      const place = places[digit] ?? 0;
      next[place] = record;
      places[digit] = place + 1;
    }
    [order, next] = [next, order];
    yield;
  }
  return order;
}

function compare(words: Uint32Array, a: number, b: number): number {
  let word = 0;
  while (word < 3 && words[a * 4 + word] === words[b * 4 + word]) word += 1;
  return (words[a * 4 + word] ?? 0) - (words[b * 4 + word] ?? 0) || a - b;
}

/** Where the records of each digit begin; undefined where all have the same one. */
function countDigits(order: Uint32Array, digitOf: (record: number) => number): Uint32Array | undefined {
  if (order.length < 2) return undefined;
  const first = digitOf(order[0] ?? 0);
  if (order.every((record) => digitOf(record) === first)) return undefined;
  const places = new Uint32Array(digits);
  for (const record of order) {
    const digit = digitOf(record);
    places[digit] = (places[digit] ?? 0) + 1;
  }
  let before = 0;
  for (let digit = 0; digit < digits; digit++) {
    const here = places[digit] ?? 0;
    places[digit] = before;
    before += here;
  }
  return places;
}
