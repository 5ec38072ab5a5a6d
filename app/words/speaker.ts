import type { Language } from '../../model/settings.ts';
import { englishWords, type Words } from '../../model/words.ts';
import { sanitizeText } from '../sanitize-text.ts';

type OtherLanguage = Exclude<Language, 'en'>;

/** Each is a chunk of its own: the command speaks English, and shall not read the others to do so. */
const loaders: Readonly<Record<OtherLanguage, () => Promise<{ readonly default: object }>>> = {
  ru: () => import('../../model/words/ru.json', { with: { type: 'json' } }),
  fa: () => import('../../model/words/fa.json', { with: { type: 'json' } }),
  'zh-Hans': () => import('../../model/words/zh-Hans.json', { with: { type: 'json' } }),
};

type Page = Words['page'];
export type PageKey = keyof Page;
export type LetterKey = keyof Words['letter'];

export type WordTable = Exclude<keyof Words, 'page' | 'letter' | 'problems' | 'mtproxyDetails'>;

export type Params = Readonly<Record<string, string | number>>;

/** Says what a report says in one language. Whatever comes from outside is made safe on its way into a sentence. */
export interface Speaker {
  readonly language: Language;
  readonly direction: 'ltr' | 'rtl';
  /** The text of a key; a key of a newer report that this version does not know is shown as it is. */
  word(table: WordTable, key: string): string;
  /** Failures of MTProxies that their detail explains better than their kind. */
  mtproxyDetail(detail: string): { readonly cell: string; readonly sentence: string } | undefined;
  /** A sentence with its `{placeholders}` filled; `{count}` also chooses the plural form. */
  say(key: PageKey, params?: Params): string;
  /** The same of a letter's sentences. */
  letter(key: LetterKey, params?: Params): string;
  /** Things one after another, with the language's own comma. */
  list(items: readonly string[]): string;
  number(value: number): string;
}

const rightToLeft = new Set<Language>(['fa']);

/** CLDR writes lists of units without a comma in these, where "DC 1, 2" would be read as 12. */
const commas: Readonly<Partial<Record<Language, string>>> = { ru: ', ', 'zh-Hans': '、' };

/** Speaks English where the language has no sentences for reports: half of each would be worse than either. */
export async function openSpeaker(language: Language): Promise<Speaker> {
  if (language === 'en') return english;
  const words = (await loaders[language]()).default;
  return 'page' in words ? createSpeaker(language, words as Words) : english;
}

/** As {@link openSpeaker}, for letters. */
export async function openLetterSpeaker(language: Language): Promise<Speaker> {
  if (language === 'en') return english;
  const words = (await loaders[language]()).default;
  return 'letter' in words ? createSpeaker(language, words as Words) : english;
}

/** @param words a key that is missing in them is said in English */
export function createSpeaker(language: Language, words: Words): Speaker {
  const numbers = new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 2 });
  const plurals = new Intl.PluralRules(language);
  const lists = new Intl.ListFormat(language, { type: 'unit', style: 'short' });
  const comma = commas[language];
  const isolate = language === 'en' ? (text: string) => text : inIsolation;
  const fill = (value: string | number | undefined) => {
    if (typeof value === 'number') return numbers.format(value);
    return isolate(value ?? '');
  };
  const fillIn = (text: string | Readonly<Record<string, string>>, params: Params = {}) => {
    const template = typeof text === 'string' ? text : chooseForm(text, plurals.select(Number(params.count)));
    return template.replace(/\{(\w+)\}/g, (_, name: string) => fill(params[name]));
  };
  return {
    language,
    direction: rightToLeft.has(language) ? 'rtl' : 'ltr',
    word: (table, key) => find(words[table] ?? {}, key) ?? find(englishWords[table], key) ?? sanitizeText(key, 64),
    mtproxyDetail: (detail) =>
      Object.hasOwn(words.mtproxyDetails, detail)
        ? words.mtproxyDetails[detail as keyof Words['mtproxyDetails']]
        : undefined,
    say: (key, params) => fillIn(words.page[key] ?? englishWords.page[key], params),
    letter: (key, params) => fillIn(words.letter[key] ?? englishWords.letter[key], params),
    list: (items) => (comma === undefined ? lists.format(items) : items.join(comma)),
    number: (value) => numbers.format(value),
  };
}

function find(table: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const text = Object.hasOwn(table, key) ? table[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Languages have up to six forms; where one has no text, the one every language has stands in. */
function chooseForm(forms: Readonly<Record<string, string>>, category: Intl.LDMLPluralRule): string {
  return forms[category] ?? forms.other ?? '';
}

/** A name in Latin letters keeps its order inside a sentence that runs the other way (UAX 9, FSI and PDI). */
function inIsolation(text: string): string {
  return `\u2068${text}\u2069`;
}

/** What the terminal, Markdown and CSV speak. */
export const english: Speaker = createSpeaker('en', englishWords);
