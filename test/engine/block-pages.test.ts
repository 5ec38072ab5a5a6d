import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import data from '../../data/block-pages.json' with { type: 'json' };
import { blockPageMarksSchema, isStubAddress, matchBlockPage, type Page } from '../../engine/block-pages.ts';

const marks = blockPageMarksSchema.parse(data);
const page = (more: Partial<Page>): Page => ({ url: 'http://asked.example/', status: 200, body: '', ...more });
const match = (more: Partial<Page>) => matchBlockPage(page(more), marks);

describe('data/block-pages.json', () => {
  it('has unique ids and no pattern twice', () => {
    expect(new Set(marks.marks.map((mark) => mark.id)).size).toBe(marks.marks.length);
    expect(new Set(marks.marks.map((mark) => mark.pattern)).size).toBe(marks.marks.length);
  });

  it('every mark is found by its own pattern', () => {
    for (const mark of marks.marks) {
      if (mark.kind === 'address') expect(isStubAddress(mark.pattern, marks)).toBe(mark.id);
      if (mark.kind === 'body') expect(match({ body: `<p>${mark.pattern}</p>` })).toBe(mark.id);
      const location = mark.pattern.endsWith('.') ? `${mark.pattern}isp.example/` : `${mark.pattern}/`;
      if (mark.kind === 'redirect') expect(match({ status: 302, location })).toBe(mark.id);
    }
  });
});

describe('matchBlockPage', () => {
  it('knows a redirect by its host, with either scheme and any path', () => {
    expect(match({ status: 302, location: 'https://WARNING.rt.ru/?id=1&st=0' })).toBe('ru-rt-warning');
    expect(match({ status: 307, location: 'http://zapret.some-isp.ru:8080/x' })).toBe('ru-zapret');
  });

  it("does not take a look-alike host, another site's mention, or a redirect within the site for one", () => {
    expect(match({ status: 302, location: 'http://warning.rt.ru.example.com/' })).toBeUndefined();
    expect(match({ status: 302, location: 'http://example.com/?next=http://warning.rt.ru/' })).toBeUndefined();
    expect(match({ url: 'http://zapret.info/', status: 301, location: 'https://zapret.info/' })).toBeUndefined();
    expect(match({ url: 'http://www.rt.ru/', status: 302, location: 'http://block.rt.ru/' })).toBeUndefined();
    expect(match({ status: 200, location: 'http://warning.rt.ru/' })).toBeUndefined();
  });

  it('takes text only where somebody else can have written it', () => {
    const body = 'Реестр: EAIS.rkn.gov.ru';
    expect(match({ body })).toBe('ru-rkn-register');
    expect(match({ body, url: 'https://news.example/' })).toBeUndefined();
    expect(match({ body, url: 'https://isp.example/', foreign: true })).toBe('ru-rkn-register');
    expect(match({ body, url: 'http://eais.rkn.gov.ru/' })).toBeUndefined();
  });

  it('knows a stub by the address that serves it', () => {
    expect(match({ hostAddress: '10.10.34.35' })).toBe('ir-stub-2');
    expect(match({ hostAddress: 'D0::11' })).toBe('ir-stub-4');
    expect(match({ hostAddress: '10.10.34.3' })).toBeUndefined();
  });

  it("never marks a refusal of the service's own or of its CDN", () => {
    const quote = 'eais.rkn.gov.ru';
    expect(match({ status: 403, body: `<title>Access Denied</title>${quote}` })).toBeUndefined();
    expect(match({ status: 503, body: `<title>Please Wait... | Cloudflare</title>${quote}` })).toBeUndefined();
    expect(match({ status: 403, body: '<h1>403 Forbidden</h1>' })).toBeUndefined();
  });

  it('returns an id of the list or nothing, for any page', () => {
    const ids = new Set<string | undefined>([undefined, ...marks.marks.map((mark) => mark.id)]);
    const text = fc.oneof(fc.string(), fc.constantFrom(...marks.marks.map((mark) => mark.pattern)), fc.webUrl());
    fc.assert(
      fc.property(
        fc.record({
          url: text,
          status: fc.integer(),
          location: text,
          body: text,
          hostAddress: text,
          foreign: fc.boolean(),
        }),
        (any) => {
          expect(ids).toContain(matchBlockPage(any, marks));
        },
      ),
    );
  });

  it('is quick on a body made to be slow', () => {
    const started = performance.now();
    match({ body: 'eais.rkn.gov.r'.repeat(37_000) });
    match({ body: '<title'.repeat(87_000) });
    expect(performance.now() - started).toBeLessThan(500);
  });
});
