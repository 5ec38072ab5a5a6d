import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { Evidence, Verdict } from '../../model/verdict.ts';
import { mapInTurns } from '../map-in-turns.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { sayFailure, sayResult, sayVerdict, workingRouteLabels } from '../words/say.ts';
import { problemVerdicts, routeTitle } from '../words/say-report.ts';
import type { PageKey, Speaker } from '../words/speaker.ts';
import { foreign, foreignText, html, type Markup } from './html-markup.ts';
import { saySeen, seenAt } from './observation-in-words.ts';
import { problemAnchor } from './report-html-matrix.ts';

/** What all tables of observations may take together, in characters: a page has to open on a phone. */
const factsLimit = 1_250_000;

/** Every problem with its evidence, what to try, and what was seen; the last as long as there is room for it. */
export async function writeProblems(report: RunReport, speaker: Speaker): Promise<readonly Markup[]> {
  const problems = problemVerdicts(report);
  if (problems.length === 0) return [html`<p>${speaker.say('no-problems')}</p>`];
  const targets = new Map(report.targets.map((target) => [target.id, target]));
  const results = Map.groupBy(report.results, ({ targetId }) => targetId);
  let room = factsLimit;
  let left = 0;
  const articles = await mapInTurns([...problems.entries()], ([index, verdict]) => {
    const own = results.get(verdict.targetId) ?? [];
    const facts = room > 0 ? writeFacts(report, own, speaker) : html``;
    const fits = room > 0 && facts.markup.length <= room;
    if (fits) room -= facts.markup.length;
    else if (own.length > 0) left++;
    const name = targets.get(verdict.targetId)?.name ?? verdict.targetId;
    return html`<article id="${problemAnchor(index)}">
<h3>${foreign(name)}</h3>
${writeVerdict(report, verdict, speaker)}
${fits ? facts : html``}
</article>
`;
  });
  return left === 0 ? articles : [...articles, html`<p>${speaker.say('facts-left-out', { count: left })}</p>`];
}

function writeVerdict(report: RunReport, verdict: Verdict, speaker: Speaker): Markup {
  const working = workingRouteLabels(report, verdict, speaker);
  const over =
    working.length === 0
      ? speaker.say('works-nowhere')
      : speaker.say('works-over', { routes: speaker.list(working.map((name) => speaker.say('quoted', { name }))) });
  const evidence = verdict.evidence.map((item) => sayEvidence(item, speaker));
  const next = verdict.next.map((key) => speaker.word('nextSteps', key));
  return html`<p>${capitalise(sayVerdict(verdict, speaker))}. ${over}</p>
${titledList('why', evidence, speaker)}${titledList('next', next, speaker)}<p class="quiet">${speaker.say('rule')}: <code>${foreign(verdict.rule)}</code></p>`;
}

function titledList(title: PageKey, items: readonly string[], speaker: Speaker): Markup {
  if (items.length === 0) return html``;
  return html`<p>${speaker.say(title)}:</p><ul>${items.map((item) => html`<li>${item}</li>`)}</ul>\n`;
}

function sayEvidence({ says, observation, ratio }: Evidence, speaker: Speaker): string {
  const known = speaker.word('evidence', says);
  const text =
    ratio === undefined
      ? known
      : speaker.say('evidence-ratio', { text: known, percent: `${speaker.number(Math.round(ratio * 100))} %` });
  return observation === undefined
    ? text
    : speaker.say('evidence-seen', { text, number: sanitizeText(observation, 32) });
}

/** The first letter large where the script has large ones. */
function capitalise(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

const factColumns = [
  'column-number',
  'column-step',
  'column-why',
  'column-address',
  'column-ms',
  'column-seen',
] as const satisfies readonly PageKey[];

/** Observations route by route. End tags that HTML lets be left out are left out: there can be thousands of rows. */
function writeFacts(report: RunReport, results: readonly Result[], speaker: Speaker): Markup {
  const heads = factColumns.map((column) => html`<th scope="col">${speaker.say(column)}`);
  const bodies = report.routes.flatMap((route) => {
    const result = results.find(({ routeId }) => routeId === route.id);
    return result === undefined ? [] : [writeRoute(routeTitle(report, route, speaker), result, speaker)];
  });
  return html`<details><summary>${speaker.say('facts')}</summary><table class="facts"><thead><tr>${heads}</thead>${bodies}</table></details>`;
}

function writeRoute(title: string, result: Result, speaker: Speaker): Markup {
  const said = result.failure ? sayFailure(result.failure, speaker) : sayResult(result, speaker);
  const again = result.tries > 1 ? [speaker.say(result.tries === 2 ? 'tried-twice' : 'tried-thrice')] : [];
  const rows = result.observations.map((item) => {
    const { place, detail } = seenAt(item);
    const seen = saySeen(item, speaker);
    return html`<tr><td>${foreignText(item.id)}<td>${speaker.word('steps', item.step)}<td>${speaker.say(`purpose-${item.purpose}`)}<td>${foreignText(place)}<td>${Math.round(item.ms)}<td>${seen}${detail === '' ? html`` : html` ${foreign(detail)}`}\n`;
  });
  return html`<tbody><tr class="group"><th scope="rowgroup" colspan="6">${speaker.list([`${title}: ${said}`, ...again])}\n${rows}</tbody>`;
}
