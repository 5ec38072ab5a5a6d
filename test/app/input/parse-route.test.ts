import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoute, routeKey } from '../../../app/input/parse-route.ts';
import { describeProblem } from '../../../app/input/problem.ts';

function problemOf(text: string): string {
  const parsed = parseRoute(text, 1);
  return parsed.ok ? 'none' : (parsed.problems[0]?.code ?? 'empty');
}

function read(text: string) {
  const parsed = parseRoute(text, 1);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problems.map(describeProblem).join()}`);
  return { ...parsed.value, notices: parsed.notices.map(({ code }) => code) };
}

const secret = { username: 'us er', password: 'p@ss:word' };

describe('parseRoute', () => {
  it('reads the current connection and interfaces', () => {
    expect(read('direct')).toMatchObject({ id: 'direct', kind: 'direct' });
    expect(read('interface:wg0')).toMatchObject({ id: 'interface-wg0', kind: 'interface', interface: 'wg0' });
    expect(problemOf('interface:')).toBe('route-interface-name');
    expect(problemOf('interface:a\u001bb')).toBe('route-interface-name');
  });

  it.each(['socks5', 'socks5h', 'http', 'https'])('reads %s:// links, percent-decoded', (kind) => {
    expect(read(`${kind}://us%20er:p%40ss%3Aword@EXAMPLE.com:1080#My%20proxy`)).toEqual({
      id: 'my-proxy',
      kind,
      label: 'My proxy',
      host: 'example.com',
      port: 1080,
      credentials: secret,
      notices: [],
    });
  });

  it('reads SOCKS4 with a user id, IPv6 in brackets, names in other scripts', () => {
    expect(read('socks4a://me@h.example:1')).toMatchObject({ credentials: { username: 'me', password: '' } });
    expect(read('socks5://[2001:DB8::1]:1080')).toMatchObject({
      host: '2001:db8::1',
      label: 'socks5 [2001:db8::1]:1080',
    });
    expect(read('http://пример.рф:3128')).toMatchObject({ host: 'xn--e1afmkfd.xn--p1ai' });
    expect(read('SOCKS5H://h:1/')).toMatchObject({ kind: 'socks5h' });
  });

  it.each([
    '192.0.2.1:1080',
    'user:pass@192.0.2.1:1080',
    '192.0.2.1:1080@user:pass',
    '192.0.2.1:1080:user:pass',
    'user:pass:192.0.2.1:1080',
    'socks://dXNlcjpwYXNz@192.0.2.1:1080#x',
    'socks://user:pass@192.0.2.1:1080',
  ])('takes %s for SOCKS5 with remote names, and says so', (text) => {
    const route = read(text);
    expect(route).toMatchObject({ kind: 'socks5h', host: '192.0.2.1', port: 1080, notices: ['route-kind-assumed'] });
    if (text.includes('user') || text.includes('dXNl')) {
      expect(route).toMatchObject({ credentials: { username: 'user', password: 'pass' } });
    }
  });

  it.each([
    'tg://socks?server=192.0.2.1&port=1080&user=a%2Bb&pass=c%26d',
    'https://t.me/socks?server=192.0.2.1&port=1080&user=a+b&pass=c%26d',
    'www.telegram.me/socks?port=1080&server=192.0.2.1&pass=c%26d&user=a%2Bb',
    'HTTP://telegram.dog/socks/?server=192.0.2.1&port=1080&user=a%2Bb&pass=c%26d',
  ])('reads %s', (text) => {
    expect(read(text)).toMatchObject({
      kind: 'socks5h',
      host: '192.0.2.1',
      port: 1080,
      credentials: { username: 'a+b', password: 'c&d' },
      notices: [],
    });
  });

  const key = '5ca1ab1e0ddba11c0ffee0ddf00dbabe';
  const fakeTls = `ee${key}${Buffer.from('www.google.com').toString('hex')}`;
  const inBase64 = Buffer.from(fakeTls, 'hex').toString('base64');
  it.each([
    [`tg://proxy?server=192.0.2.1&port=443&secret=${key}`, key],
    [`https://t.me/proxy?secret=dd${key}&port=443&server=192.0.2.1`, `dd${key}`],
    [`telegram.me/proxy?server=192.0.2.1&port=443&secret=${fakeTls.toUpperCase()}`, fakeTls],
    [`TG://PROXY?server=192.0.2.1&port=443&secret=${inBase64}`, fakeTls],
    [`http://www.telegram.dog/proxy/?server=192.0.2.1&port=443&secret=${encodeURIComponent(inBase64)}`, fakeTls],
  ])('reads %s', (text, secretHex) => {
    const parsed = parseRoute(text, 1);
    expect(parsed).toMatchObject({
      ok: true,
      value: { id: 'mtproxy-192-0-2-1-443', kind: 'mtproxy', label: 'mtproxy 192.0.2.1:443', port: 443 },
    });
    if (!parsed.ok || parsed.value.kind !== 'mtproxy') throw new Error('no MTProxy');
    expect(Buffer.from(parsed.value.secret).toString('hex')).toBe(secretHex);
    expect(Object.keys(parsed.value)).not.toContain('secretText');
  });

  it.each([
    ['t.me/proxy?server=a', 'route-port'],
    ['https://telegram.me/proxy?x=1', 'route-host'],
    ['tg://proxy?server=a&port=1', 'route-secret-missing'],
    ['tg://proxy?server=a&port=1&secret=', 'route-secret-missing'],
    ['tg://proxy?server=a&port=1&secret=%%', 'route-credentials-undecodable'],
    ['tg://proxy?server=a&port=1&secret=b!', 'route-secret-undecodable'],
    [`tg://proxy?server=a&port=1&secret=${key}0`, 'route-secret-odd-digits'],
    [`tg://proxy?server=a&port=1&secret=${key}00`, 'route-secret-unknown-form'],
    [`tg://proxy?server=a&port=1&secret=ee${key}`, 'route-secret-domain'],
    [`tg://proxy?server=a&port=1&secret=ee${'x'.repeat(30)}`, 'route-secret-non-standard'],
    [`tg://proxy?server=a&port=1&secret=${key}&secret=${key}`, 'route-ambiguous'],
  ])('refuses %s by name: %s', (text, code) => {
    expect(problemOf(text)).toBe(code);
  });

  it('offers the first 16 bytes of a secret that is not standard, as what they are', () => {
    const parsed = parseRoute(`tg://proxy?server=a&port=1&secret=ee${'x'.repeat(30)}`, 1);
    const message = parsed.ok ? '' : parsed.problems.map(describeProblem).join();
    expect(message).toContain('first 22 characters');
    expect(message).toContain('a guess');
    expect(problemOf(`tg://proxy?server=a&port=1&secret=ee${'x'.repeat(20)}`)).toBe('none');
  });

  it('takes no name for an MTProxy that repeats its secret, however it is spelled', () => {
    for (const name of [
      key,
      key.toUpperCase(),
      `a ${fakeTls} b`,
      inBase64,
      Buffer.from(key, 'hex').toString('base64url'),
    ]) {
      const parsed = parseRoute(
        `tg://proxy?server=h&port=1&secret=${encodeURIComponent(inBase64)}#${encodeURIComponent(name)}`,
        1,
      );
      expect(parsed, name).toMatchObject({ ok: true, value: { label: 'mtproxy h:1', id: 'mtproxy-h-1' } });
    }
    expect(parseRoute(`tg://proxy?server=h&port=1&secret=${key}#My%20proxy`, 1)).toMatchObject({
      value: { label: 'My proxy' },
    });
  });

  it('tells two MTProxies apart by their secret', () => {
    const keyOf = (secretHex: string) => {
      const parsed = parseRoute(`tg://proxy?server=h&port=1&secret=${secretHex}`, 1);
      return parsed.ok ? routeKey(parsed.value) : '';
    };
    expect(keyOf(key)).not.toBe(keyOf(`dd${key}`));
    expect(keyOf(fakeTls)).toBe(keyOf(encodeURIComponent(inBase64)));
  });

  it.each([
    ['', 'route-malformed'],
    ['nonsense', 'route-malformed'],
    ['a b:1', 'route-malformed'],
    ['proxy.example:1080:bob:9999', 'route-ambiguous'],
    ['a.example:1080@b.example:1081', 'route-ambiguous'],
    ['tg://socks?server=a&server=b&port=1', 'route-ambiguous'],
    ['vmess://abc', 'route-scheme-known'],
    ['gopher://h:1', 'route-scheme-unsupported'],
    ['socks5://h:0', 'route-port'],
    ['socks5://h:65536', 'route-port'],
    ['socks5://h', 'route-port'],
    ['socks5://h h:1', 'route-host'],
    ['socks5://h\u0007:1', 'route-host'],
    ['http://h:1/path', 'route-path'],
    ['http://h:1?x=1', 'route-path'],
    ['socks5://u:%ff@h:1', 'route-credentials-undecodable'],
    ['socks5://u:%zz@h:1', 'route-credentials-undecodable'],
    ['socks5://u:%00@h:1', 'route-credentials-control'],
    ['socks://!!!@h:1', 'route-credentials-undecodable'],
    ['socks://_w@h:1', 'route-credentials-undecodable'],
    ['http://a%3Ab:c@h:1', 'route-username-colon'],
    ['socks4://u:p@h:1', 'route-socks4-password'],
    [`socks5://u:${'p'.repeat(256)}@h:1`, 'route-credentials-too-long'],
    [`socks5://${'%D0%B6'.repeat(128)}:p@h:1`, 'route-credentials-too-long'],
  ])('refuses %j: %s', (text, code) => {
    expect(problemOf(text)).toBe(code);
  });

  it('accepts credentials of exactly 255 bytes', () => {
    expect(read(`socks5://${'u'.repeat(255)}:${'p'.repeat(255)}@h:1`)).toMatchObject({ kind: 'socks5' });
  });

  it('takes no name for a route that repeats its password', () => {
    expect(read('socks5://bob:hunter22@h.example:1#bob%20hunter22')).toMatchObject({
      id: 'socks5-h-example-1',
      label: 'socks5 h.example:1',
    });
  });

  it('makes an id from the position where the name has no letters for one', () => {
    expect(parseRoute('socks5://h:1#прокси', 3)).toMatchObject({ value: { id: 'route-3', label: 'прокси' } });
    expect(read('socks5://h:1#direct').id).not.toBe('direct');
  });

  it('tells two routes apart by what is sent, not by their names', () => {
    expect(routeKey(read('socks5://u:p@h:1#a'))).toBe(routeKey(read('socks5://u:p@h:1#b')));
    expect(routeKey(read('socks5://u:p@h:1'))).not.toBe(routeKey(read('socks5://u:q@h:1')));
    expect(routeKey(read('socks5://h:1'))).not.toBe(routeKey(read('socks5h://h:1')));
  });
});

