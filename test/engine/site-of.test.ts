import { describe, expect, it } from 'vitest';
import { publicUrl } from '../../engine/public-url.ts';
import { siteOf } from '../../engine/site-of.ts';

describe('siteOf', () => {
  it.each([
    ['www.example.com', 'example.com'],
    ['a.b.example.com.', 'example.com'],
    ['WWW.Example.co.uk', 'example.co.uk'],
    ['co.uk', 'co.uk'],
    ['news.site.com.ru', 'site.com.ru'],
    ['t.co', 't.co'],
    ['x.t.me', 't.me'],
    ['localhost', 'localhost'],
    ['10.0.0.1', '10.0.0.1'],
    ['[2001:db8::1]', '2001:db8::1'],
  ])('%s belongs to %s', (host, site) => expect(siteOf(host)).toBe(site));
});

describe('publicUrl', () => {
  it.each([
    ['https://u:p@a.example/x?q#f', undefined, 'https://a.example/x?q'],
    ['../y', 'http://a.example/b/c', 'http://a.example/y'],
    ['javascript:alert(1)', 'http://a.example/', undefined],
    ['http://[', undefined, undefined],
    [`http://a.example/${'x'.repeat(5000)}`, undefined, undefined],
  ])('%j from %j is %j', (text, base, url) => expect(publicUrl(text, base)).toBe(url));
});
