import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import data from '../../../data/ranges-2018.json' with { type: 'json' };
import { formatIpv4 } from '../../../engine/ranges/address-text.ts';
import { parseIpRanges } from '../../../engine/ranges/ip-ranges.ts';
import { createList2018 } from '../../../engine/ranges/list-2018.ts';
import { computeOverlay2018, describeRegion2018 } from '../../../engine/ranges/overlay-2018.ts';
import { createPrefixIndex } from '../../../engine/ranges/prefix-index.ts';
import { createSyntheticRanges } from '../../bench/synthetic-ranges.ts';
import { row2018 } from './row-2018.ts';
import { sampleAsnTable } from './sample-asn-table.ts';
import { type SampleRow, sampleRanges } from './sample-ranges.ts';

const operators = [{ id: 'aws', name: 'Amazon', asns: [16509, 14618] }];
const indexOf = (rows: readonly SampleRow[]) => ({ index: createPrefixIndex(sampleRanges(rows)) });

describe('the list of April 2018 over Amazon’s list', () => {
  const list2018 = createList2018([
    row2018('10.0.0.0/16', '2018-04-16'),
    row2018('10.0.128.0/17', '2018-04-17'),
    row2018('10.1.0.0/17', '2018-04-17'),
    row2018('10.9.0.0/16', '2018-04-17', { operator: 'google' }),
    row2018('10.8.0.0/16', '2018-04-17', { corroborated: false }),
  ]);
  const aws = indexOf([
    ['10.0.0.0/15', 'eu-central-1', 'AMAZON'],
    ['10.0.0.0/15', 'eu-central-1', 'EC2'],
    ['10.0.4.0/22', 'eu-central-1', 'S3'],
    // A prefix of another region, and one of none, inside it.
    ['10.0.8.0/24', 'eu-west-1', 'EC2'],
    ['10.0.9.0/24', 'GLOBAL', 'CLOUDFRONT'],
    ['10.4.0.0/16', 'us-east-1', 'EC2'],
    ['2600:1f00::/24', 'eu-central-1', 'EC2'],
  ]);
  const days = computeOverlay2018({ list2018, operators, aws });

  it('counts every day, each address once, by operator, and nothing that is uncorroborated', () => {
    expect(days.map(({ day, addresses }) => [day, addresses])).toEqual([
      ['2018-04-16', 65_536],
      ['2018-04-17', 65_536 + 32_768 + 65_536],
    ]);
    expect(days[0]?.operators).toEqual([{ operator: 'aws', addresses: 65_536 }]);
    expect(days[1]?.operators).toEqual([
      { operator: 'aws', addresses: 98_304 },
      { operator: 'google', addresses: 65_536 },
    ]);
  });

  it('tells how much of Amazon’s IPv4 space lies in it: repeated and nested prefixes count once', () => {
    expect(days.map(({ amazon }) => amazon)).toEqual([
      { inside: 65_536, total: 131_072 + 65_536 },
      { inside: 98_304, total: 131_072 + 65_536 },
    ]);
  });

  it('gives an address to the region of its longest prefix, and anycast to none', () => {
    expect(days[1]?.regions).toEqual([
      { region: 'eu-west-1', inside: 256, total: 256 },
      { region: 'eu-central-1', inside: 98_304 - 512, total: 131_072 - 512 },
    ]);
    expect(days[0]?.regions).toEqual([
      { region: 'eu-west-1', inside: 256, total: 256 },
      { region: 'eu-central-1', inside: 65_536 - 512, total: 131_072 - 512 },
    ]);
    expect(JSON.stringify(days)).not.toContain('GLOBAL');
  });

  it('says the same of one region, also of one that was spared, and nothing of what is none', () => {
    const tables = { list2018, operators, aws };
    expect(describeRegion2018('eu-central-1', tables)).toEqual({
      addresses: 131_072 - 512,
      days2018: [
        { day: '2018-04-16', addresses: 65_536 - 512 },
        { day: '2018-04-17', addresses: 98_304 - 512 },
      ],
    });
    expect(describeRegion2018('us-east-1', tables)?.days2018.map(({ addresses }) => addresses)).toEqual([0, 0]);
    for (const word of ['GLOBAL', 'eu-north-9', '__proto__']) expect(describeRegion2018(word, tables)).toBeUndefined();
    expect(describeRegion2018('eu-central-1', { list2018, operators })).toBeUndefined();
  });

  it('knows Amazon as a whole by its systems where there is no list of its own, and no region', () => {
    const asn = sampleAsnTable([
      ['10.0.0.0', '10.0.255.255', 16509],
      ['10.1.0.0', '10.1.255.255', 14618],
      ['10.9.0.0', '10.9.255.255', 15169],
    ]);
    const byOperator = computeOverlay2018({ list2018, operators, asn });
    expect(byOperator[1]).toMatchObject({ amazon: { inside: 98_304, total: 131_072 }, regions: [] });
  });

  it('claims no share of what no table knows', () => {
    const bare = computeOverlay2018({ list2018, operators });
    expect(bare.map(({ amazon, regions, addresses }) => [amazon, regions, addresses])).toEqual([
      [null, [], 65_536],
      [null, [], 163_840],
    ]);
  });

  it('agrees with counting addresses one by one, whatever nests in whatever', () => {
    const base = 0x0a000000;
    const prefix = fc.tuple(fc.nat(63), fc.integer({ min: 26, max: 32 })).map(([low, length]) => {
      const size = 2 ** (32 - length);
      return { start: base + low - (low % size), size, text: `${formatIpv4(base + low - (low % size))}/${length}` };
    });
    const amazonRow = fc.record({ prefix, region: fc.constantFrom('a', 'b', 'GLOBAL') });
    const listed = fc.array(prefix, { maxLength: 6 });
    fc.assert(
      fc.property(listed, fc.array(amazonRow, { minLength: 1, maxLength: 8 }), (list, rows) => {
        const made = createList2018(list.map(({ text }) => row2018(text, '2018-04-16')));
        const one = indexOf(rows.map(({ prefix: { text }, region }) => [text, region, 'EC2'] as const));
        const [day] = computeOverlay2018({ list2018: made, operators, aws: one });
        if (!day) {
          expect(list).toEqual([]);
          return;
        }
        const space = Array.from({ length: 64 }, (_, at) => base + at).filter(
          (address) => one.index.find4(address) >= 0,
        );
        const on = (address: number) => list.some(({ start, size }) => address >= start && address < start + size);
        expect(day.amazon).toEqual({ inside: space.filter(on).length, total: space.length });
        for (const { region, inside, total } of day.regions) {
          const own = space.filter((address) => one.index.describe(one.index.find4(address)).region === region);
          expect([region, inside, total]).toEqual([region, own.filter(on).length, own.length]);
        }
      }),
    );
  });
});

