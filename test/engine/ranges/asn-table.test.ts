import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../../engine/ranges/address-text.ts';
import { openAsnTable } from '../../../engine/ranges/asn-table.ts';
import { encodeAsnTable } from '../../../scripts/encode-asn-table.ts';
import { type SampleAsnRow, sampleAsnBytes, sampleAsnRanges, sampleAsnTable } from './sample-asn-table.ts';

const rows: SampleAsnRow[] = [
  ['0.0.0.0', '0.0.0.255', 7],
  ['1.0.0.0', '1.0.0.255', 13335],
  ['1.0.1.0', '1.0.1.255', 13335],
  ['1.0.2.0', '1.0.2.9', 7],
  ['255.255.255.0', '255.255.255.255', 4_199_999_999],
  ['2001:500:30ff::30', '2001:500:30ff::30', 396552],
  ['2001:500:30ff::31', '2001:500:30ff:ffff:ffff:ffff:ffff:ffff', 396585],
  ['ffff::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 7],
];
const problemOf = (bytes: Uint8Array) => {
  const opened = openAsnTable(bytes);
  return opened.ok ? null : opened.problem;
};

describe('openAsnTable', () => {
  const table = sampleAsnTable(rows);

  it.each([
    ['0.0.0.0', 7],
    ['0.0.1.0', 0],
    ['1.0.0.0', 13335],
    ['1.0.1.255', 13335],
    ['1.0.2.9', 7],
    ['1.0.2.10', 0],
    ['255.255.254.255', 0],
    ['255.255.255.255', 4_199_999_999],
    ['64:ff9b::1.0.0.1', 13335],
    ['::', 0],
    ['2001:500:30ff::2f', 0],
    ['2001:500:30ff::30', 396552],
    ['2001:500:30ff::31', 396585],
    ['2001:500:3100::', 0],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 7],
    ['example.com', 0],
  ])('%s is of AS%i', (address, asn) => {
    expect(table.find(address)).toEqual(asn === 0 ? null : { asn, name: `Network ${asn}` });
  });

  it('tells its date, its size, names, and ranges of given networks', () => {
    expect([table.date, table.rows]).toEqual(['2026-06-17', 8]);
    expect([table.nameOf(13335), table.nameOf(4_199_999_999), table.nameOf(1), table.nameOf(0)]).toEqual([
      'Network 13335',
      'Network 4199999999',
      null,
      null,
    ]);
    // 1.0.0.0 and 1.0.1.0 touch and have one owner: one interval.
    expect(table.countRanges(new Set([13335, 7, 99]))).toBe(4);
  });

  it('adds up the networks inside a range', () => {
    expect(table.within([0x01000080], [0x01000204])).toEqual([
      { asn: 13335, addresses: 384n },
      { asn: 7, addresses: 5n },
    ]);
    expect(table.within([0], [0xffffffff]).find(({ asn }) => asn === 7)?.addresses).toBe(266n);
    expect(table.within([0x20010500, 0x30ff0000, 0, 0], [0x20010500, 0x30ffffff, 0xffffffff, 0xffffffff])).toEqual([
      { asn: 396585, addresses: 2n ** 80n - 49n },
      { asn: 396552, addresses: 1n },
    ]);
  });

  it.each([
    ['IPv4', (value: number) => formatIpv4(value * 0x10001)],
    ['IPv6', (value: number) => formatIpv6([value * 0x10000, 0, 0, value])],
  ])('agrees with a naive search, %s', (_, format) => {
    const cuts = fc.uniqueArray(fc.nat(0xffff), { minLength: 2, maxLength: 30 });
    const owners = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(cuts, owners, (unsorted, asns) => {
        const list = unsorted.toSorted((a, b) => a - b);
        const ranges = asns.slice(0, Math.floor(list.length / 2)).map((asn, at) => {
          return { first: list[at * 2] ?? 0, last: list[at * 2 + 1] ?? 0, asn };
        });
        const small = sampleAsnTable(ranges.map(({ first, last, asn }) => [format(first), format(last), asn]));
        const probes = list.flatMap((cut) => [cut - 1, cut, cut + 1]).filter((value) => value >= 0 && value <= 0xffff);
        for (const value of probes) {
          const owner = ranges.find(({ first, last }) => first <= value && value <= last)?.asn;
          expect(small.find(format(value))?.asn, format(value)).toBe(owner);
        }
      }),
    );
  });

  it('says of every cut that bytes are missing, and throws for none', () => {
    const bytes = sampleAsnBytes(rows);
    for (let end = 0; end < bytes.length; end++) {
      expect(problemOf(bytes.slice(0, end)), `cut at ${end}`).toBe(end < 8 ? 'not-asn-table' : 'truncated');
    }
    expect(problemOf(Uint8Array.of(...bytes, 0))).toBe('damaged');
  });

  it('notices any changed byte, and throws for none', () => {
    const bytes = sampleAsnBytes(rows);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x81;
      expect(problemOf(changed), `byte ${at}`).not.toBeNull();
    }
    expect(problemOf(Uint8Array.from(bytes, (byte, at) => (at === 4 ? 2 : byte)))).toBe('unknown-version');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (random) => problemOf(random) === 'not-asn-table'));
  });

  it('reads bytes that begin anywhere in their buffer', () => {
    const bytes = sampleAsnBytes(rows);
    for (const offset of [0, 1, 2, 3, 4]) {
      const shifted = new Uint8Array(bytes.length + 8).subarray(offset, offset + bytes.length);
      shifted.set(bytes);
      const opened = openAsnTable(shifted);
      expect(opened.ok && opened.table.find('1.0.0.1')?.asn).toBe(13335);
    }
  });
});

describe('encodeAsnTable', () => {
  it('gives an overlap to the range that starts later', () => {
    const table = sampleAsnTable([
      ['10.0.0.0', '10.0.0.99', 1],
      ['10.0.0.50', '10.0.0.149', 2],
    ]);
    expect(['10.0.0.49', '10.0.0.50', '10.0.0.149', '10.0.0.150'].map((at) => table.find(at)?.asn)).toEqual([
      1,
      2,
      2,
      undefined,
    ]);
  });
  it('refuses ranges out of order and networks without a name', () => {
    const v6 = sampleAsnRanges([], 6);
    const swapped = sampleAsnRanges(
      [
        ['10.0.0.0', '10.0.0.9', 1],
        ['9.0.0.0', '9.0.0.9', 1],
      ],
      4,
    );
    expect(() => encodeAsnTable(swapped, v6, new Map([[1, 'x']]), 20260101)).toThrow(RangeError);
    expect(() => encodeAsnTable(sampleAsnRanges([['9.0.0.0', '9.0.0.9', 1]], 4), v6, new Map(), 20260101)).toThrow(
      RangeError,
    );
  });
});
