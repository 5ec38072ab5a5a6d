import type { AddressFacts } from '../../model/cloud.ts';
import type { AsnTable } from './asn-table.ts';
import type { List2018 } from './list-2018.ts';
import type { PrefixIndex } from './prefix-index.ts';

/** A cloud operator and the autonomous systems it is known by. */
export interface CloudOperator {
  /** Lower case, as in `AddressFacts.operator`. */
  readonly id: string;
  readonly name: string;
  readonly asns: readonly number[];
}

export interface FactSources {
  readonly asn?: AsnTable;
  /** Amazon's own list; without it nothing is said of prefixes, regions and services. */
  readonly aws?: PrefixIndex;
  readonly list2018: List2018;
  readonly operators: readonly CloudOperator[];
}

/**
 * Joins the tables into what is known of one address. A prefix on Amazon's own list makes the operator `aws` whatever the
 * AS is; anycast prefixes get no region. IPv4 inside IPv6 (NAT64, mapped) gets the facts of the IPv4 host. Text that is no
 * address has no facts.
 */
export function createAddressFacts(sources: FactSources): (address: string) => AddressFacts {
  const { asn, aws, list2018 } = sources;
  const operatorOf = new Map(sources.operators.flatMap(({ id, asns }) => asns.map((number) => [number, id] as const)));
  return (address) => {
    const system = asn?.find(address) ?? null;
    const entry = aws?.find(address) ?? -1;
    const listed = aws && entry >= 0 ? aws.describe(entry) : undefined;
    const operator = listed ? 'aws' : system && operatorOf.get(system.asn);
    const range2018 = list2018.tag(address);
    return {
      ...(system && { asn: system.asn }),
      ...(system && system.name !== '' && { asName: system.name }),
      ...(operator && { operator }),
      ...(listed && { prefix: listed.prefix, service: listed.service }),
      ...(listed?.region !== undefined && { region: listed.region }),
      ...(range2018 && { range2018 }),
    };
  };
}
