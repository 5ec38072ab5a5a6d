import { describe, expect, it } from 'vitest';
import { languages } from '../../model/choices.ts';
import english from '../../model/words/en.json' with { type: 'json' };
import persian from '../../model/words/fa.json' with { type: 'json' };
import russian from '../../model/words/ru.json' with { type: 'json' };
import chinese from '../../model/words/zh-Hans.json' with { type: 'json' };
import { expectTranslation } from '../support/expect-translation.ts';
import {
  findStrayKeys,
  findUnfitTexts,
  findUntranslated,
  findWrongForms,
  findWrongPlaceholders,
  readTexts,
  type Tree,
} from '../support/translations.ts';

const texts = readTexts(english);
const translations = { en: english, ru: russian, fa: persian, 'zh-Hans': chinese } as const satisfies Record<
  (typeof languages)[number],
  Tree
>;

/** Texts that are the same everywhere: names, and what engineers write in every language. */
const names = new Set([
  'Telegram',
  'WebSocket',
  'WebSocket {numbers}',
  'DC {numbers}',
  '{date} UTC, {profile}, {software} {version}',
]);

/** Tables whose texts stand for keys in a report: two that read the same would hide which of them it was. */
const telling = [
  'failures',
  'failureWords',
  'steps',
  'states',
  'verdicts',
  'mechanisms',
  'rules',
  'evidence',
  'collateral',
  'nextSteps',
] as const;

describe.each(languages)('the words in %s', (language) => {
  const tree: Tree = translations[language];
  expectTranslation(language, tree, texts, names);

  it.each(telling)('tell the keys of %s apart', (table) => {
    const said = Object.entries(tree[table] ?? {});
    const alike = Map.groupBy(said, ([, text]) => text);
    expect([...alike.values()].filter((members) => members.length > 1)).toEqual([]);
  });
});

describe('the checks of a translation', () => {
  const model = readTexts({
    name: 'Waylight',
    saved: 'Saved as {name}.',
    section: {
      routes_one: 'One route',
      routes_other: '{count} routes',
      sites: { one: '{count} site', other: '{count} sites' },
    },
  });
  const read = (tree: Tree) => readTexts(tree);
  const section = {
    routes_one: '{count} маршрут',
    routes_few: '{count} маршрута',
    routes_many: '{count} маршрутов',
    routes_other: '{count} маршрута',
    sites: { one: '{count} сайт', few: '{count} сайта', many: '{count} сайтов', other: '{count} сайта' },
  };
  const good = { name: 'Waylight', saved: 'Сохранено как {name}.', section };
  const all = (tree: Tree, language = 'ru') => [
    ...findStrayKeys(read(tree), model),
    ...findWrongForms(read(tree), model, language),
    ...findWrongPlaceholders(read(tree), model, language),
    ...findUnfitTexts(read(tree), language),
    ...findUntranslated(read(tree), model, new Set(['Waylight'])),
  ];

  it('pass what is right', () => expect(all(good)).toEqual([]));

  it.each<[string, Tree, string]>([
    ['a key too few', { name: 'Waylight', section }, 'missing: saved'],
    ['a key too many', { ...good, more: 'ещё' }, 'unknown: more'],
    ['a form too few', { ...good, section: { ...section, sites: { other: '{count} сайта' } } }, 'section.sites: other'],
    ['a form too many', { ...good, section: { ...section, routes_two: '{count} маршрута' } }, 'section.routes: few'],
    [
      'forms where English has none',
      { ...good, saved: { other: 'Сохранено как {name}.' } },
      'saved: other instead of only',
    ],
    ['another placeholder', { ...good, saved: 'Сохранено как {label}.' }, 'saved only: {label} instead of {name}'],
    ['a placeholder of another kind', { ...good, saved: 'Сохранено как {{name}}.' }, 'saved only: {{name}'],
    // In Russian 21 and 101 take this form too.
    [
      'a number left out',
      { ...good, section: { ...section, routes_one: 'Один маршрут' } },
      'section.routes one:  instead',
    ],
    ['an empty text', { ...good, saved: '' }, 'saved only: empty'],
    ['a space too many', { ...good, saved: 'Сохранено как {name}. ' }, 'saved only: a space at an end'],
    ['two spaces', { ...good, saved: 'Сохранено  как {name}.' }, 'saved only: two spaces'],
    ['a line break', { ...good, saved: 'Сохранено\nкак {name}.' }, 'saved only: an invisible character'],
    ['a direction turned', { ...good, saved: 'Сохранено как \u202e{name}.' }, 'saved only: an invisible character'],
    ['English', { ...good, saved: 'Saved as {name}.' }, 'saved: Saved as'],
  ])('find %s', (_, tree, fault) => {
    expect(all(tree).filter((found) => found.startsWith(fault))).not.toEqual([]);
  });

  it('let Persian join letters and keep a foreign name in its order, and nothing else that cannot be seen', () => {
    const unfit = (saved: string) => findUnfitTexts(read({ saved }), 'fa');
    expect(unfit('می\u200cشود: \u2068{name}\u2069')).toEqual([]);
    expect(unfit('می\u200c شود')).not.toEqual([]);
    expect(unfit('\u2068{name}')).not.toEqual([]);
    expect(unfit('\u202b{name}\u202c')).not.toEqual([]);
  });

  it('let a form that is said of one number alone write it as a word', () => {
    const english = read({ routes_one: 'One route', routes_other: '{count} routes' });
    expect(findWrongPlaceholders(english, english, 'en')).toEqual([]);
    expect(findWrongPlaceholders(english, english, 'fa')).not.toEqual([]);
  });
});
