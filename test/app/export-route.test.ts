import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportProxyLink, exportTelegramLinks } from '../../app/export-route.ts';
import { findRoutes } from '../../app/input/find-routes.ts';
import { parseRoute, proxyFromParts, routeKey } from '../../app/input/parse-route.ts';

const place = { host: 'proxy.example', port: 1080 };
const login = { username: 'bob', password: 'p&w=1 (é)!' };

describe('exportTelegramLinks', () => {
  it('writes a SOCKS5 route as tg:// and t.me links', () => {
    expect(exportTelegramLinks({ kind: 'socks5h', ...place }, { credentials: false })).toEqual({
      tg: 'tg://socks?server=proxy.example&port=1080',
      web: 'https://t.me/socks?server=proxy.example&port=1080',
      complete: true,
    });
  });

  it('leaves the password out unless asked, and says so', () => {
    const shown = exportTelegramLinks({ kind: 'socks5', ...place, credentials: login }, { credentials: false });
    expect(shown).toMatchObject({ tg: 'tg://socks?server=proxy.example&port=1080', complete: false });
    const whole = exportTelegramLinks({ kind: 'socks5', ...place, credentials: login }, { credentials: true });
    expect(whole).toEqual({
      tg: 'tg://socks?server=proxy.example&port=1080&user=bob&pass=p%26w%3D1%20%28%C3%A9%29%21',
      web: 'https://t.me/socks?server=proxy.example&port=1080&user=bob&pass=p%26w%3D1%20%28%C3%A9%29%21',
      complete: true,
    });
  });

  it('treats the secret of a MTProxy like a password', () => {
    const secret = Buffer.from(`dd${'0a'.repeat(16)}`, 'hex');
    const route = { kind: 'mtproxy', host: '2001:db8::1', port: 443, secret } as const;
    expect(exportTelegramLinks(route, { credentials: false })).toMatchObject({
      tg: 'tg://proxy?server=2001%3Adb8%3A%3A1&port=443',
      complete: false,
    });
    expect(exportTelegramLinks(route, { credentials: true })).toMatchObject({
      tg: `tg://proxy?server=2001%3Adb8%3A%3A1&port=443&secret=dd${'0a'.repeat(16)}`,
      complete: true,
    });
  });

  it.each(['http', 'https', 'socks4', 'socks4a'] as const)('has no link for %s, as Telegram has none', (kind) => {
    expect(exportTelegramLinks({ kind, ...place }, { credentials: true })).toBeUndefined();
  });
});

describe('exportProxyLink', () => {
  const kinds = ['socks4a', 'socks5', 'socks5h', 'http', 'https'] as const;
  const parts = fc.record({
    kind: fc.constantFrom(...kinds),
    host: fc.constantFrom('proxy.example', '192.0.2.7', '2001:db8::1'),
    port: fc.integer({ min: 1, max: 65535 }).map(String),
    username: fc.string({ unit: 'grapheme', maxLength: 30 }),
    password: fc.string({ unit: 'grapheme', maxLength: 30 }),
    label: fc.string({ unit: 'grapheme', maxLength: 40 }),
  });

  it('writes what parseRoute reads back, alone and in the middle of a sentence', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const made = proxyFromParts(given, 1);
        fc.pre(made.ok);
        if (!made.ok || made.value.kind === 'direct' || made.value.kind === 'interface') return;
        const link = exportProxyLink(made.value, { credentials: true });
        const back = parseRoute(link, 1);
        expect(back.ok && [routeKey(back.value), back.value.label]).toEqual([routeKey(made.value), made.value.label]);
        const { found } = findRoutes(`Try this (${link}), it works.`);
        expect(found.map(({ route }) => routeKey(route))).toEqual([routeKey(made.value)]);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('tells neither user name nor password unless asked', () => {
    const link = exportProxyLink({ kind: 'http', ...place, label: 'Home', credentials: login }, { credentials: false });
    expect(link).toBe('http://proxy.example:1080#Home');
  });
});
