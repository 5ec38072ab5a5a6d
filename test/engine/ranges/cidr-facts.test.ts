import { describe, expect, it } from 'vitest';
import { describeCidr, readCidr } from '../../../engine/ranges/cidr-facts.ts';
import { createList2018 } from '../../../engine/ranges/list-2018.ts';
import { createPrefixIndex } from '../../../engine/ranges/prefix-index.ts';
import { sampleAsnTable } from './sample-asn-table.ts';
import { sampleRanges } from './sample-ranges.ts';

const tables = {
  asn: sampleAsnTable([
    ['52.56.0.0', '52.59.255.255', 16509],
    ['52.60.0.0', '52.60.0.255', 7],
    ['2600:1f00::', '2600:1fff:ffff:ffff:ffff:ffff:ffff:ffff', 16509],
  ]),
  aws: createPrefixIndex(
    sampleRanges([
      ['52.58.0.0/15', 'eu-central-1', 'AMAZON'],
      ['52.58.0.0/15', 'eu-central-1', 'EC2'],
      ['52.56.0.0/16', 'eu-west-2', 'AMAZON'],
      ['52.84.0.0/15', 'GLOBAL', 'CLOUDFRONT'],
      ['2600:1f00::/24', 'eu-central-1', 'EC2'],
    ]),
  ),
  list2018: createList2018([
    { prefix: '52.58.0.0/15', operator: 'aws', firstSeen: '2018-04-16', source: 'regulator', corroborated: true },
  ]),
};
function factsOf(text: string, from: Parameters<typeof describeCidr>[1] = tables) {
  const range = readCidr(text);
  if (typeof range !== 'object') throw new Error(String(range));
  return describeCidr(range, from);
}

describe('readCidr', () => {
  it.each([
    ['52.56.0.0/13', { family: 4, first: [0x34380000], last: [0x343fffff], addresses: 2n ** 19n }],
    ['0.0.0.0/0', { family: 4, first: [0], last: [0xffffffff], addresses: 2n ** 32n }],
    ['::/0', { family: 6, first: [0, 0, 0, 0], last: Array(4).fill(0xffffffff), addresses: 2n ** 128n }],
    [
      '2600::/33',
      {
        family: 6,
        first: [0x26000000, 0, 0, 0],
        last: [0x26000000, 0x7fffffff, 0xffffffff, 0xffffffff],
        addresses: 2n ** 95n,
      },
    ],
    ['52.58.0.0/14', 'host-bits'],
    ['52.58.0.0/', 'bad-length'],
    ['example.com/24', 'unknown-characters'],
  ])('%s', (text, expected) => expect(readCidr(text)).toEqual(expected));
});

describe('describeCidr', () => {
  it('says what is inside', () => {
    expect(factsOf('52.56.0.0/13')).toEqual({
      addresses: 524_288n,
      prefixes: [
        { prefix: '52.56.0.0/16', family: 4, region: 'eu-west-2', service: 'AMAZON', services: ['AMAZON'] },
        { prefix: '52.58.0.0/15', family: 4, region: 'eu-central-1', service: 'EC2', services: ['AMAZON', 'EC2'] },
      ],
      regions: [
        ['eu-central-1', 1],
        ['eu-west-2', 1],
      ],
      services: [
        ['AMAZON', 2],
        ['EC2', 1],
      ],
      systems: [
        { asn: 16509, addresses: 262_144n, name: 'Network 16509' },
        { asn: 7, addresses: 256n, name: 'Network 7' },
      ],
      addresses2018: 131_072,
      days2018: [{ day: '2018-04-16', addresses: 131_072 }],
    });
  });
  it('says what is around', () => {
    expect(factsOf('52.58.7.0/24')).toMatchObject({ regions: [['eu-central-1', 1]], addresses2018: 256 });
    expect(factsOf('2600:1f00:1::/48')).toMatchObject({
      regions: [['eu-central-1', 1]],
      addresses2018: 0,
      days2018: [],
    });
  });
  it('says less with fewer tables', () => {
    expect(factsOf('52.58.7.0/24', { list2018: tables.list2018 })).toEqual({
      addresses: 256n,
      prefixes: [],
      regions: [],
      services: [],
      systems: [],
      addresses2018: 256,
      days2018: [{ day: '2018-04-16', addresses: 256 }],
    });
  });
});
