import { describe, expect, it } from 'vitest';
import { createAddressFacts, type FactSources } from '../../../engine/ranges/address-facts.ts';
import { createList2018 } from '../../../engine/ranges/list-2018.ts';
import { createPrefixIndex } from '../../../engine/ranges/prefix-index.ts';
import { addressFactsSchema } from '../../../model/cloud.ts';
import { sampleAsnTable } from './sample-asn-table.ts';
import { sampleRanges } from './sample-ranges.ts';

const asn = sampleAsnTable([
  ['8.8.8.0', '8.8.8.255', 15169],
  ['9.9.9.0', '9.9.9.255', 19281],
  ['15.0.0.0', '15.0.255.255', 400],
  ['52.58.0.0', '52.59.255.255', 16509],
  ['52.95.0.0', '52.95.255.255', 16509],
]);
const aws = createPrefixIndex(
  sampleRanges([
    ['52.58.0.0/15', 'eu-central-1', 'AMAZON'],
    ['52.58.0.0/15', 'eu-central-1', 'EC2'],
    ['15.0.0.0/16', 'GLOBAL', 'CLOUDFRONT'],
    ['2600:9000::/28', 'GLOBAL', 'AMAZON'],
  ]),
);
const list2018 = createList2018([
  { prefix: '52.58.0.0/15', operator: 'aws', firstSeen: '2018-04-16', source: 'regulator', corroborated: true },
]);
const operators = [
  { id: 'aws', name: 'Amazon', asns: [16509] },
  { id: 'google', name: 'Google', asns: [15169, 396982] },
];
const range2018 = { prefix: '52.58.0.0/15', firstSeen: '2018-04-16' };
const factsOf = (address: string, sources: Partial<FactSources> = { asn, aws }) => {
  const facts = createAddressFacts({ list2018, operators, ...sources })(address);
  expect(addressFactsSchema.safeParse(facts).success).toBe(true);
  return facts;
};
const amazon = { asn: 16509, asName: 'Network 16509', operator: 'aws' };
const frankfurt = { prefix: '52.58.0.0/15', region: 'eu-central-1', service: 'EC2' };

describe('createAddressFacts', () => {
  it('joins all tables', () => expect(factsOf('52.58.1.1')).toEqual({ ...amazon, ...frankfurt, range2018 }));

  it('knows a region from Amazon’s own list only', () => {
    expect(factsOf('52.58.1.1', { asn })).toEqual({ ...amazon, range2018 });
    expect(factsOf('52.95.1.1')).toEqual(amazon);
    expect(factsOf('52.58.1.1', { aws })).toEqual({ operator: 'aws', ...frankfurt, range2018 });
  });

  it('believes Amazon’s list where the AS is another’s, and claims no region for anycast', () => {
    expect(factsOf('15.0.0.1')).toEqual({
      asn: 400,
      asName: 'Network 400',
      operator: 'aws',
      prefix: '15.0.0.0/16',
      service: 'CLOUDFRONT',
    });
  });

  it('names other operators by AS, and none for other networks', () => {
    expect(factsOf('8.8.8.8')).toEqual({ asn: 15169, asName: 'Network 15169', operator: 'google' });
    expect(factsOf('9.9.9.9')).toEqual({ asn: 19281, asName: 'Network 19281' });
  });

  it('looks NAT64 addresses up by the IPv4 host behind them', () => {
    expect(factsOf('64:ff9b::343a:101')).toEqual(factsOf('52.58.1.1'));
    expect(factsOf('64:ff9b::52.58.1.1')).toEqual(factsOf('52.58.1.1'));
    expect(factsOf('64:ff9b:1::52.58.1.1')).toEqual({});
  });

  it('has no facts for an unknown address, nor for what is none', () => {
    for (const address of ['10.0.0.1', '::1', 'example.com', '', '52.58.1.1:443']) expect(factsOf(address)).toEqual({});
  });
});
