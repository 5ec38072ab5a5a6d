import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import data from '../../../data/ranges-2018.json' with { type: 'json' };
import { formatIpv4 } from '../../../engine/ranges/address-text.ts';
import { createList2018 } from '../../../engine/ranges/list-2018.ts';
import { row2018 } from './row-2018.ts';

describe('createList2018', () => {
  it('counts what overlaps once, like a naive count', () => {
    const prefix = fc.tuple(fc.nat(63), fc.integer({ min: 26, max: 32 })).map(([low, length]) => {
      const size = 2 ** (32 - length);
      return [0x0a000000 + low - (low % size), length] as const;
    });
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 12 }), fc.nat(63), fc.nat(63), (list, from, to) => {
        const made = createList2018(
          list.map(([start, length]) => row2018(`${formatIpv4(start)}/${length}`, '2018-04-16')),
        );
        const seen = new Set(
          list.flatMap(([start, length]) => Array.from({ length: 2 ** (32 - length) }, (_, at) => start + at)),
        );
        expect(made.countAddresses()).toBe(seen.size);
        const within = { first: 0x0a000000 + from, last: 0x0a000000 + to };
        const inside = [...seen].filter((address) => address >= within.first && address <= within.last);
        expect(made.countAddresses({ within })).toBe(inside.length);
      }),
    );
  });

  it('tags an address with the range that blocked it first', () => {
    const list = createList2018([
      row2018('34.240.0.0/13', '2018-04-18'),
      row2018('34.192.0.0/10', '2018-04-17'),
      row2018('35.0.0.0/8', '2018-04-18'),
      row2018('35.160.0.0/13', '2018-04-18'),
      row2018('52.0.0.0/11', '2018-04-17', { corroborated: false }),
    ]);
    expect(list.tag('34.241.0.1')).toEqual({ prefix: '34.192.0.0/10', firstSeen: '2018-04-17' });
    expect(list.tag('35.160.0.1')).toEqual({ prefix: '35.160.0.0/13', firstSeen: '2018-04-18' });
    expect(list.tag('64:ff9b::35.0.0.1')?.prefix).toBe('35.0.0.0/8');
    for (const address of ['52.0.0.1', '2600:1f00::1', '36.0.0.0', 'example.com'])
      expect(list.tag(address)).toBeUndefined();
  });

  it('refuses a row that cannot be right', () => {
    expect(() => createList2018([row2018('10.0.0.1/8', '2018-04-16')])).toThrow(RangeError);
    expect(() => createList2018([row2018('10.0.0.0/8', 'April')])).toThrow(RangeError);
  });
});

describe('data/ranges-2018.json', () => {
  const list = createList2018(data.ranges);

  // aws.md, "April 2018".
  it.each([
    ['the first evening: the regulator’s four subnets', { until: '2018-04-16', sources: ['regulator'] }, 655_360],
    ['that night', { until: '2018-04-16' }, 1_835_008],
    ['the morning of 18 April', { until: '2018-04-18' }, 15_269_888],
    // aws.md says 16,624,896, which no choice of rows can give: all their sizes are multiples of 8,192.
    ['19 April, as the rows have it', { until: '2018-04-19' }, 16_646_144],
  ])('%s: %j', (_, filter, addresses) => expect(list.countAddresses(filter)).toBe(addresses));

  it('holds each prefix once, of known operators and sources, in April 2018', () => {
    expect(new Set(data.ranges.map(({ prefix }) => prefix)).size).toBe(data.ranges.length);
    expect(new Set(data.ranges.map(({ operator }) => operator))).toEqual(
      new Set(['aws', 'google', 'digitalocean', 'microsoft', 'scaleway', 'ovh', 'hetzner']),
    );
    for (const { source, firstSeen } of data.ranges) {
      expect(Object.keys(data.sources)).toContain(source);
      expect(firstSeen).toMatch(/^2018-04-(1[6-9]|2\d)$/);
    }
  });

  it('leaves out what nobody corroborated', () => {
    expect(data.ranges.filter(({ corroborated }) => !corroborated).map(({ prefix }) => prefix)).toEqual([
      '52.0.0.0/11',
    ]);
    expect(list.tag('52.1.1.1')).toBeUndefined();
  });
});
