import { describe, expect, it } from 'vitest';
import { sayAnswer } from '../../../app/words/say-report.ts';
import { createSpeaker, english, openSpeaker } from '../../../app/words/speaker.ts';
import { languages } from '../../../model/choices.ts';
import { englishWords, type Words } from '../../../model/words.ts';
import { sampleReport } from '../report/sample-report.ts';

/** English with some sentences changed, as the words of another language. */
const wordsWith = (page: Record<string, unknown>) =>
  ({ ...englishWords, page: { ...englishWords.page, ...page } }) as Words;

describe('a speaker', () => {
  it('chooses the plural form of its language', () => {
    const seconds = {
      one: '{count} секунда',
      few: '{count} секунды',
      many: '{count} секунд',
      other: '{count} секунды',
    };
    const speaker = createSpeaker('ru', wordsWith({ seconds }));
    const said = [1, 2, 5, 11, 21, 0].map((count) => speaker.say('seconds', { count }));
    expect(said).toEqual(['1 секунда', '2 секунды', '5 секунд', '11 секунд', '21 секунда', '0 секунд']);
    // A form that nobody wrote is the common one, and English has only two.
    const poor = createSpeaker('ru', wordsWith({ seconds: { other: '{count} с' } }));
    expect(poor.say('seconds', { count: 2 })).toBe('2 с');
    expect([1, 2].map((count) => english.say('seconds', { count }))).toEqual(['1 second', '2 seconds']);
  });

  it('keeps names apart from a sentence that runs the other way, and writes numbers in its own digits', () => {
    const speaker = createSpeaker('fa', englishWords);
    expect(speaker.direction).toBe('rtl');
    expect(speaker.say('via', { label: 'Berlin (2)', tunnel: 'wg0' })).toBe(
      '\u2068Berlin (2)\u2069 (via \u2068wg0\u2069)',
    );
    expect(speaker.say('ms', { ms: 120 })).toBe('۱۲۰ ms');
    expect(speaker.list(['a', 'b'])).toBe('a،\u200f b');
    expect(english.say('via', { label: 'Berlin', tunnel: 'wg0' })).toBe('Berlin (via wg0)');
  });

  it('says in English what has no words in its language, and nothing that is not its own', () => {
    const speaker = createSpeaker('ru', wordsWith({ ms: undefined }));
    expect(speaker.say('ms', { ms: 5 })).toBe('5 ms');
    expect(speaker.word('states', 'constructor')).toBe('constructor');
    expect(speaker.mtproxyDetail('toString')).toBeUndefined();
  });

  it.each(languages)('in %s leaves no placeholder in a sentence', async (language) => {
    const speaker = await openSpeaker(language);
    expect([language, 'en']).toContain(speaker.language);
    const said = sayAnswer(sampleReport({ partial: true }), speaker);
    expect(said).toContain('Aunt Vera');
    expect(said).not.toMatch(/[{}]|undefined/);
  });
});
