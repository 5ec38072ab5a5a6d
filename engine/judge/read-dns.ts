import { isIP } from 'node:net';
import type { Observation, ObservationOf } from '../../model/observation.ts';
import { isBogon, isFakeIp, nat64Embedded } from '../addresses.ts';
import { isStubAddress } from '../block-pages.ts';
import { type Case, looks, seen } from './case.ts';

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
  /** DoH says as well that there is no such name, or no address for it. */
  readonly gone: boolean;
  /** Two different answers to one UDP question: a resolver sends one. */
  readonly twoAnswers?: Resolve;
  /** The plain comparator, on another server, gave the system's false answer as well. */
  readonly comparatorLiesToo: boolean;
  /** A handshake on an address that another resolver gave: valid certificate, or not. */
  readonly trueAddressOk?: Observation;
  readonly trueAddressFails?: Observation;
}

export function readDns(c: Case): DnsReading {
  const named = c.results
    .flatMap(({ observations }) => observations)
    .filter((item): item is Resolve => item.step === 'resolve' && item.name === c.hop.host);
  const system = seen(c, 'resolve').findLast((item) => item.resolver === 'system' && item.name === c.hop.host);
  const doh = named.filter((item) => item.resolver === 'doh');
  const udp = named.filter((item) => item.resolver === 'udp');
  const answered = doh.some(hasAnswers) ? doh.filter(hasAnswers) : udp.filter(hasAnswers);
  const addresses = addressesOf(system);
  // All of them together: one name has other addresses in every part of the world.
  const trustedAddresses = answered.flatMap((item) => addressesOf(item));
  const liar = udp.find((item) => lies(item, system));
  const twoAnswers = udp.find((item) => answersDiffer(c, item));
  const publicElsewhere = !trustedAddresses.some(isBogon);
  return {
    ...(system ? { system } : {}),
    ...(answered[0] ? { trusted: answered[0] } : {}),
    ...(liar ? { comparator: liar } : {}),
    ...(twoAnswers ? { twoAnswers } : {}),
    nullAddress: addresses.some(isNull),
    // A name that is private for everyone is not a lie.
    bogon: publicElsewhere && addresses.some((address) => isBogon(address) && !isNull(address)),
    stub: addresses.some((address) => isStubAddress(address, c.marks) && !trustedAddresses.includes(address)),
    disagree: addresses.length > 0 && trustedAddresses.length > 0 && !shareNetwork(c, addresses, trustedAddresses),
    gone:
      answered.length === 0 && doh.some(({ failure }) => failure?.kind === 'nxdomain' || failure?.kind === 'no-answer'),
    comparatorLiesToo: liar !== undefined,
    ...readTrueAddress(c),
  };
}

function hasAnswers(item: Resolve): boolean {
  return item.answers.length > 0;
}

/** IPv4 where there is any, without what a tunnel on this machine made up; NAT64 as the IPv4 address it stands for. */
function addressesOf(observation: Resolve | undefined): readonly string[] {
  const addresses = observation?.answers.map(({ address }) => nat64Embedded(address) ?? address) ?? [];
  const real = addresses.filter((address) => !isFakeIp(address));
  const ipv4 = real.filter((address) => isIP(address) === 4);
  return ipv4.length > 0 ? ipv4 : real;
}

/** What filters on one's own machine or router answer: nowhere. */
function isNull(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '::1' || address.startsWith('127.');
}

function shareNetwork(c: Case, a: readonly string[], b: readonly string[]): boolean {
  const networks = new Set(b.map((address) => networkOf(c, address)));
  return a.some((address) => networks.has(networkOf(c, address)));
}

function networkOf(c: Case, address: string): string {
  const { asn, operator } = c.facts(address);
  if (operator !== undefined) return operator;
  return asn !== undefined ? `AS${asn}` : coarsePrefix(address);
}

/** Where no table knows the network, addresses close together are taken for the same one. */
function coarsePrefix(address: string): string {
  return isIP(address) === 4 ? address.split('.').slice(0, 2).join('.') : address.split(':').slice(0, 2).join(':');
}

function answersDiffer(c: Case, { answers, laterAnswers = [] }: Resolve): boolean {
  const first = answers.map(({ address }) => address);
  return laterAnswers.some((later) => {
    const addresses = later.map(({ address }) => address);
    // The same network once more is a retransmission or a round robin; an address after a denial is neither.
    return addresses.length > 0 && !shareNetwork(c, first, addresses);
  });
}

function lies(comparator: Resolve, system: Resolve | undefined): boolean {
  if (!system) return false;
  // Silence proves nothing: a network that drops the plain resolver's port does so for every name.
  if (system.failure) return system.failure.kind !== 'timeout' && comparator.failure?.kind === system.failure.kind;
  const said = new Set(system.answers.map(({ address }) => address));
  return comparator.answers.some(({ address }) => said.has(address));
}

function readTrueAddress(c: Case): Pick<DnsReading, 'trueAddressOk' | 'trueAddressFails'> {
  const proving = c.hop.secure ? looks(c, 'true-address', 'tls') : looks(c, 'true-address', 'http');
  const ok = proving.find((item) => !item.failure);
  const fails = ok ? undefined : [...proving, ...looks(c, 'true-address', 'connect')].find((item) => item.failure);
  return { ...(ok ? { trueAddressOk: ok } : {}), ...(fails ? { trueAddressFails: fails } : {}) };
}
