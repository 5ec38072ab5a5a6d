import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatIpv4,
  formatIpv6,
  readAddress,
  readIpv4,
  readIpv6,
  readPrefix,
} from '../../../engine/ranges/address-text.ts';

const words = new Uint32Array(4);
const wordsOf = (text: string) => (readIpv6(text, words) ? [...words] : null);
/** Text that is nearly an address: what a parser gets wrong is at the edges. */
const addressLike = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF.:::/%'), maxLength: 48 });
const pieces = fc
  .array(fc.constantFrom('::', ':', '0', '1', 'ffff', 'abcd', '12345', '1.2.3.4', '255.255.255.255', '.', 'g'), {
    maxLength: 14,
  })
  .map((parts) => parts.join(''));

describe('readIpv4', () => {
  it('reads every address that formatIpv4 writes', () => {
    fc.assert(fc.property(fc.nat(0xffffffff), (address) => readIpv4(formatIpv4(address)) === address));
  });
  it('accepts exactly what the platform accepts', () => {
    const dotted = fc.array(fc.constantFrom('0', '1', '00', '01', '255', '256', '1000', '', ' 1'), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.oneof(
          addressLike,
          dotted.map((parts) => parts.join('.')),
        ),
        (text) => readIpv4(text) >= 0 === isIPv4(text),
      ),
      { numRuns: 5000 },
    );
  });
  it('reads within bounds only', () => {
    expect(readIpv4('x1.2.3.4/8', 1, 8)).toBe(0x01020304);
    expect(readIpv4('1.2.3.45', 0, 7)).toBe(0x01020304);
    expect(readIpv4('1.2.3.4', 0, 5)).toBe(-1);
  });
});

describe('readIpv6', () => {
  it('accepts exactly what the platform accepts, zones apart', () => {
    fc.assert(
      fc.property(
        fc.oneof(addressLike, pieces, fc.ipV6()),
        (text) => readIpv6(text, words) === (isIPv6(text) && !text.includes('%')),
      ),
      { numRuns: 20_000 },
    );
  });
  it('agrees with the URL parser on the value, in both directions', () => {
    // ipaddr.js 2.5 reads the IPv4-compatible `::1.2.3.4` as the mapped `::ffff:1.2.3.4`, so it is no reference here.
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(readIpv6(text, words)).toBe(true);
        expect(`[${formatIpv6(words)}]`).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 1000 },
    );
  });
  it.each([
    ['::', [0, 0, 0, 0]],
    ['1::', [0x10000, 0, 0, 0]],
    ['::1.2.3.4', [0, 0, 0, 0x01020304]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
    ['1.2.3.4::', null],
    ['1::1.2.3.4:5', null],
    ['1::2::3', null],
    [':::', null],
    ['1:2:3:4:5:6:7:8::', null],
    ['1:2:3:4:5:6:7:1.2.3.4', null],
    ['fe80::1%eth0', null],
  ])('%s', (text, expected) => expect(wordsOf(text)).toEqual(expected));
});

describe('readAddress', () => {
  it.each([
    ['192.0.2.1', 4],
    ['64:ff9b::192.0.2.1', 4],
    ['64:ff9b::c000:201', 4],
    ['::ffff:192.0.2.1', 4],
    ['64:ff9b:1::192.0.2.1', 6],
    ['::192.0.2.1', 6],
    ['192.0.2', 0],
    ['', 0],
  ])('%s is of family %i', (text, family) => {
    expect(readAddress(text, words)).toBe(family);
    if (family === 4) expect(words[0]).toBe(0xc0000201);
  });
});

describe('readPrefix', () => {
  it.each([
    ['10.0.0.0/8', 4, 8],
    ['0.0.0.0/0', 4, 0],
    ['255.255.255.255/32', 4, 32],
    ['2600:1f00::/24', 6, 24],
    ['::/0', 6, 0],
    ['::1/128', 6, 128],
    ['10.0.0.1/8', 4, 'host-bits'],
    ['128.0.0.0/0', 4, 'host-bits'],
    ['2600:1f00::1/127', 6, 'host-bits'],
    ['8000::/0', 6, 'host-bits'],
    ['10.0.0.0/33', 4, 'bad-length'],
    ['::/129', 6, 'bad-length'],
    ['10.0.0.0/08', 4, 'bad-length'],
    ['10.0.0.0/', 4, 'bad-length'],
    ['10.0.0.0', 4, 'bad-length'],
    ['10.0.0.0/8/8', 4, 'bad-length'],
    ['10.0.0.0/-1', 4, 'unknown-characters'],
    ['10.0.0.0/8\n', 4, 'unknown-characters'],
    [' 10.0.0.0/8', 4, 'unknown-characters'],
    ['10.0.0.٠/8', 4, 'unknown-characters'],
    ['10.0.0/8', 4, 'bad-address'],
    ['::/8', 4, 'bad-address'],
    ['10.0.0.0/8', 6, 'bad-address'],
    ['', 4, 'bad-address'],
  ] as const)('%j as family %i: %s', (text, family, expected) =>
    expect(readPrefix(text, family, words)).toBe(expected),
  );

  it('finds any host bit, wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const host = address % 2 ** (32 - length);
        expect(readPrefix(`${formatIpv4(address)}/${length}`, 4, words)).toBe(host === 0 ? length : 'host-bits');
        expect(readPrefix(`${formatIpv4(address - host)}/${length}`, 4, words)).toBe(length);
      }),
    );
    fc.assert(
      fc.property(fc.nat(127), fc.nat(128), (bit, length) => {
        const value = 1n << BigInt(127 - bit);
        const text = formatIpv6([96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffffffffn)));
        expect(readPrefix(`${text}/${length}`, 6, words)).toBe(bit < length ? length : 'host-bits');
      }),
    );
  });
});