describe('the list of April 2018 itself', () => {
  const list2018 = createList2018(data.ranges);

  // aws.md, "April 2018".
  it('has 1,835,008 addresses on the 16th and 15,269,888 by the 18th', () => {
    const days = computeOverlay2018({ list2018, operators });
    expect(days.map(({ day, addresses }) => [day, addresses]).slice(0, 3)).toEqual([
      ['2018-04-16', 1_835_008],
      ['2018-04-17', 11_796_480],
      ['2018-04-18', 15_269_888],
    ]);
    expect(days.map(({ day }) => day)).toEqual(['2018-04-16', '2018-04-17', '2018-04-18', '2018-04-19', '2018-04-23']);
    for (const { addresses, operators: parts } of days) {
      expect(parts.reduce((sum, part) => sum + part.addresses, 0)).toBe(addresses);
    }
  });

  it('is laid over a list of Amazon’s full size in under 20 ms', () => {
    const parsed = parseIpRanges(createSyntheticRanges());
    if (!parsed.ok) throw new Error(parsed.problem.code);
    const aws = { index: createPrefixIndex(parsed.ranges) };
    const times = Array.from({ length: 5 }, () => {
      const begun = performance.now();
      computeOverlay2018({ list2018, operators, aws });
      return performance.now() - begun;
    });
    expect(Math.min(...times)).toBeLessThan(20);
  });
});
