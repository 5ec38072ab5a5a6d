import type { CloudHost } from './cloud-hosts.ts';

/** A range of April 2018, with the day it was first seen (YYYY-MM-DD). */
export interface Range2018 {
  readonly prefix: string;
  readonly firstSeen: string;
}

/** A tested service with an address in the ranges of April 2018. */
export interface Host2018 {
  readonly host: CloudHost;
  /** Clouds it has addresses on. */
  readonly operators: readonly string[];
  /** Its addresses that were on the list at last. */
  readonly inside: readonly (Range2018 & { readonly address: string })[];
  /** All its addresses that are known. */
  readonly addresses: number;
}

/** A service as it would be by the end of a day of the list. */
export interface Hit2018 extends Host2018 {
  /** Whether an address of it was not on the list by then, so that it would have gone on working in part. */
  readonly partly: boolean;
}

/** The services with an address on the list, each once whatever clouds it is on. */
export function hostsOf2018(
  hosts: readonly CloudHost[],
  ranges: ReadonlyMap<string, Range2018 | null>,
): readonly Host2018[] {
  const listed = new Set(hosts.filter(({ list2018 }) => list2018).map(({ targetId }) => targetId));
  const byTarget = Map.groupBy(
    hosts.filter(({ targetId }) => listed.has(targetId)),
    ({ targetId }) => targetId,
  );
  return [...byTarget.values()].flatMap((own) => {
    const [host] = own;
    const addresses = own.flatMap(({ findings }) => findings.map(({ address }) => address));
    const inside = addresses.flatMap((address) => {
      const range = ranges.get(address);
      return range ? [{ address, ...range }] : [];
    });
    if (!host || inside.length === 0) return [];
    return [{ host, operators: own.map(({ operator }) => operator), inside, addresses: addresses.length }];
  });
}

/** The services that would have been hit by the end of a day, those wholly on the list first. */
export function hitBy2018(hosts: readonly Host2018[], day: string): readonly Hit2018[] {
  return hosts
    .flatMap((host) => {
      const inside = host.inside.filter(({ firstSeen }) => firstSeen <= day);
      return inside.length === 0 ? [] : [{ ...host, inside, partly: inside.length < host.addresses }];
    })
    .toSorted((a, b) => Number(a.partly) - Number(b.partly));
}
