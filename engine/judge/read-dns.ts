import { isIP } from 'node:net';
import type { Observation, ObservationOf } from '../../model/observation.ts';
import { isBogon, isFakeIp } from '../addresses.ts';
import { isStubAddress } from '../block-pages.ts';
import { type Case, looks } from './case.ts';

type Resolve = ObservationOf<'resolve'>;

/** What the resolvers said of one name, set side by side. */
export interface DnsReading {
  readonly system?: Resolve;
  /** The most trustworthy answer there is: DoH, here or through a control; else the plain comparator. */
  readonly trusted?: Resolve;
  readonly comparator?: Resolve;
  readonly nullAddress: boolean;
  readonly bogon: boolean;
  readonly stub: boolean;
  /** No address and no network in common with the trusted answer. */
  readonly disagree: boolean;
  /** Two different answers to one UDP question: a resolver sends one. */
  readonly twoAnswers?: Resolve;
  /** The plain comparator, on another server, gave the system's false answer as well. */
  readonly comparatorLiesToo: boolean;
  /** A handshake on an address that another resolver gave: valid certificate, or not. */
  readonly trueAddressOk?: Observation;
  readonly trueAddressFails?: Observation;
}

export function readDns(c: Case): DnsReading {
  const all = c.results
    .flatMap(({ observations }) => observations)
    .filter((item): item is Resolve => item.step === 'resolve');
  const named = all.filter((item) => item.name === c.hop.host);
  const currentIds = new Set(c.current.observations.map(({ id }) => id));
  const system = named.findLast((item) => item.resolver === 'system' && currentIds.has(item.id));
  const comparator = named.findLast((item) => item.resolver === 'udp');
  const doh = named.findLast((item) => item.resolver === 'doh' && item.answers.length > 0);
  const trusted = doh ?? (comparator && comparator.answers.length > 0 ? comparator : undefined);
  const addresses = ipv4First(system);
  const trustedAddresses = trusted?.answers.map(({ address }) => address) ?? [];
  const [nullAddress, bogon] = [
    addresses.some(isNull),
    addresses.some((address) => isBogon(address) && !isNull(address)),
  ];
  const stub = addresses.some((address) => isStubAddress(address, c.marks) !== undefined);
  const twoAnswers = named.find((item) => (item.laterAnswers?.length ?? 0) > 0);
  return {
    ...(system ? { system } : {}),
    ...(trusted ? { trusted } : {}),
    ...(comparator ? { comparator } : {}),
    ...(twoAnswers ? { twoAnswers } : {}),
    nullAddress,
    // A name that is private for everyone is not a lie.
    bogon: bogon && !trustedAddresses.some(isBogon),
    stub,
    disagree: addresses.length > 0 && trustedAddresses.length > 0 && !shareNetwork(c, addresses, trustedAddresses),
    comparatorLiesToo: lies(comparator, system),
    ...readTrueAddress(c),
  };
}

function ipv4First(observation: Resolve | undefined): readonly string[] {
  const addresses = observation?.answers.map(({ address }) => address) ?? [];
  const ipv4 = addresses.filter((address) => isIP(address) === 4 && !isFakeIp(address));
  return ipv4.length > 0 ? ipv4 : addresses.filter((address) => !isFakeIp(address));
}

/** What filters on one's own machine or router answer: nowhere. */
function isNull(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '::1' || address.startsWith('127.');
}

function shareNetwork(c: Case, a: readonly string[], b: readonly string[]): boolean {
  const networkOf = (address: string) => {
    const { asn, operator } = c.facts(address);
    if (operator !== undefined) return operator;
    return asn !== undefined ? `AS${asn}` : coarsePrefix(address);
  };
  const networks = new Set(b.map(networkOf));
  return a.some((address) => networks.has(networkOf(address)));
}

/** Where no table knows the network, addresses close together are taken for the same one. */
function coarsePrefix(address: string): string {
  return isIP(address) === 4 ? address.split('.').slice(0, 2).join('.') : address.split(':').slice(0, 2).join(':');
}

function lies(comparator: Resolve | undefined, system: Resolve | undefined): boolean {
  if (!comparator || !system) return false;
  if (system.failure) return comparator.failure?.kind === system.failure.kind;
  const said = new Set(system.answers.map(({ address }) => address));
  return comparator.answers.some(({ address }) => said.has(address));
}

function readTrueAddress(c: Case): Pick<DnsReading, 'trueAddressOk' | 'trueAddressFails'> {
  const proving = c.hop.secure ? looks(c, 'true-address', 'tls') : looks(c, 'true-address', 'http');
  const ok = proving.find((item) => !item.failure);
  const dialled = [...proving, ...looks(c, 'true-address', 'connect')];
  const fails = ok ? undefined : dialled.find((item) => item.failure);
  return { ...(ok ? { trueAddressOk: ok } : {}), ...(fails ? { trueAddressFails: fails } : {}) };
}
