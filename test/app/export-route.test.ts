import { describe, expect, it } from 'vitest';
import { exportTelegramLinks } from '../../app/export-route.ts';

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
