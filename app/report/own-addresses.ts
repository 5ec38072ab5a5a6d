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
export function mayHoldAddress(text: string): boolean {
  return /[\d:]/.test(text) && /[.:%_-]/.test(text);
}

/**
 * Replaces each address in a text that `replace` has something for. Found are IPv4 with dots, dashes (as in host names
 * made from addresses) or `%2E`, and every spelling of IPv6 (also IPv4-mapped, with a zone, or with `%3A`).
 */
export function replaceAddresses(text: string, replace: (canonical: string) => string | undefined): string {
  const swap = (found: string, canonical: string | undefined) =>
    canonical === undefined ? found : (replace(canonical) ?? found);
  if (!mayHoldAddress(text)) return text;
  const without6 =
    text.includes(':') || /%3a/i.test(text)
      ? text.replace(ipv6, (found) => swap(found, canonicalAddress(found.replace(/%3a/gi, ':'))))
      : text;
  return without6.replace(ipv4, (found) => swap(found, canonicalAddress(found.replace(/%2e|[-_]/gi, '.'))));
}
