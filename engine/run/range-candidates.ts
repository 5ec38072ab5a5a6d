import { isIP } from 'node:net';
import type { AddressFacts } from '../../model/cloud.ts';
import type { SiblingProbe } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';
import { canonicalAddress } from '../addresses.ts';
import { placeOfUrl } from '../place-of-url.ts';
import { siteOf } from '../site-of.ts';
import type { OtherHost } from './run-input.ts';

/** A host that may be asked about a range, at the address by which it lies in it. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly prefix: string;
  readonly source: SiblingProbe['source'];
  /** Absent for one that is nothing but an address. */
  readonly host?: string;
  /** How a control shows that it is alive: a valid certificate for this name, or any answer to this request. */
  readonly proof: { readonly serverName: string } | { readonly url: string };
}

/** The candidates found so far, by prefix. */
export interface CandidateList {
  /** Takes in a host at an address, where that helps. */
  offer(found: Omit<Candidate, 'prefix'>): void;
  /** Whether every range has as many as it lacks. */
  isFull(): boolean;
  readonly byPrefix: ReadonlyMap<string, readonly Candidate[]>;
}

/**
 * @param lacking how many more witnesses each range could use
 * @param known hosts that were tested already: another of the same site, or on the same address, is no new witness
 */
export function listCandidates(
  lacking: ReadonlyMap<string, number>,
  known: readonly { readonly host: string; readonly address: string }[],
  facts: (address: string) => AddressFacts,
): CandidateList {
  const byPrefix = new Map<string, Candidate[]>([...lacking.keys()].map((prefix) => [prefix, []]));
  const taken = new Set(known.flatMap(({ host, address }) => [siteOf(host), address]));
  return {
    offer: (found) => {
      const { prefix } = facts(found.address);
      const list = prefix === undefined ? undefined : byPrefix.get(prefix);
      const site = siteOf(found.host ?? found.address);
      if (prefix === undefined || !list || list.length >= (lacking.get(prefix) ?? 0)) return;
      if (taken.has(site) || taken.has(found.address)) return;
      taken.add(site).add(found.address);
      list.push({ ...found, prefix });
    },
    isFull: () => [...byPrefix].every(([prefix, list]) => list.length >= (lacking.get(prefix) ?? 0)),
    byPrefix,
  };
}

/** What Amazon's page for the same purpose asks these addresses for. */
const reachabilityPath = '/green-icon.gif';

export function candidateAtAddress(address: string): Omit<Candidate, 'prefix'> | undefined {
  const canonical = canonicalAddress(address);
  if (canonical === null) return undefined;
  const host = isIP(canonical) === 6 ? `[${canonical}]` : canonical;
  const proof = { url: `http://${host}${reachabilityPath}` };
  return { address: canonical, port: 80, source: 'reachability', proof };
}

/** How a target can be asked; nothing for one whose answer would prove nothing, such as a bare TCP port or Telegram's protocol. */
export function howToAsk({ target, source }: OtherHost): Omit<Candidate, 'prefix' | 'address'> | undefined {
  const { host, protocol, url } = target;
  if (isIP(host) !== 0 || protocol === 'tcp' || protocol === 'mtproto') return undefined;
  const { port, secure } = url === undefined ? { port: target.port, secure: true } : placeOfUrl(new URL(url));
  if (secure) return { host, port, source, proof: { serverName: host } };
  return url === undefined || protocol === 'websocket' ? undefined : { host, port, source, proof: { url } };
}

/** Addresses that need no resolver. */
export function pinnedAddresses({ addresses }: Target): readonly string[] {
  return (addresses ?? []).map(canonicalAddress).filter((address) => address !== null);
}
