import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, isBogon, isFakeIp, nat64Embedded, prefixKey } from '../../engine/addresses.ts';

describe('canonicalAddress', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each(['', '127.1', '0x7f000001', '010.0.0.1', '1.2.3.4.5', 'example.com', '[::1]', '1.2.3.4:80', '%eth0'])(
    'refuses %j',
    (text) => {
      expect(canonicalAddress(text)).toBeNull();
    },
  );

  it('is stable, and never leaves the two families', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        const canonical = canonicalAddress(text);
        if (canonical === null) return isIP(text.replace(/%.*$/s, '')) === 0;
        return isIP(canonical) !== 0 && canonicalAddress(canonical) === canonical;
      }),
    );
  });
});

describe('isBogon', () => {
  it.each([
    '0.1.2.3',
    '10.10.34.34',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.1.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '243.185.187.39',
    '255.255.255.255',
    '::',
    '::1',
    'd0::11',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '3fff::1',
    '2001::1f0d:4a4a',
    '::ffff:10.0.0.1',
    '64:ff9b::10.10.34.34',
  ])('%s', (address) => {
    expect(isBogon(address)).toBe(true);
  });

  it.each([
    '8.7.198.45',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '198.17.255.255',
    '198.18.0.1',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
    '64:ff9b::149.154.167.50',
    '64:ff9b:1::1',
    'fc00::5',
    'not an address',
  ])('not %s', (address) => {
    expect(isBogon(address)).toBe(false);
  });
});

describe('isFakeIp', () => {
  it.each([
    ['198.18.0.0', true],
    ['198.19.255.255', true],
    ['198.17.255.255', false],
    ['198.20.0.0', false],
    ['fc00::12', true],
    ['fd00::12', false],
    ['example', false],
  ])('%s: %s', (address, fake) => {
    expect(isFakeIp(address)).toBe(fake);
  });
});

describe('nat64Embedded', () => {
  it('reads the IPv4 address of the well-known prefix only', () => {
    expect(nat64Embedded('64:ff9b::149.154.167.50')).toBe('149.154.167.50');
    expect(nat64Embedded('64:ff9b::959a:a732')).toBe('149.154.167.50');
    expect(nat64Embedded('64:ff9b:1::959a:a732')).toBeNull();
    expect(nat64Embedded('149.154.167.50')).toBeNull();
    expect(nat64Embedded('::ffff:149.154.167.50')).toBeNull();
  });
});

describe('prefixKey', () => {
  it.each([
    ['149.154.167.50', '149.154.167.0/24'],
    ['2001:67c:4e8:f002::a', '2001:67c:4e8::/48'],
    ['2001:67C:04E8::b', '2001:67c:4e8::/48'],
    ['::1', '::/48'],
    ['somewhere', 'somewhere'],
  ])('%s is in %s', (address, key) => {
    expect(prefixKey(address)).toBe(key);
  });
});
