import { type Language, nearestLanguage } from '../model/choices.ts';
import type { Settings } from '../model/settings.ts';
import persian from '../model/words/fa.json' with { type: 'json' };
import russian from '../model/words/ru.json' with { type: 'json' };
import chinese from '../model/words/zh-Hans.json' with { type: 'json' };
import { englishWords, type Words } from '../model/words.ts';

export type DesktopWords = Words['desktop'];

/** What the menu, the tray and notices say; English where a language has no word yet. */
const tables: Readonly<Record<Language, DesktopWords>> = {
  en: englishWords.desktop,
  ru: complete(russian),
  fa: complete(persian),
  'zh-Hans': complete(chinese),
};

function complete(words: object): DesktopWords {
  const { desktop } = words as { readonly desktop?: Partial<DesktopWords> };
  return { ...englishWords.desktop, ...desktop };
}

/** The language chosen or, for `system`, the first of this machine's (BCP 47) that the app speaks. */
export function chooseLanguage(chosen: Settings['language'], ofSystem: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  return ofSystem.map(nearestLanguage).find((language) => language !== undefined) ?? 'en';
}

export function desktopWords(language: Language): DesktopWords {
  return tables[language];
}

/** Puts values in the place of `{name}`; a value is never read for places of its own. */
export function fillIn(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}
