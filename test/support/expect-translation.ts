import { expect, it } from 'vitest';
import {
  findStrayKeys,
  findUnfitTexts,
  findUntranslated,
  findWrongForms,
  findWrongPlaceholders,
  readTexts,
  type Texts,
  type Tree,
} from './translations.ts';

/** Tests of one language's file against the English one. @param names texts that are the same in every language */
export function expectTranslation(language: string, tree: Tree, english: Texts, names: ReadonlySet<string>): void {
  const own = readTexts(tree);
  it('has the keys of English and no other', () => expect(findStrayKeys(own, english)).toEqual([]));
  it('has every plural form of its language and no other', () =>
    expect(findWrongForms(own, english, language)).toEqual([]));
  it('names the same values in each text', () => expect(findWrongPlaceholders(own, english, language)).toEqual([]));
  it('holds nothing empty, invisible or askew', () => expect(findUnfitTexts(own, language)).toEqual([]));
  if (language !== 'en') it('is translated', () => expect(findUntranslated(own, english, names)).toEqual([]));
}
