import i18next, { type FormatterModule, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, nearestLanguage } from '../../model/choices.ts';
import type { Settings } from '../../model/settings.ts';
import englishWords from '../../model/words/en.json';
import english from './en.json';

type Texts = { readonly interface: object; readonly words: object };

/** Every language but English is a chunk of its own, fetched when it is chosen. */
const loaders: Readonly<Record<Exclude<Language, 'en'>, () => Promise<Texts>>> = {
  ru: async () => ({
    interface: (await import('./ru.json')).default,
    words: (await import('../../model/words/ru.json')).default,
  }),
  fa: async () => ({
    interface: (await import('./fa.json')).default,
    words: (await import('../../model/words/fa.json')).default,
  }),
  'zh-Hans': async () => ({
    interface: (await import('./zh-Hans.json')).default,
    words: (await import('../../model/words/zh-Hans.json')).default,
  }),
};

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'interface';
    resources: { interface: typeof english; words: typeof englishWords };
    interpolationPrefix: '{';
    interpolationSuffix: '}';
  }
}

/** The language shown for a setting: its own, or the one of ours that is nearest to the machine's. */
export function chooseLanguage(setting: Settings['language'], machine: string): Language {
  return setting === 'system' ? (nearestLanguage(machine) ?? 'en') : setting;
}

/** Numbers in sentences have the digits of the language; ungrouped, because ports and years are among them. */
const localDigits: FormatterModule = {
  type: 'formatter',
  init: () => {},
  add: () => {},
  addCached: () => {},
  format: (value, _format, language) =>
    typeof value === 'number' ? new Intl.NumberFormat(language, { useGrouping: false }).format(value) : value,
};

export async function startI18n(language: Language): Promise<i18n> {
  await i18next
    .use(initReactI18next)
    .use(localDigits)
    .init({
      lng: 'en',
      fallbackLng: 'en',
      defaultNS: 'interface',
      ns: ['interface', 'words'],
      resources: { en: { interface: english, words: englishWords } },
      // React escapes; single braces are what translators see everywhere in this project.
      interpolation: { escapeValue: false, prefix: '{', suffix: '}', alwaysFormat: true },
      returnNull: false,
    });
  await showLanguage(i18next, language);
  return i18next;
}

/** Loads and shows a language; the page's `lang` and `dir` follow. */
export async function showLanguage(instance: i18n, language: Language): Promise<void> {
  if (language !== 'en' && !instance.hasResourceBundle(language, 'interface')) {
    const texts = await loaders[language]();
    instance.addResourceBundle(language, 'interface', texts.interface);
    instance.addResourceBundle(language, 'words', texts.words);
  }
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = instance.dir(language);
}
