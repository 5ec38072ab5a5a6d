import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * An address in one spelling: IPv4-mapped IPv6 as IPv4, zones dropped, RFC 5952. Undefined for what is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  // IPv4 has one spelling that is accepted here, and most addresses are IPv4.
  if (isIPv4(text)) return text;
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!/^[0-9a-f:.]{2,64}$/i.test(bare) || !(bare.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(bare))) {
    return undefined;
  }
  return ipaddr.isValid(bare) ? format(ipaddr.process(bare)) : undefined;
}

function format(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

/**
 * What kind of address it is, in place of the address itself: `private IPv4`, `public IPv6`, …; never the
 * address. What is such a class already stays as it is.
 */
export function addressClass(text: string): string {
  const canonical = canonicalAddress(text);
  if (canonical === undefined) return /^[a-z-]+ IPv[46]$/.test(text) ? text : 'local address';
  const address = ipaddr.parse(canonical);
  return `${classes[address.range()] ?? 'public'} ${address.kind() === 'ipv6' ? 'IPv6' : 'IPv4'}`;
}

const classes: Readonly<Record<string, string>> = {
  private: 'private',
  uniqueLocal: 'private',
  linkLocal: 'link-local',
  loopback: 'loopback',
  carrierGradeNat: 'shared',
  unspecified: 'unspecified',
};

/** Nobody is found by an address that every machine has. */
export function identifiesSomeone(canonical: string): boolean {
  return !['loopback', 'unspecified'].includes(ipaddr.parse(canonical).range());
}

// A percent escape such as %20 may stand right before: its digits are not the address's.
const ipv4 = /(?<=^|[^\d.]|%[0-9a-f]{2})\d{1,3}(?:(?:\.|-|_|%2e)\d{1,3}){3}(?![\d]|\.\d)/gi;
// Groups around colons, maybe an IPv4 tail and a zone; parsing decides whether it is an address.
const ipv6 =
  /(?<=^|[^0-9a-z]|%[0-9a-f]{2})(?:[0-9a-f]{0,4}(?::|%3a)){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?![0-9a-z])|)(?:%[\w.-]+)?/gi;

/** A cheap look ahead of the thorough one: an address has a digit or a colon, and something between its parts. */
function mayHoldAddress(text: string): boolean {
  return /[\d:]/.test(text) && /[.:%_-]/.test(text);
}

type Replace = (canonical: string) => string | undefined;

/**
 * Replaces each address in a text that `replace` has something for. Found are IPv4 with dots, dashes (as in host names
 * made from addresses) or `%2E`, every spelling of IPv6 (also IPv4-mapped, with a zone, or with `%3A`), and both where
 * they are wholly percent-encoded or stand in a word of base64, which is then replaced as a whole.
 */
export function replaceAddresses(text: string, replace: Replace): string {
  if (!mayHoldAddress(text)) return replaceEncoded(text, replace);
  const kept = new Set<string>();
  const plain = replacePlain(text, (canonical) => {
    const stand = replace(canonical);
    if (stand === undefined) kept.add(canonical);
    return stand;
  });
  const decoded = decodeOften(plain);
  const shown =
    decoded === plain
      ? plain
      : replacePlain(decoded, (canonical) => (kept.has(canonical) ? undefined : replace(canonical)));
  // What was decoded in vain stays as it was.
  return replaceEncoded(shown === decoded ? plain : shown, replace);
}

function replacePlain(text: string, replace: Replace): string {
  const swap = (found: string, canonical: string | undefined) =>
    canonical === undefined ? found : (replace(canonical) ?? found);
  const without6 =
    text.includes(':') || /%3a/i.test(text)
      ? text.replace(ipv6, (found) => swap(found, canonicalAddress(found.replace(/%3a/gi, ':'))))
      : text;
  return without6.replace(ipv4, (found) => swap(found, canonicalAddress(found.replace(/%2e|[-_]/gi, '.'))));
}

/** Digits, letters a to f, dots, dashes and colons that were percent-encoded without need, up to twice over. */
function decodeOften(text: string): string {
  let decoded = text;
  for (let round = 0; round < 3 && decoded.includes('%'); round++) {
    decoded = decoded.replace(/%(25|2d|2e|3[0-9a]|[46][1-6])/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  }
  return decoded;
}

/** Long enough for the shortest address, with a capital or a digit as all base64 of addresses has. */
const base64Words = /[A-Za-z0-9+_-]{10,4096}={0,2}/g;

function replaceEncoded(text: string, replace: Replace): string {
  return text.replace(base64Words, (word) => {
    if (!/[A-Z]/.test(word)) return word;
    const plain = Buffer.from(word, 'base64').toString('latin1');
    if (!mayHoldAddress(plain)) return word;
    let stand: string | undefined;
    replacePlain(plain, (canonical) => {
      stand ??= replace(canonical);
      return undefined;
    });
    return stand ?? word;
  });
}

/**
 * Other spellings that servers make of an address they know, such as a decimal number in a query or the name it has in the
 * DNS (RFC 1035 3.5, RFC 3596 2.5). They look like anything else, so only those of known addresses can be found.
 */
export function findSpellings(addresses: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(
    [...addresses].flatMap((address) => {
      const parsed = ipaddr.parse(address);
      const bytes = parsed.toByteArray();
      const hex = Buffer.from(bytes).toString('hex');
      const texts =
        parsed.kind() === 'ipv4'
          ? [String(Number.parseInt(hex, 16)), hex, ...joins(bytes.toReversed().map(String))]
          : [
              hex,
              [...hex].toReversed().join('.'),
              (hex.match(/.{4}/g) ?? []).join('-'),
              address.replaceAll(':', '-'),
              address.replaceAll(':', '.'),
            ];
      return texts.map((text) => [text, address] as const);
    }),
  );
}

/** As host names have it; with dots only before what says that it is turned round, for it may be another address. */
function joins(octets: readonly string[]): readonly string[] {
  return [octets.join('-'), `${octets.join('.')}.in-addr.arpa`];
}

/**
 * The IPv4 address an IPv6 one is made from: 6to4 (RFC 3056), NAT64 (RFC 6052) and Teredo (RFC 4380), where it is written
 * inverted; undefined for any other.
 */
export function embeddedIpv4(canonical: string): string | undefined {
  const address = ipaddr.parse(canonical);
  if (!(address instanceof ipaddr.IPv6)) return undefined;
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === '6to4') return bytes.slice(2, 6).join('.');
  if (range === 'rfc6052') return bytes.slice(12).join('.');
  return range === 'teredo'
    ? bytes
        .slice(12)
        .map((byte) => 255 - byte)
        .join('.')
    : undefined;
}

/** Ranges of IPv6 whose first half is the same everywhere, or says no more than the IPv4 address inside. */
const everybodys: ReadonlySet<string> = new Set([
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'ipv4Mapped',
  'rfc6145',
  'rfc6052',
  '6to4',
  'teredo',
]);

/** The /64 an IPv6 address is in, which is one household's or one machine's; undefined for any other address. */
export function household(canonical: string): string | undefined {
  const address = ipaddr.parse(canonical);
  if (!(address instanceof ipaddr.IPv6) || everybodys.has(address.range())) return undefined;
  return address.parts.slice(0, 4).join(':');
}
