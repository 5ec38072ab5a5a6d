import { screenSchema } from '../model/contract.ts';
import type { ScreenName } from '../model/screens.ts';

export const linkScheme = 'waylight';
const form = /^waylight:\/\/show\/([a-z]{1,16})\/?$/;

/**
 * The screen that `waylight://show/<screen>` asks for. Any page and any program can make such a link, so it can do no more
 * than that, and what has another form is nothing at all.
 */
export function parseDeepLink(link: unknown): ScreenName | undefined {
  if (typeof link !== 'string' || link.length > 64) return undefined;
  return screenSchema.safeParse(form.exec(link)?.[1]).data;
}

/** The first such link among a program's arguments: Windows and Linux hand links over like that. */
export function findDeepLink(words: readonly unknown[]): ScreenName | undefined {
  return words.map(parseDeepLink).find((screen) => screen !== undefined);
}
