import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHostPort, parseAddress, parseHost, parsePort, splitHostPort } from '../../../app/input/parse-host.ts';

describe('parseHost', () => {
  it.each([
    ['EXAMPLE.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['localhost', 'localhost'],
    ['_dns.example.com', '_dns.example.com'],
    ['пример.рф', 'xn--e1afmkfd.xn--p1ai'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['192.0.2.1', '192.0.2.1'],
    ['[2001:DB8:0:0::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('reads %s as %s', (text, host) => {
    expect(parseHost(text)).toBe(host);
  });

  it.each([
    '',
    'a b.com',
    'a..b',
    '-a.com',
    'a-.com',
    'a\u0000.com',
    'a\tb',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '256.1.1.1',
    '1.2.3',
    '[192.0.2.1]',
    '[::1',
    'fe80::1%eth0',
    'user@host',
    'host/path',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
  ])('refuses %j', (text) => {
    expect(parseHost(text)).toBeUndefined();
  });

  it('gives only what it would read again as the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6(), fc.webAuthority()), (text) => {
        const host = parseHost(text);
        if (host !== undefined) expect(parseHost(host)).toBe(host);
      }),
    );
  });
});

describe('ports and pairs', () => {
  it.each(['0', '65536', '-1', '1.5', ' 80', '', '1e3', '999999', '٣'])('refuses the port %j', (text) => {
    expect(parsePort(text)).toBeUndefined();
  });

  it('splits and joins a host and a port', () => {
    expect(splitHostPort('[::1]:80')).toEqual({ host: '[::1]', port: '80' });
    expect(splitHostPort('a:1')).toEqual({ host: 'a', port: '1' });
    expect(splitHostPort('a')).toEqual({ host: 'a' });
    expect(splitHostPort('::1')).toEqual({ host: '', port: ':1' });
    expect(formatHostPort('::1', 80)).toBe('[::1]:80');
    expect(parseAddress('1.2.3.4:80')).toBeUndefined();
  });
});
