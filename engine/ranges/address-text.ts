/** Why a text is not a prefix: see {@link readPrefix}. */
export type PrefixProblem = 'unknown-characters' | 'bad-address' | 'bad-length' | 'host-bits';

const zero = 48;
const dot = 46;
const colon = 58;
const slash = 47;

/**
 * Reads dotted IPv4 from `text[from, to)`: exactly four decimal numbers, none with a leading zero, because resolvers
 * disagree on whether `010` is 8 or 10. Returns the address as an unsigned 32-bit number, or -1.
 */
export function readIpv4(text: string, from = 0, to = text.length): number {
  let address = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== dot) return -1;
    const first = at;
    let value = 0;
    while (at < to && at - first < 3) {
      const digit = text.charCodeAt(at) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    const digits = at - first;
    if (digits === 0 || value > 255 || (digits > 1 && text.charCodeAt(first) === zero)) return -1;
    address = address * 256 + value;
  }
  return at === to ? address : -1;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

const groups = new Uint16Array(8);

/** Number of hexadecimal digits, at most 4, in `text[from, to)`; leaves their value in `groups[into]`. */
function readGroup(text: string, from: number, to: number, into: number): number {
  let value = 0;
  let at = from;
  for (; at < to && at - from < 4; at++) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) break;
    value = value * 16 + digit;
  }
  groups[into] = value;
  return at - from;
}

/** Reads the groups before `::`, or after it, into `groups` from `start` on. Returns the new count, or -1. */
function readGroups(text: string, from: number, to: number, start: number): number {
  let count = start;
  let at = from;
  while (at < to) {
    if (count > 7) return -1;
    const first = at;
    at += readGroup(text, first, to, count);
    if (at < to && text.charCodeAt(at) === dot) {
      const embedded = readIpv4(text, first, to);
      if (embedded < 0 || count > 6) return -1;
      groups[count] = embedded >>> 16;
      groups[count + 1] = embedded;
      return count + 2;
    }
    if (at === first) return -1;
    count++;
    if (at === to) return count;
    if (text.charCodeAt(at) !== colon || ++at === to) return -1;
  }
  return count;
}

/** Reads IPv6 text (RFC 4291 2.2, no zone) from `text[from, to)` into four 32-bit words, most significant first. */
export function readIpv6(text: string, words: Uint32Array, from = 0, to = text.length): boolean {
  if (to - from < 2 || to - from > 45) return false;
  let gap = text.indexOf('::', from);
  if (gap >= to - 1) gap = -1;
  let count: number;
  if (gap < 0) {
    count = readGroups(text, from, to, 0);
    if (count !== 8) return false;
  } else {
    const before = readGroups(text, from, gap, 0);
    // A dotted tail may only come last, so it must not stand before the gap.
    if (before < 0 || before > 7 || (gap > from && text.lastIndexOf('.', gap) >= from)) return false;
    const after = readGroups(text, gap + 2, to, before);
    if (after < 0 || after > 7) return false;
    groups.copyWithin(8 - (after - before), before, after);
    groups.fill(0, before, 8 - (after - before));
  }
  for (let word = 0; word < 4; word++) {
    words[word] = ((groups[word * 2] ?? 0) << 16) | (groups[word * 2 + 1] ?? 0);
  }
  return true;
}

/**
 * Reads an address for a look-up. IPv4 leaves its number in `words[0]` and gives 4, IPv6 gives 6, anything else 0.
 * An IPv4 address inside IPv6 is the IPv4 host it leads to, so it reads as IPv4: mapped (RFC 4291 2.5.5.2) and the
 * well-known NAT64 prefix 64:ff9b::/96 (RFC 6052 2.1).
 */
export function readAddress(text: string, words: Uint32Array): 0 | 4 | 6 {
  const v4 = readIpv4(text);
  if (v4 >= 0) {
    words[0] = v4;
    return 4;
  }
  if (!readIpv6(text, words)) return 0;
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  const nat64 = words[0] === 0x64ff9b && words[1] === 0 && words[2] === 0;
  if (!mapped && !nat64) return 6;
  words[0] = words[3] ?? 0;
  return 4;
}

function readLength(text: string, from: number): number {
  const digits = text.length - from;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(from) === zero)) return -1;
  let value = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function hasUnknownCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== dot && code !== colon && code !== slash && hexDigit(code) < 0) return true;
  }
  return false;
}

/** Whether any of the last `32 × count − length` bits of the first `count` words is set. */
function hasHostBits(words: Uint32Array, count: number, length: number): boolean {
  for (let word = 0; word < count; word++) {
    const kept = length - word * 32;
    const mask = kept <= 0 ? 0xffffffff : kept >= 32 ? 0 : 0xffffffff >>> kept;
    if (((words[word] ?? 0) & mask) !== 0) return true;
  }
  return false;
}

/**
 * Reads CIDR text of one family (RFC 4632 3.1, RFC 4291 2.3) into `words`, as {@link readIpv4} and {@link readIpv6} do.
 * Returns the prefix length, or what is wrong with the text.
 */
export function readPrefix(text: string, family: 4 | 6, words: Uint32Array): number | PrefixProblem {
  const cut = text.indexOf('/');
  const end = cut < 0 ? text.length : cut;
  const v4 = family === 4 ? readIpv4(text, 0, end) : -1;
  if (family === 4 ? v4 < 0 : !readIpv6(text, words, 0, end)) {
    return hasUnknownCharacter(text) ? 'unknown-characters' : 'bad-address';
  }
  if (family === 4) words[0] = v4;
  const length = cut < 0 ? -1 : readLength(text, cut + 1);
  if (length < 0 && hasUnknownCharacter(text)) return 'unknown-characters';
  if (length < 0 || length > (family === 4 ? 32 : 128)) return 'bad-length';
  return hasHostBits(words, family === 4 ? 1 : 4, length) ? 'host-bits' : length;
}

/** Dotted form of an unsigned 32-bit number. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** Canonical text of four 32-bit words (RFC 5952 4). */
export function formatIpv6(words: ArrayLike<number>): string {
  const parts: number[] = [];
  for (let word = 0; word < 4; word++) parts.push((words[word] ?? 0) >>> 16, (words[word] ?? 0) & 0xffff);
  let best = 0;
  let bestLength = 1;
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && parts[at + length] === 0) length++;
    if (length > bestLength) {
      best = at;
      bestLength = length;
    }
  }
  const text = parts.map((part) => part.toString(16));
  if (bestLength < 2) return text.join(':');
  return `${text.slice(0, best).join(':')}::${text.slice(best + bestLength).join(':')}`;
}
