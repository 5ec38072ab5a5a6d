import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import { sayResult } from '../words/say.ts';
import { problemVerdicts, routeTitle } from '../words/say-report.ts';
import type { Speaker } from '../words/speaker.ts';
import { stateShapes } from '../words/state-shapes.ts';
import { foreign, html, type Markup } from './html-markup.ts';

/** The id of a target's problem within the page: its place, as an id from a file could be anything. */
export function problemAnchor(index: number): string {
  return `problem-${index + 1}`;
}

/** Services in their groups, a column per route. */
export function writeMatrix(report: RunReport, speaker: Speaker): Markup {
  const results = new Map(report.results.map((item) => [`${item.targetId}\n${item.routeId}`, item]));
  const verdicts = new Map(report.verdicts.map((item) => [item.targetId, item.verdict]));
  const problems = new Map(problemVerdicts(report).map(({ targetId }, index) => [targetId, problemAnchor(index)]));
  const heads = report.routes.map((route) => html`<th scope="col">${routeTitle(report, route, speaker)}</th>`);
  const bodies = [...Map.groupBy(report.targets, ({ group }) => group)].map(([group, targets]) => {
    const rows = targets.map(({ id, name }) => {
      const anchor = problems.get(id);
      const title = anchor === undefined ? foreign(name) : html`<a href="#${anchor}">${foreign(name)}</a>`;
      const cells = report.routes.map((route) => writeCell(results.get(`${id}\n${route.id}`), speaker));
      const verdict = verdicts.get(id);
      return html`<tr><th scope="row">${title}</th>${cells}<td>${verdict === undefined ? '' : speaker.word('verdicts', verdict)}</td></tr>\n`;
    });
    return html`<tbody><tr class="group"><th scope="rowgroup" colspan="${report.routes.length + 2}">${foreign(speaker.word('groups', group))}</th></tr>\n${rows}</tbody>`;
  });
  return html`<section class="scroll" tabindex="0" aria-label="${speaker.say('heading-matrix')}">
<table class="matrix"><thead><tr><th scope="col">${speaker.say('column-target')}</th>${heads}<th scope="col">${speaker.say('column-verdict')}</th></tr></thead>
${bodies}</table></section>`;
}

function writeCell(result: Result | undefined, speaker: Speaker): Markup {
  const state = result?.state ?? 'skipped';
  const total = result?.ms.total;
  const timed = (state === 'ok' || state === 'impaired') && total !== undefined;
  const ms = timed ? html` <span class="ms">${speaker.say('ms', { ms: Math.round(total) })}</span>` : html``;
  return html`<td class="${state}"><span class="shape" aria-hidden="true">${stateShapes[state]}</span>${sayResult(result, speaker)}${ms}</td>`;
}
