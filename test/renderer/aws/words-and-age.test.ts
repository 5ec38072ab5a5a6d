import { describe, expect, it } from 'vitest';
import { operatorName } from '../../../renderer/components/operator-names.ts';
import { heading, sentence } from '../../../renderer/i18n/sentence.ts';
import { listAge } from '../../../renderer/screens/aws/list-age.ts';
import { readWords } from '../../../renderer/screens/aws/read-words.ts';
import { sayBytes } from '../../../renderer/screens/detail/say-bytes.ts';

describe('what is typed to be looked up', () => {
  it('is apart by spaces, commas and lines, each word once', () => {
    expect(readWords(' a.example, 192.0.2.1\n192.0.2.0/24;a.example ').words).toEqual([
      'a.example',
      '192.0.2.1',
      '192.0.2.0/24',
    ]);
    expect(readWords(' \n ')).toEqual({ words: [], leftOut: 0 });
  });

  it('is the host where an address of a page is pasted, without its password', () => {
    expect(readWords('https://user:secret@a.example:8443/x?y https://[2001:db8::1]/').words).toEqual([
      'a.example',
      '2001:db8::1',
    ]);
  });

  it('is no more than a call takes, and says what is left out', () => {
    const many = Array.from({ length: 120 }, (_, index) => `h${index}.example`).join(' ');
    expect(readWords(many)).toMatchObject({ leftOut: 20 });
    expect(readWords(many).words).toHaveLength(100);
    expect(readWords(`${'x'.repeat(256)} ok.example`)).toEqual({ words: ['ok.example'], leftOut: 1 });
  });
});

describe('the age of a list', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const at = (
    createdAt: string | null,
    source: 'official' | 'operator' = 'official',
    checkedAt: string | null = null,
  ) => listAge({ source, createdAt, rows: 1 }, checkedAt, now);

  it('is told in days, and is old after a month, or half a year where only operators are known', () => {
    expect(at('2026-11-21T00:00:00Z')).toEqual({ days: 1, old: false });
    expect(at('2026-10-01T00:00:00Z')).toEqual({ days: 52, old: true });
    expect(at('2026-10-01T00:00:00Z', 'operator')).toEqual({ days: 52, old: false });
  });

  it('is no reason for a newer one where Amazon has said of late that there is none', () => {
    expect(at('2026-10-01T00:00:00Z', 'official', '2026-11-20T00:00:00Z')).toEqual({ days: 52, old: false });
    expect(at('2026-06-01T00:00:00Z', 'official', '2026-10-01T00:00:00Z')).toEqual({ days: 174, old: true });
    expect(at('2026-10-01T00:00:00Z', 'official', '2027-01-01T00:00:00Z')).toEqual({ days: 52, old: true });
  });

  it('is not told where there is no date, a bad one, or one in the future', () => {
    expect([at(null), at('soon'), at('2027-01-01T00:00:00Z')]).toEqual([null, null, null]);
  });
});

describe('words and numbers', () => {
  it('make sentences of clauses in scripts with and without capitals', () => {
    expect(sentence('it works', 'en')).toBe('It works.');
    expect(sentence('что-то', 'ru')).toBe('Что-то.');
    expect(sentence('可以用', 'zh-Hans')).toBe('可以用。');
    expect(sentence('is it?', 'en')).toBe('Is it?');
    expect(heading('blocked', 'en')).toBe('Blocked');
    expect(sentence('', 'en')).toBe('.');
  });

  it('tell sizes in the units of browsers', () => {
    const number = (value: number, options: Intl.NumberFormatOptions) =>
      new Intl.NumberFormat('en', options).format(value);
    expect([0, 1, 999, 1000, 16_384, 49_257, 2_600_000].map((count) => sayBytes(count, number))).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 kB',
      '16 kB',
      '49 kB',
      '2.6 MB',
    ]);
  });

  it('name operators, those of a newer report by their key', () => {
    expect(operatorName('aws')).toBe('Amazon (AWS)');
    expect(operatorName('newcloud')).toBe('newcloud');
    expect(operatorName('constructor')).toBe('constructor');
  });
});
