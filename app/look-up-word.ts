import type { Network } from '../engine/network.ts';
import { type CidrRange, describeCidr, readCidr } from '../engine/ranges/cidr-facts.ts';
import { describeRegion2018, type Region2018 } from '../engine/ranges/overlay-2018.ts';
import type { AddressFacts } from '../model/cloud.ts';
import type { Problem } from '../model/problem.ts';
import { parseAddress, parseHost } from './input/parse-host.ts';
import type { LoadedRanges } from './load-ranges.ts';
import { prefixReasons } from './read-ranges-file.ts';

export type LookupResult =
  | { readonly kind: 'address'; readonly word: string; readonly address: string; readonly facts: AddressFacts }
  | {
      readonly kind: 'host';
      readonly word: string;
      readonly resolver: 'system';
      readonly addresses: readonly { readonly address: string; readonly facts: AddressFacts }[];
      /** Why there are no addresses: an errno of getaddrinfo, such as ENOTFOUND, or `timeout`. */
      readonly failure?: string;
    }
  | ({ readonly kind: 'cidr'; readonly word: string } & CidrResult)
  /** One of Amazon's regions, by its code: `eu-central-1`. */
  | ({ readonly kind: 'region'; readonly word: string } & Region2018);

type CidrResult = ReturnType<typeof toCidrResult>;

export type LookupWord =
  | { readonly kind: 'address' | 'host'; readonly word: string; readonly value: string }
  | { readonly kind: 'cidr'; readonly word: string; readonly range: CidrRange };

const resolveTimeoutMs = 10_000;

/** Addresses as decimal text: an IPv6 range has more than a JSON number can hold. */
function toCidrResult(range: CidrRange, tables: LoadedRanges) {
  const facts = describeCidr(range, { asn: tables.asn, aws: tables.aws?.index, list2018: tables.list2018 });
  return {
    addresses: String(facts.addresses),
    prefixes: facts.prefixes.map(({ prefix, region, services }) => ({ prefix, ...(region && { region }), services })),
    regions: Object.fromEntries(facts.regions),
    services: Object.fromEntries(facts.services),
    systems: facts.systems.map(({ asn, name, addresses }) => ({ asn, name, addresses: String(addresses) })),
    addresses2018: facts.addresses2018,
    days2018: facts.days2018,
  };
}

/** Whether a word is an address, a range or a name, or why it is none of them. */
export function readLookupWord(word: string): LookupWord | Problem {
  if (word.includes('/')) {
    const range = readCidr(word);
    if (typeof range === 'object') return { kind: 'cidr', word, range };
    return { field: word, code: 'ranges-prefix', params: { reason: prefixReasons[range] } };
  }
  const address = parseAddress(word);
  if (address !== undefined) return { kind: 'address', word, value: address };
  const host = parseHost(word);
  return host === undefined ? { code: 'host-malformed', params: { host: word } } : { kind: 'host', word, value: host };
}

async function lookUpHost(
  word: string,
  name: string,
  tables: LoadedRanges,
  network: Pick<Network, 'lookup'>,
  signal: AbortSignal,
): Promise<LookupResult> {
  const base = { kind: 'host', word, resolver: 'system' } as const;
  const timeout = AbortSignal.timeout(resolveTimeoutMs);
  try {
    const found = await network.lookup(name, { signal: AbortSignal.any([signal, timeout]) });
    const addresses = [...new Set(found)].map((address) => ({ address, facts: tables.facts(address) }));
    return { ...base, addresses };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { ...base, addresses: [], failure: timeout.aborted ? 'timeout' : code };
  }
}

/**
 * What the tables on this machine know of a word. Nothing is asked of the network, except the system's resolver for a host
 * name. Never rejects.
 */
export async function lookUpWord(
  word: LookupWord,
  tables: LoadedRanges,
  network: Pick<Network, 'lookup'>,
  signal: AbortSignal,
): Promise<LookupResult> {
  if (word.kind === 'cidr') return { kind: 'cidr', word: word.word, ...toCidrResult(word.range, tables) };
  // No name without a dot is looked up for anybody who means a region of the list in use.
  const region = word.kind === 'host' && !word.value.includes('.') && describeRegion2018(word.value, tables);
  if (region) return { kind: 'region', word: word.word, ...region };
  if (word.kind === 'host') return lookUpHost(word.word, word.value, tables, network, signal);
  return { kind: 'address', word: word.word, address: word.value, facts: tables.facts(word.value) };
}
