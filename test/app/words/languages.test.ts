import { describe, expect, it } from 'vitest';
import { writeReportHtml } from '../../../app/report/report-html.ts';
import { sayAnswer, sayGate } from '../../../app/words/say-report.ts';
import { openSpeaker } from '../../../app/words/speaker.ts';
import { languages } from '../../../model/choices.ts';
import { sampleReport } from '../report/sample-report.ts';

describe('a report in another language', () => {
  it.each(languages)('keeps the things of a list apart in %s', async (language) => {
    const speaker = await openSpeaker(language);
    expect(speaker.list(['1', '2'])).toMatch(/^1[,،、]\P{N}*2$/u);
    expect(speaker.list(['1', '2', '3'])).toMatch(/^1[,،、]\P{N}*2[,،、]\P{N}*3$/u);
  });

  it('names the current connection in the language shown, and a person’s own routes as they are', async () => {
    const report = sampleReport();
    const routes = report.routes.map((route) =>
      route.kind === 'direct' ? { ...route, label: 'Current connection' } : { ...route, label: 'Berlin' },
    );
    const russian = await openSpeaker('ru');
    const said = [sayAnswer({ ...report, routes }, russian), ...sayGate({ ...report, routes }, russian)].join('\n');
    expect(said).toContain('Текущее подключение');
    expect(said).toContain('Berlin');
    expect(said).not.toContain('Current connection');
    expect(sayGate({ ...report, routes })[0]).toMatch(/^Current connection /);
  });

  it.each(languages)('says none of its own words in English in %s', async (language) => {
    const report = sampleReport();
    const html = await writeReportHtml(report, { language });
    const speaker = await openSpeaker(language);
    expect(html).toContain(`<html lang="${language}"`);
    expect(html).toContain(speaker.say('heading-problems'));
    // A sentence without its values would show the places they belong.
    expect(html.replace(/<style>.*?<\/style>/su, '')).not.toMatch(/\{\w+\}/u);
  });
});
