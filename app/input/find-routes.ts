import type { Parsed, Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import { parseRoute, routeKey } from './parse-route.ts';
import { splitIntoCandidates } from './route-candidates.ts';

/** Where something stands in a text: line, and column in UTF-16 units, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Everything a pasted text held. Nothing here repeats the text, which may hold passwords. */
export interface FoundRoutes {
  /** Each route once, in the order of the text. */
  readonly found: readonly { readonly route: Route; readonly at: Place; readonly notices: readonly Problem[] }[];
  /** The same route once more, and where it stood first. */
  readonly merged: readonly { readonly route: Route; readonly at: Place; readonly first: Place }[];
  /** What was meant as a route and is none that can be used, with the reason. */
  readonly refused: readonly { readonly at: Place; readonly problems: readonly Problem[] }[];
  /** Links that are no proxies: web pages, Telegram's channels. */
  readonly passedOver: number;
  /** True for a list with a route on each line; false for links in prose. */
  readonly isList: boolean;
}

/** More than anybody pastes; in UTF-16 units. */
export const maxPastedText = 1024 * 1024;

/**
 * Finds every proxy link and address of telegram.md's import grammar, wherever it stands: in a list, in prose, in Markdown
 * or HTML, several in a row. Where every line is one word the text is a list, and each line has to be a route; in prose a
 * word counts as one only when it is a link or an address with a port, less the punctuation around it. Lines beginning
 * with `#` are comments. A link whose scheme is unknown is refused, never guessed at. Never throws; takes time in
 * proportion to the length.
 * @param firstPosition counted from 1 among all routes (see parseRoute).
 */
export function findRoutes(pasted: string, firstPosition = 1): FoundRoutes {
  const found: FoundRoutes['found'][number][] = [];
  const merged: FoundRoutes['merged'][number][] = [];
  const refused: FoundRoutes['refused'][number][] = [];
  if (pasted.length > maxPastedText) {
    const problems: Problem[] = [{ code: 'file-too-large', params: { limit: maxPastedText / 1024 / 1024 } }];
    return { found, merged, refused: [{ at: { line: 1, column: 1 }, problems }], passedOver: 0, isList: false };
  }
  const places = new Map<string, Place>();
  const take = (parsed: Parsed<Route>, at: Place) => {
    if (!parsed.ok) {
      refused.push({ at, problems: parsed.problems });
      return;
    }
    const key = routeKey(parsed.value);
    const first = places.get(key);
    if (first) {
      merged.push({ route: parsed.value, at, first });
      return;
    }
    places.set(key, at);
    found.push({ route: parsed.value, at, notices: parsed.notices });
  };

  const lines = pasted.split(/\r\n|\n|\r/);
  const isList = lines.every((line) => isComment(line) || isWhole(line) || isOneWord(line));
  let passedOver = 0;
  for (const [index, line] of lines.entries()) {
    if (isComment(line)) continue;
    const place = (column: number): Place => ({ line: index + 1, column: column + 1 });
    const parse = (candidate: string) => parseRoute(candidate, firstPosition + found.length);
    const text = line.trim();
    if (isWhole(line) || (isList && isOneRoute(text))) {
      const parsed = parse(text);
      if (parsed.ok || !holdsAnother(text)) {
        take(parsed, place(line.search(/\S/)));
        continue;
      }
    }
    for (const { text: candidate, start, kind } of splitIntoCandidates(line)) {
      if (kind === 'other-link') passedOver += 1;
      else take(parse(candidate), place(start));
    }
  }
  return { found, merged, refused, passedOver, isList };
}

function isComment(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

/** Lines that are one route by their first word; the name of an interface may hold spaces. */
function isWhole(line: string): boolean {
  return /^\s*interface:/i.test(line) || line.trim() === 'direct';
}

function isOneWord(line: string): boolean {
  return !/\s/.test(line.trim());
}

/** Two links without a space between them are no single link with an odd name. */
function isOneRoute(word: string): boolean {
  return splitIntoCandidates(word).length < 2;
}

/** Whether a word that is no route holds one, in brackets or quotes. */
function holdsAnother(word: string): boolean {
  const [part] = splitIntoCandidates(word);
  return part !== undefined && part.kind !== 'other-link' && part.text !== word;
}
