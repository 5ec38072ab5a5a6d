import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../../engine/ranges/address-text.ts';
import { compareServices, createPrefixIndex } from '../../../engine/ranges/prefix-index.ts';
import { type SampleRow, sampleRanges } from './sample-ranges.ts';

type Prefix = readonly [start: bigint, length: number];
type Family = 4 | 6;
const bitsOf = (family: Family) => (family === 4 ? 32 : 128);
const toWords = (value: bigint) => [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffffffffn));
const toText = (family: Family, value: bigint) =>
  family === 4 ? formatIpv4(Number(value)) : formatIpv6(toWords(value));

/**
 * Prefixes crowded into a few places, so that they nest, repeat, touch, begin and end together, and reach both ends of
 * the address space.
 */
function prefixes(family: Family): fc.Arbitrary<Prefix[]> {
  const bits = bitsOf(family);
  const length = fc.integer({ min: 0, max: bits });
  const start = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
    fc.tuple(fc.nat(bits - 1), fc.nat(7)).map(([shift, low]) => BigInt(low) << BigInt(shift)),
    fc.nat(3).map((back) => (1n << BigInt(bits)) - 1n - BigInt(back)),
  );
  const prefix = fc.tuple(start, length).map(([from, size]): Prefix => {
    const host = BigInt(bits - size);
    return [((from % (1n << BigInt(bits))) >> host) << host, size];
  });
  const crowded = fc.array(prefix, { minLength: 1, maxLength: 12 }).chain((some) =>
    // Sub-prefixes of what is there: the first, the last, and one in the middle.
    fc.array(fc.tuple(fc.nat(some.length - 1), fc.nat(8), fc.nat(255)), { maxLength: 12 }).map((more) => [
      ...some,
      ...more.map(([at, deeper, which]): Prefix => {
        const [from, size] = some[at] ?? [0n, 0];
        const inner = Math.min(bits, size + deeper);
        return [from + (BigInt(which % 2 ** (inner - size)) << BigInt(bits - inner)), inner];
      }),
      ...some.slice(0, 2),
    ]),
  );
  return crowded;
}

function naive(family: Family, list: readonly Prefix[], address: bigint): Prefix | null {
  let best: Prefix | null = null;
  for (const prefix of list) {
    const host = BigInt(bitsOf(family) - prefix[1]);
    if (address >> host === prefix[0] >> host && (best === null || prefix[1] > best[1])) best = prefix;
  }
  return best;
}

function boundaries(family: Family, list: readonly Prefix[]): bigint[] {
  const top = (1n << BigInt(bitsOf(family))) - 1n;
  return list
    .flatMap(([from, length]) => {
      const last = from + (1n << BigInt(bitsOf(family) - length)) - 1n;
      return [from - 1n, from, from + 1n, last - 1n, last, last + 1n];
    })
    .concat(0n, top)
    .filter((address) => address >= 0n && address <= top);
}

const rowOf = (family: Family, [from, length]: Prefix): SampleRow => [`${toText(family, from)}/${length}`, 'r', 'S'];

