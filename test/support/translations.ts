/** Texts of one language by key, as they stand in its file. */
export interface Tree {
  readonly [key: string]: string | Tree;
}

/** A text in each of its plural forms (CLDR categories), or under `only` where it has none. */
export type Forms = Readonly<Record<string, string>>;
export type Texts = ReadonlyMap<string, Forms>;

const categories = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;
const suffix = new RegExp(`^(.+)_(${categories.join('|')})$`, 'u');

/** Plural forms are siblings with a suffix (`key_one`, i18next) or an object of them (`key: { one }`, reports). */
export function readTexts(tree: Tree, path = ''): Texts {
  const texts = new Map<string, Forms>();
  for (const [name, value] of Object.entries(tree)) {
    const key = path === '' ? name : `${path}.${name}`;
    if (typeof value !== 'string') {
      if (isPlural(value)) texts.set(key, value);
      else for (const [inner, forms] of readTexts(value, key)) texts.set(inner, forms);
      continue;
    }
    const [, base, category] = suffix.exec(key) ?? [];
    if (base === undefined || category === undefined) texts.set(key, { only: value });
    else texts.set(base, { ...texts.get(base), [category]: value });
  }
  return texts;
}

function isPlural(value: Tree): value is Tree & Forms {
  const names = Object.keys(value);
  return names.includes('other') && names.every((name) => categories.some((category) => category === name));
}

const isPluralText = (forms: Forms) => forms.only === undefined;

/** Keys that are missing or that English does not have. */
export function findStrayKeys(texts: Texts, english: Texts): string[] {
  const missing = [...english.keys()].filter((key) => !texts.has(key)).map((key) => `missing: ${key}`);
  const unknown = [...texts.keys()].filter((key) => !english.has(key)).map((key) => `unknown: ${key}`);
  return [...missing, ...unknown];
}

/** Texts that lack a plural form of their language, or have one it does not know. */
export function findWrongForms(texts: Texts, english: Texts, language: string): string[] {
  const plural = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join(' ');
  return [...texts].flatMap(([key, forms]) => {
    const wanted = isPluralText(english.get(key) ?? forms) ? plural : 'only';
    const given = Object.keys(forms).toSorted().join(' ');
    return given === wanted ? [] : [`${key}: ${given} instead of ${wanted}`];
  });
}

/** Texts whose placeholders are not those of English. A form said of a single number alone may write it as a word. */
export function findWrongPlaceholders(texts: Texts, english: Texts, language: string): string[] {
  const single = formsOfOneNumber(language);
  return [...texts].flatMap(([key, forms]) => {
    const model = english.get(key);
    const wanted = placeholders(model?.other ?? model?.only ?? '');
    return Object.entries(forms).flatMap(([form, text]) => {
      const given = placeholders(text);
      const wordy = single.has(form) && !given.includes('{count}');
      const own = wordy ? wanted.filter((name) => name !== '{count}') : wanted;
      return given.join() === own.join() ? [] : [`${key} ${form}: ${given} instead of ${own}`];
    });
  });
}

function placeholders(text: string): readonly string[] {
  return [...new Set(text.match(/\{[^}]*\}/gu))].toSorted();
}

function formsOfOneNumber(language: string): ReadonlySet<string> {
  const rules = new Intl.PluralRules(language);
  const numbers = Map.groupBy(
    Array.from({ length: 300 }, (_, number) => number),
    (number) => rules.select(number),
  );
  return new Set([...numbers].filter(([, members]) => members.length === 1).map(([form]) => form));
}

const control = /\p{Cc}|\p{Zl}|\p{Zp}/u;
/** Of the invisible ones only what Persian writes inside words, and pairs that keep a foreign name in its order. */
const invisible = /\p{Cf}/u;
const joiner = /(?<=\p{L})\u200c(?=\p{L})/gu;
const pair = /[\u2066-\u2068]([^\u2066-\u2069]*)\u2069/gu;

/** Texts that are empty, have spaces at an end or two in a row, or hold what cannot be seen. */
export function findUnfitTexts(texts: Texts, language: string): string[] {
  return [...texts].flatMap(([key, forms]) =>
    Object.entries(forms).flatMap(([form, text]) => {
      const shown = language === 'fa' ? text.replace(joiner, '').replace(pair, '$1') : text;
      const faults = [
        // i18next shows the key in place of an empty text.
        text === '' && 'empty',
        text !== text.trim() && 'a space at an end',
        /\s\s/u.test(text) && 'two spaces',
        (control.test(shown) || invisible.test(shown)) && 'an invisible character',
        text !== text.normalize('NFC') && 'not composed (NFC)',
      ].filter((fault) => fault !== false);
      return faults.map((fault) => `${key} ${form}: ${fault}`);
    }),
  );
}

/** Texts that say nothing but what English says, and are neither a name nor made of placeholders alone. */
export function findUntranslated(texts: Texts, english: Texts, names: ReadonlySet<string>): string[] {
  return [...texts].flatMap(([key, forms]) => {
    const said = new Set(Object.values(english.get(key) ?? {}));
    return Object.values(forms)
      .filter((text) => said.has(text) && !names.has(text) && /\p{L}/u.test(text.replace(/\{\w+\}/gu, '')))
      .map((text) => `${key}: ${text}`);
  });
}
