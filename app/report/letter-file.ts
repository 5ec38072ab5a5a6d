import type { LetterAudience } from '../../model/choices.ts';
import type { RunReport } from '../../model/report.ts';
import type { Language } from '../../model/settings.ts';
import { openLetterSpeaker } from '../words/speaker.ts';
import { gatherLetterFacts } from './letter-facts.ts';
import { writeLetterHtml } from './letter-html.ts';
import { writeLetterMarkdown } from './letter-markdown.ts';
import { composeLetter } from './letter-text.ts';
import { redactReport } from './redact.ts';

export interface LetterWish {
  readonly targetId: string;
  readonly audience: LetterAudience;
  readonly language: Language;
  readonly format: 'html' | 'markdown';
}

/**
 * An evidence letter about one target, for who runs it or for an internet provider; in English where there are no words for
 * the language. It goes to strangers, so nobody’s own addresses are in it whatever the report holds. Undefined where the
 * report has no such target.
 * @param ownAddresses as for {@link redactReport}
 */
export async function writeLetter(
  report: RunReport,
  { targetId, audience, language, format }: LetterWish,
  ownAddresses: readonly string[] = [],
): Promise<string | undefined> {
  const facts = gatherLetterFacts(await redactReport(report, 'standard', ownAddresses), targetId);
  if (!facts) return undefined;
  const letter = composeLetter(facts, audience, await openLetterSpeaker(language));
  return format === 'html' ? writeLetterHtml(letter) : writeLetterMarkdown(letter);
}