describe.each([4, 6] as const)('createPrefixIndex, IPv%i', (family) => {
  it('gives the longest prefix, at every boundary and anywhere', () => {
    const anywhere = fc.array(fc.bigInt({ min: 0n, max: (1n << BigInt(bitsOf(family))) - 1n }), { maxLength: 20 });
    fc.assert(
      fc.property(prefixes(family), anywhere, (list, others) => {
        const index = createPrefixIndex(sampleRanges(list.map((prefix) => rowOf(family, prefix))));
        for (const address of [...boundaries(family, list), ...others]) {
          const best = naive(family, list, address);
          const [a = 0, b = 0, c = 0, d = 0] = toWords(address);
          const entry = family === 4 ? index.find4(Number(address)) : index.find6(a, b, c, d);
          const found = entry < 0 ? null : index.describe(entry).prefix;
          expect(found, toText(family, address)).toBe(best && rowOf(family, best)[0]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('lists the prefixes that overlap a range', () => {
    fc.assert(
      fc.property(prefixes(family), prefixes(family), (list, [range = [0n, 0] as const]) => {
        const index = createPrefixIndex(sampleRanges(list.map((prefix) => rowOf(family, prefix))));
        const lastOf = ([from, length]: Prefix) => from + (1n << BigInt(bitsOf(family) - length)) - 1n;
        const wanted = list.filter((prefix) => prefix[0] <= lastOf(range) && lastOf(prefix) >= range[0]);
        const cut = (value: bigint) => (family === 4 ? [Number(value)] : toWords(value));
        const found = index.overlapping(cut(range[0]), cut(lastOf(range))).map((entry) => index.describe(entry).prefix);
        expect(found.toSorted()).toEqual([...new Set(wanted.map((prefix) => rowOf(family, prefix)[0]))].toSorted());
      }),
    );
  });
});

describe('createPrefixIndex', () => {
  const index = createPrefixIndex(
    sampleRanges([
      ['52.58.0.0/15', 'eu-central-1', 'AMAZON'],
      ['3.5.140.0/22', 'ap-northeast-2', 'S3'],
      ['52.58.0.0/15', 'eu-central-1', 'EC2'],
      ['3.5.140.0/22', 'ap-northeast-2', 'AMAZON'],
      ['3.5.140.0/22', 'ap-northeast-2', 'EC2'],
      ['3.5.140.0/22', 'ap-northeast-2', 'EC2'],
      ['13.32.0.0/15', 'GLOBAL', 'CLOUDFRONT_ORIGIN_FACING'],
      ['13.32.0.0/15', 'GLOBAL', 'CLOUDFRONT'],
      ['13.32.0.0/15', 'GLOBAL', 'AMAZON'],
      ['13.32.7.0/24', 'eu-west-1', 'AMAZON'],
      ['9.0.0.0/8', 'a', 'AMAZON'],
      ['9.0.0.0/8', 'b', 'AMAZON'],
      ['8.0.0.0/8', 'GLOBAL', 'AMAZON'],
      ['8.0.0.0/8', 'a', 'AMAZON'],
      ['2600:9000:5200::/40', 'GLOBAL', 'AMAZON'],
      ['2600:9000:5200::/48', 'eu-west-1', 'EC2'],
    ]),
  );
  const describeAt = (address: string) => {
    const entry = index.find(address);
    return entry < 0 ? null : index.describe(entry);
  };

  it('joins the rows of one prefix and names its most specific service', () => {
    expect(describeAt('3.5.140.1')).toEqual({
      prefix: '3.5.140.0/22',
      family: 4,
      region: 'ap-northeast-2',
      service: 'S3',
      services: ['AMAZON', 'EC2', 'S3'],
    });
    expect(describeAt('52.59.255.255')).toMatchObject({
      prefix: '52.58.0.0/15',
      region: 'eu-central-1',
      service: 'EC2',
    });
  });
  it('claims no region for anycast, nor where rows disagree', () => {
    expect(describeAt('13.32.0.1')).toEqual({
      prefix: '13.32.0.0/15',
      family: 4,
      service: 'CLOUDFRONT_ORIGIN_FACING',
      services: ['AMAZON', 'CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING'],
    });
    expect(describeAt('9.1.1.1')).toEqual({ prefix: '9.0.0.0/8', family: 4, service: 'AMAZON', services: ['AMAZON'] });
    expect(describeAt('8.1.1.1')).toEqual({ prefix: '8.0.0.0/8', family: 4, service: 'AMAZON', services: ['AMAZON'] });
  });
  it('claims the region of a longer prefix inside an anycast one', () => {
    expect(describeAt('13.32.7.9')).toMatchObject({ prefix: '13.32.7.0/24', region: 'eu-west-1' });
    expect(describeAt('2600:9000:5200::1')).toMatchObject({
      prefix: '2600:9000:5200::/48',
      region: 'eu-west-1',
      family: 6,
    });
    expect(describeAt('2600:9000:5201::1')).not.toHaveProperty('region');
  });
  it('looks IPv4 inside IPv6 up as IPv4', () => {
    expect(describeAt('64:ff9b::52.58.0.1')?.prefix).toBe('52.58.0.0/15');
    expect(describeAt('::ffff:52.58.0.1')?.prefix).toBe('52.58.0.0/15');
  });
  it('finds nothing elsewhere, nor in what is no address', () => {
    for (const address of ['52.57.255.255', '52.60.0.0', '2600:9000:5300::', 'example.com', '']) {
      expect(describeAt(address), address).toBeNull();
    }
  });
  it('stands with a family empty', () => {
    const only4 = createPrefixIndex(sampleRanges([['0.0.0.0/0', 'r', 'S']]));
    expect(only4.find('255.255.255.255')).toBe(0);
    expect(only4.find('::1')).toBe(-1);
    const only6 = createPrefixIndex(sampleRanges([['::/0', 'r', 'S']]));
    expect(only6.find('ffff::')).toBe(0);
    expect(only6.find('1.1.1.1')).toBe(-1);
  });
});

describe('compareServices', () => {
  it('is a total order that depends on the names alone', () => {
    const names = ['AMAZON', 'EC2', 'S3', 'EBS', 'EFS', 'CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING'];
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
        expect(shuffled.toSorted(compareServices)).toEqual([
          'AMAZON',
          'EC2',
          'S3',
          'EBS',
          'EFS',
          'CLOUDFRONT',
          'CLOUDFRONT_ORIGIN_FACING',
        ]);
      }),
    );
  });
});
