import { createAddressFacts } from '../engine/ranges/address-facts.ts';
import { parseIpRanges } from '../engine/ranges/ip-ranges.ts';
import { createPrefixIndex } from '../engine/ranges/prefix-index.ts';
import type { Scenario } from '../lab/scenario.ts';
import type { LoadedRanges } from './load-ranges.ts';

/**
 * The address tables of a run in a practice network. Where Amazon's own list is not at hand, the ranges that the scenario says
 * Amazon has there are used, so that practice shows what a check with the list shows.
 */
export function practiceRanges(
  amazon: Scenario['amazon'],
  loaded: LoadedRanges,
): Pick<LoadedRanges, 'facts' | 'source'> {
  if (loaded.aws || amazon.length === 0) return loaded;
  const { asn, list2018, operators } = loaded;
  const ranges = rangesOf(amazon);
  const facts = createAddressFacts({ aws: createPrefixIndex(ranges), list2018, operators, ...(asn && { asn }) });
  return { facts, source: { source: 'practice', createdAt: null, rows: ranges.rows } };
}

/** In the form of Amazon's own file, read by the same rules. */
function rangesOf(amazon: Scenario['amazon']) {
  const prefixes = amazon.map(({ prefix, region }) => ({
    ip_prefix: prefix,
    region,
    service: 'EC2',
    network_border_group: region,
  }));
  const file = { syncToken: '1', createDate: '2018-04-16-00-00-00', prefixes, ipv6_prefixes: [] };
  const parsed = parseIpRanges(JSON.stringify(file));
  if (!parsed.ok) throw new Error(`the practice ranges are no list: ${parsed.problem.code}`);
  return parsed.ranges;
}
