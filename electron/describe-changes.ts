import type { VerdictChange } from '../model/run-view.ts';
import { type DesktopWords, fillIn } from './desktop-words.ts';

/**
 * A finished check's changes as a notice, or undefined where there is none to speak of. It counts and names nothing: a
 * notice is shown on a locked screen too, and which services somebody tests is nobody else's business.
 */
export function describeChanges(
  changes: readonly VerdictChange[] | null,
  words: DesktopWords,
): { readonly title: string; readonly body: string } | undefined {
  if (changes === null || changes.length === 0) return undefined;
  const worse = changes.filter(({ from }) => from === 'reachable').length;
  const better = changes.filter(({ to }) => to === 'reachable').length;
  const counts = { worse, better, other: changes.length - worse - better };
  return { title: words.changedTitle, body: fillIn(words.changedBody, counts) };
}
