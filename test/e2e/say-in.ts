import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../model/settings.ts';

type Tree = { readonly [key: string]: string | Tree };

const folder = join(import.meta.dirname, '..', '..', 'renderer', 'i18n');

/** The interface's texts in a language, as a lookup by key with its placeholders filled: what a person sees. */
export function sayIn(language: Language): (key: string, values?: Record<string, string>) => string {
  const texts = JSON.parse(readFileSync(join(folder, `${language}.json`), 'utf8')) as Tree;
  return (key, values = {}) => {
    const found = key.split('.').reduce<string | Tree | undefined>((tree, part) => {
      return typeof tree === 'object' ? tree[part] : undefined;
    }, texts);
    if (typeof found !== 'string') throw new Error(`${language} has no text ${key}`);
    return found.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
  };
}
