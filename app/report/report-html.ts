import type { RunReport } from '../../model/report.ts';
import type { Language } from '../../model/settings.ts';
import { asnAttribution } from '../load-ranges.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { sayAnswer, sayGate } from '../words/say-report.ts';
import { sayTelegram } from '../words/say-telegram.ts';
import { openSpeaker, type PageKey, type Speaker } from '../words/speaker.ts';
import { html, type Markup } from './html-markup.ts';
import { writePageHead } from './page-head.ts';
import { writeAws, writeOtherClouds } from './report-html-cloud.ts';
import { writeMatrix } from './report-html-matrix.ts';
import { writeProblems } from './report-html-problems.ts';
import { reportStyle } from './report-style.ts';

export interface ReportHtmlOptions {
  readonly language: Language;
}

/**
 * The report as one page that needs nothing else: no script, nothing loaded, opens from disk, prints on A4. In English where
 * there are no words for the language.
 * @param report as it may be shown: redaction is done
 */
export async function writeReportHtml(report: RunReport, { language }: ReportHtmlOptions): Promise<string> {
  const speaker = await openSpeaker(language);
  const page = html`<!doctype html>
<html lang="${speaker.language}" dir="${speaker.direction}">
${writePageHead({ title: speaker.say('title'), schemes: 'light dark', style: reportStyle })}
<body>
<header>
<h1>${speaker.say('title')}</h1>
<p class="answer">${sayAnswer(report, speaker)}</p>
<p class="quiet">${sayMade(report, speaker)}</p>
<p class="quiet">${speaker.say(`redaction-${report.redaction}`)}</p>
</header>
<main>
${section('heading-routes', [list(sayGate(report, speaker))], speaker)}
${section('heading-matrix', [writeMatrix(report, speaker)], speaker)}
${section('heading-telegram', listOrNone(sayTelegram(report, speaker)), speaker)}
${section('heading-problems', await writeProblems(report, speaker), speaker)}
${section('heading-aws', writeAws(report, speaker), speaker)}
${section('heading-clouds', writeOtherClouds(report, speaker), speaker)}
</main>
<footer>
<p>${speaker.say('footer')}</p>
${report.cloud.length === 0 ? [] : [html`<p>${asnAttribution}</p>`]}
</footer>
</body>
</html>
`;
  return page.markup;
}

function section(heading: PageKey, content: readonly Markup[], speaker: Speaker): Markup {
  return content.length === 0 ? html`` : html`<section>\n<h2>${speaker.say(heading)}</h2>\n${content}\n</section>`;
}

function list(sentences: readonly string[]): Markup {
  return html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

function listOrNone(sentences: readonly string[]): readonly Markup[] {
  return sentences.length === 0 ? [] : [list(sentences)];
}

/** `2026-08-22 10:00 UTC, standard check, waylight 0.1.0, took 9 seconds`. */
function sayMade({ startedAt, finishedAt, software, profile }: RunReport, speaker: Speaker): string {
  const params = {
    date: startedAt.slice(0, 16).replace('T', ' '),
    profile: speaker.say(`profile-${profile}`),
    software: sanitizeText(software.name, 64),
    version: sanitizeText(software.version, 32),
  };
  const seconds = Math.max(0, Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000));
  return speaker.list([speaker.say('made', params), speaker.say('took', { count: seconds })]);
}
