import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractTitle } from '../../engine/extract-title.ts';

describe('extractTitle', () => {
  it.each([
    ['<title>Plain</title>', 'Plain'],
    ['<TITLE\nid=x>  two\n words </TiTlE >', 'two words'],
    ['<title>a &lt;b&gt; &amp;amp; &#1071; &#x42f; &nosuch; &quot;</title>', 'a <b> &amp; Я Я &nosuch; "'],
    ['<titled>no</titled><title>yes</title>', 'yes'],
    ['<title>never closed', 'never closed'],
    ['<title>\u001b[31mred\u202e &#x202e;&#27;x</title>', '[31mred x'],
    ['<title>&#x110000;&#55296;!</title>', '&#x110000;\ufffd!'],
    ['İİİ<title>after a letter that grows</title>', 'after a letter that grows'],
  ])('%j', (html, title) => expect(extractTitle(html)).toBe(title));

  it.each([
    '',
    '<title',
    '<title></title>',
    '<title> \n </title>',
    'no title',
    `${' '.repeat(70_000)}<title>late</title>`,
  ])('finds none in %j', (html) => expect(extractTitle(html.slice(0, 80_000))).toBeUndefined());

  it('is at most 200 units and never half a character', () => {
    const title = extractTitle(`<title>${'x'.repeat(199)}😀😀</title>`);
    expect(title).toBe('x'.repeat(199));
  });

  it('is safe and short whatever the page', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<title>', '</title>', '&#', 'x27;', ';', '\ud800', '&amp;', '&#13;'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const title = extractTitle(`<title>${pieces.join('')}`);
        if (title === undefined) return;
        expect(title.length).toBeLessThanOrEqual(200);
        expect(title).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        expect(title.isWellFormed()).toBe(true);
        expect(title).toBe(title.trim());
      }),
      { numRuns: 500 },
    );
  });
});
