import { type IpRanges, parseIpRanges } from '../../../engine/ranges/ip-ranges.ts';

export type SampleRow = readonly [prefix: string, region: string, service: string];

/** A file in Amazon's form with the given rows; IPv6 rows are told by their colons. */
export function sampleFile(rows: readonly SampleRow[], head: Record<string, unknown> = {}): Record<string, unknown> {
  const list = (field: string, isWanted: (prefix: string) => boolean) =>
    rows
      .filter(([prefix]) => isWanted(prefix))
      .map(([prefix, region, service]) => ({ [field]: prefix, region, service, network_border_group: region }));
  return {
    syncToken: '1787433425',
    createDate: '2026-08-22-21-17-05',
    prefixes: list('ip_prefix', (prefix) => !prefix.includes(':')),
    ipv6_prefixes: list('ipv6_prefix', (prefix) => prefix.includes(':')),
    ...head,
  };
}

export function sampleRanges(rows: readonly SampleRow[]): IpRanges {
  const parsed = parseIpRanges(JSON.stringify(sampleFile(rows)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.ranges;
}