// A marker that no message, host or label of ours can contain by chance.
const password = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `Zq9${text}Xw7`);

describe('parseRoute on hostile text', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webUrl()), fc.nat(), (text, position) => {
        const parsed = parseRoute(text, position);
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
      }),
    );
  });

  it('never repeats a credential in a problem, a label or an id', () => {
    const wraps: ((secret: string) => string)[] = [
      (text) => `socks5://user:${text}@host.example:1080`,
      (text) => `socks5://user:${text}@host.example:0`,
      (text) => `http://${text}:x@host.example:1`,
      (text) => `user:${text}@host.example:1080`,
      (text) => `host.example:1080:user:${text}`,
      (text) => `user:${text}:host.example:99999`,
      (text) => `host.example:1080@user:${text}`,
      (text) => `tg://socks?server=h.example&port=1&user=u&pass=${text}`,
      (text) => `tg://proxy?server=h.example&port=1&secret=${text}`,
      (text) => `tg://proxy?server=h.example&port=1&secret=${text}#${text}`,
      (text) => `socks://${Buffer.from(`u:${text}`).toString('base64url')}@h.example:1`,
      (text) => `${text}://host.example:1080`,
      (text) => `socks5://user:${text}@host.example:1080#${text}`,
      (text) => `socks5://host.example:${text}`,
      (text) => text,
    ];
    fc.assert(
      fc.property(password, fc.constantFrom(...wraps), fc.boolean(), (word, wrap, encode) => {
        const parsed = parseRoute(wrap(encode ? encodeURIComponent(word) : word), 1);
        const shown = parsed.ok
          ? [parsed.value.label, parsed.value.id, ...parsed.notices.map(describeProblem)]
          : parsed.problems.flatMap((problem) => [describeProblem(problem), JSON.stringify(problem)]);
        // In the bare form `host:port` and as a scheme the marker may be read as a host: then it is no credential.
        const isHost = parsed.ok && 'host' in parsed.value && parsed.value.host.includes('zq9');
        if (!isHost) expect(shown.join(' ').toLowerCase()).not.toContain('zq9');
      }),
      { numRuns: 500 },
    );
  });
});
