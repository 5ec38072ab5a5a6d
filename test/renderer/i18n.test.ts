import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { languages } from '../../model/choices.ts';
import words from '../../model/words/en.json' with { type: 'json' };
import english from '../../renderer/i18n/en.json' with { type: 'json' };
import persian from '../../renderer/i18n/fa.json' with { type: 'json' };
import russian from '../../renderer/i18n/ru.json' with { type: 'json' };
import { showLanguage, startI18n } from '../../renderer/i18n/start-i18n.ts';
import chinese from '../../renderer/i18n/zh-Hans.json' with { type: 'json' };
import { expectTranslation } from '../support/expect-translation.ts';
import { readTexts, type Texts, type Tree } from '../support/translations.ts';
import { expandKey, keyTables } from './key-tables.ts';
import { scanKeys } from './scan-keys.ts';

const texts = readTexts(english);
const translations = { en: english, ru: russian, fa: persian, 'zh-Hans': chinese } as const satisfies Record<
  (typeof languages)[number],
  Tree
>;

/** Texts that are the same everywhere: names, protocols, signs. */
const names = new Set([
  'Waylight',
  'AWS',
  'Telegram',
  'SOCKS4',
  'SOCKS4a',
  'SOCKS5',
  'DNS',
  'TCP',
  'TLS',
  'HTTP',
  'WebSocket',
  'MTProto',
  'SHA-256',
]);

describe.each(Object.entries<Tree>(translations))('the interface in %s', (language, tree) =>
  expectTranslation(language, tree, texts, names),
);

const scan = scanKeys('renderer', Object.keys(english));

describe('the keys that the code uses', () => {
  it('are whole, or have a table of what they can be, and no table is idle', () => {
    const patterns = new Set(scan.used.map(({ key }) => key).filter((key) => key.includes('*')));
    expect(scan.used.length).toBeGreaterThan(400);
    expect([...patterns].toSorted()).toEqual(Object.keys(keyTables).toSorted());
    expect(scan.unclear).toEqual([]);
  });

  it('are all there', () => {
    const missing = scan.used.flatMap(({ key, file }) =>
      (expandKey(key) ?? []).filter((one) => !texts.has(one)).map((one) => `${file}: ${one}`),
    );
    expect(missing).toEqual([]);
  });

  it('are all the keys there are', () => {
    const used = new Set(scan.used.flatMap(({ key }) => expandKey(key) ?? []));
    expect([...texts.keys()].filter((key) => !used.has(key))).toEqual([]);
  });

  it('are how every word is said: none is written into the markup', () => expect(scan.written).toEqual([]));

  it('are given the values that their texts name', () => {
    const faults = scan.calls.flatMap(({ file, keys, values }) =>
      keys
        .flatMap((key) => expandKey(key) ?? [])
        .flatMap((key) => {
          const forms = texts.get(key);
          if (!forms || values === null) return [];
          const named = [
            ...new Set(
              Object.values(forms)
                .join()
                .match(/\{\w+\}/gu),
            ),
          ].map((name) => name.slice(1, -1));
          const wanted = forms.only === undefined ? [...named, 'count'] : named;
          return wanted.filter((name) => !values.includes(name)).map((name) => `${file}: ${key} without ${name}`);
        }),
    );
    expect(faults).toEqual([]);
  });
});

/** English in other letters and in brackets: what is shown without them did not come from the file. */
function disguise(tree: Tree): Tree {
  const disguised = Object.entries(tree).map(([key, text]) => [
    key,
    typeof text === 'string' ? `⟦${accent(text)}⟧` : disguise(text),
  ]);
  return Object.fromEntries(disguised) as Tree;
}

function accent(text: string): string {
  return text.replace(/\{\w+\}|[aeiou]/giu, (part) => (part.length === 1 ? `${part}\u0301`.normalize('NFC') : part));
}

describe('the interface as it is started', () => {
  const page = { documentElement: { lang: '', dir: '' } };
  beforeAll(() => vi.stubGlobal('document', page));
  afterAll(() => vi.unstubAllGlobals());

  /** Every key the code uses, with a value for each name in it and counts of every plural form. */
  function* sayAll(of: Texts, say: (key: string, values: Readonly<Record<string, string | number>>) => string) {
    for (const [key, forms] of of) {
      const named =
        Object.values(forms)
          .join()
          .match(/\{\w+\}/gu) ?? [];
      const values = Object.fromEntries(named.map((name) => [name.slice(1, -1), `<${name.slice(1, -1)}>`]));
      const counts = forms.only === undefined ? [0, 1, 2, 3, 5, 11, 21, 22, 100, 1.5] : ['<count>'];
      for (const count of counts) yield { key, count, forms, said: say(key, { ...values, count }) };
    }
  }

  it('says every text of a pseudo-locale, so none is written into the code or left to another language', async () => {
    const instance = await startI18n('en');
    instance.addResourceBundle('en-XA', 'interface', disguise(english));
    instance.addResourceBundle('en-XA', 'words', disguise(words));
    await instance.changeLanguage('en-XA');
    const say = instance.t as unknown as (key: string, values: object) => string;
    for (const { key, said } of sayAll(texts, say)) {
      expect(said, key).toMatch(/^⟦[^⟦⟧]*⟧$/u);
      expect(said, key).not.toMatch(/[{}]/u);
    }
    expect(say('rail.check', {})).toBe('⟦Chéck⟧');
    expect(say('notices.imported', { count: 2 })).toBe('⟦2 róútés áddéd.⟧');
  });

  it.each(languages)('says every text in %s itself, with its own digits and direction', async (language) => {
    const instance = await startI18n(language);
    const say = instance.t as unknown as (key: string, values: object) => string;
    for (const { key, said, forms, count } of sayAll(readTexts(translations[language]), say)) {
      const number = typeof count === 'number' ? new Intl.NumberFormat(language).format(count) : count;
      const possible = Object.values(forms).map((text) =>
        text.replace(/\{(\w+)\}/gu, (_, name) => (name === 'count' ? number : `<${name}>`)),
      );
      expect(possible, key).toContain(said);
    }
    expect(page.documentElement).toEqual({ lang: language, dir: language === 'fa' ? 'rtl' : 'ltr' });
  });

  it('chooses the Russian form by the number', async () => {
    const instance = await startI18n('en');
    await showLanguage(instance, 'ru');
    const said = [1, 2, 5, 11, 21, 22, 100].map((count) => instance.t('routes.keep', { count }));
    expect(said).toEqual([
      'Добавить 1 маршрут',
      'Добавить 2 маршрута',
      'Добавить 5 маршрутов',
      'Добавить 11 маршрутов',
      'Добавить 21 маршрут',
      'Добавить 22 маршрута',
      'Добавить 100 маршрутов',
    ]);
  });
});
