import { extname } from 'node:path';
import { type LetterAudience, languages, letterAudiences } from '../model/choices.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { Language } from '../model/settings.ts';
import { readChoice } from './read-options.ts';

/** What every command that makes a report can be asked for beside it. */
export interface LetterWords {
  readonly letter?: string;
  readonly letterAbout?: string;
  readonly letterFor?: string;
  readonly letterLanguage?: string;
}

export interface LetterOptions {
  readonly path: string;
  readonly targetId: string;
  readonly audience: LetterAudience;
  readonly language: Language;
  readonly format: 'html' | 'markdown';
}

/** Undefined where no letter is asked for. The words about a letter need each other. */
export function readLetterOptions(words: LetterWords): Parsed<LetterOptions | undefined> {
  const { letter, letterAbout, letterFor = 'owner', letterLanguage = 'en' } = words;
  const problems: Problem[] = [];
  const need = (option: string, needs: string) => problems.push({ option, code: 'option-needs', params: { needs } });
  if (letter === undefined) {
    if (letterAbout !== undefined) need('--letter-about', '--letter FILE');
    if (words.letterFor !== undefined) need('--letter-for', '--letter FILE');
    if (words.letterLanguage !== undefined) need('--letter-language', '--letter FILE');
  } else if (letterAbout === undefined) need('--letter', '--letter-about TARGET');
  const audience = readChoice(letterFor, '--letter-for', letterAudiences);
  const language = readChoice(letterLanguage, '--letter-language', languages);
  for (const read of [audience, language]) if (!read.ok) problems.push(...read.problems);
  if (problems.length > 0 || !audience.ok || !language.ok) return { ok: false, problems };
  if (letter === undefined || letterAbout === undefined) return { ok: true, value: undefined, notices: [] };
  const format = /^\.html?$/i.test(extname(letter)) ? 'html' : 'markdown';
  const value = {
    path: letter,
    targetId: letterAbout,
    audience: audience.value,
    language: language.value,
    format,
  } as const;
  return { ok: true, value, notices: [] };
}

/** A letter about a target that is not there is a wrong word, said before anything is measured. */
export function checkLetter(
  { letterAbout }: { readonly letterAbout?: string },
  targets: readonly { readonly id: string }[],
): readonly Problem[] {
  if (letterAbout === undefined || targets.some(({ id }) => id === letterAbout)) return [];
  const near = nearest(
    letterAbout,
    targets.map(({ id }) => id),
  );
  const params = { id: letterAbout, near: near.join(', ') };
  return [{ option: '--letter-about', code: 'letter-target-unknown', params }];
}

const mostNear = 5;

/** Ids that hold the word, or share most of their letters in order with it; the nearest first. */
function nearest(word: string, ids: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase().slice(0, 128);
  return ids
    .map((id) => ({ id, apart: id.includes(wanted) || wanted.includes(id) ? 0 : distance(wanted, id) }))
    .sort((a, b) => a.apart - b.apart || (a.id < b.id ? -1 : 1))
    .slice(0, mostNear)
    .map(({ id }) => id);
}

/** Letters to add, take away or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let at = 0; at < b.length; at++) {
      const change = (row[at] ?? 0) + (letter === b[at] ? 0 : 1);
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
