import { BlockList, isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Subnet = readonly [address: string, length: number];

function blockList(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, length] of subnets) list.addSubnet(address, length, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}

/** Not reachable from the public Internet: the special-purpose registries of IANA (RFC 6890), multicast and reserved space. */
const bogons = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // IETF protocol assignments, Teredo among them: no public host lives there, yet poisoned AAAA answers point there.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
]);

/** RFC 4291 2.4, RFC 3587: every global unicast address assigned so far. */
const globalUnicast = blockList([['2000::', 3]]);

/**
 * Answers a tunnel on this machine makes up so that it can tell by address which name was meant: the benchmarking range
 * (RFC 2544) by convention, and the half of the ULA space nobody may assign (RFC 4193 3.2).
 */
const fakeIps = blockList([
  ['198.18.0.0', 15],
  ['fc00::', 18],
]);

/** RFC 6052 2.1 and, for a network's own translators, RFC 8215. */
const nat64 = blockList([['64:ff9b::', 96]]);
const localNat64 = blockList([['64:ff9b:1::', 48]]);

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The one spelling of an address: dotted IPv4, or IPv6 as of RFC 5952 without a zone; an IPv4-mapped address is the IPv4
 * address it stands for. Null for anything else, such as `127.1` or `0x7f000001`, which only some parsers take.
 */
export function canonicalAddress(text: string): string | null {
  const bare = text.replace(/%.*$/s, '');
  const family = isIP(bare);
  if (family === 0) return null;
  if (family === 4) return bare;
  const address = ipaddr.IPv6.parse(bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** The IPv4 address inside 64:ff9b::/96 (RFC 6052 2.1), or null. */
export function nat64Embedded(address: string): string | null {
  const canonical = canonicalAddress(address);
  if (canonical === null || !isIPv6(canonical) || !isIn(nat64, canonical)) return null;
  return new ipaddr.IPv4(ipaddr.IPv6.parse(canonical).toByteArray().slice(12)).toString();
}

/** Whether a tunnel on this machine made the address up: 198.18.0.0/15 or fc00::/18. */
export function isFakeIp(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical !== null && isIn(fakeIps, canonical);
}

/**
 * Whether no public service can live at the address. NAT64 addresses are judged by the IPv4 address inside, and fake-IP
 * answers are not bogons: a tunnel is no censor. Text that is no address is not a bogon either.
 */
export function isBogon(address: string): boolean {
  const canonical = nat64Embedded(address) ?? canonicalAddress(address);
  if (canonical === null || isIn(fakeIps, canonical)) return false;
  if (isIn(bogons, canonical)) return true;
  return isIPv6(canonical) && !isIn(globalUnicast, canonical) && !isIn(localNat64, canonical);
}

/**
 * Key of the neighbourhood an address shares limits with: its /24, or its /48 for IPv6, the usual size of one site
 * (RFC 6177). Text that is no address is its own key.
 */
export function prefixKey(address: string): string {
  const canonical = canonicalAddress(address);
  if (canonical === null) return address;
  if (!isIPv6(canonical)) return canonical.replace(/\d+$/, '0/24');
  const bytes = ipaddr.IPv6.parse(canonical).toByteArray();
  return `${new ipaddr.IPv6(bytes.fill(0, 6)).toRFC5952String()}/48`;
}
