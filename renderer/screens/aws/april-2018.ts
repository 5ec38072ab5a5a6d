import type { AddressFacts } from '../../../model/cloud.ts';
import type { CloudHost } from './cloud-hosts.ts';

/** A host of today's check in the ranges of April 2018. */
export interface Host2018 {
  readonly host: CloudHost;
  /** Of its addresses that are known, those in a range that was blocked by the day asked for. */
  readonly inside: readonly { readonly address: string; readonly prefix: string; readonly firstSeen: string }[];
  /** Whether an address of it stayed outside, so that it would have gone on working in part. */
  readonly partly: boolean;
}

/** The days on which ranges appeared that hold an address of these hosts, oldest first (YYYY-MM-DD). */
export function daysOf2018(hosts: readonly CloudHost[], facts: ReadonlyMap<string, AddressFacts>): readonly string[] {
  const days = hosts.flatMap(({ findings }) =>
    findings.flatMap(({ address }) => facts.get(address)?.range2018?.firstSeen ?? []),
  );
  return [...new Set(days)].toSorted();
}

/** The hosts that would have been hit by the end of a day, those wholly inside first. */
export function hitBy2018(
  hosts: readonly CloudHost[],
  facts: ReadonlyMap<string, AddressFacts>,
  day: string,
): readonly Host2018[] {
  return hosts
    .flatMap((host) => {
      const inside = host.findings.flatMap(({ address }) => {
        const range = facts.get(address)?.range2018;
        return range && range.firstSeen <= day ? [{ address, ...range }] : [];
      });
      return inside.length === 0 ? [] : [{ host, inside, partly: inside.length < host.findings.length }];
    })
    .toSorted((a, b) => Number(a.partly) - Number(b.partly));
}
