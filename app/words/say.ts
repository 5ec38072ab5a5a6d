import type { CloudFinding } from '../../model/cloud.ts';
import type { Failure } from '../../model/failure.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { english, type Speaker, type WordTable } from './speaker.ts';

/** The English text of a key; a key of a newer report that this version does not know is shown as it is. */
export function word(table: WordTable, key: string): string {
  return english.word(table, key);
}

/** The few words of a matrix cell: the kind, with the code where it tells more (`HTTP status 403`). */
export function sayFailureShortly(failure: Failure, speaker = english): string {
  const text = speaker.mtproxyDetail(failure.detail ?? '')?.cell ?? speaker.word('failureWords', failure.kind);
  return failure.kind === 'http-status' && failure.code ? `HTTP ${sanitizeText(failure.code, 16)}` : text;
}

/** A sentence without its full stop: `Connecting: no answer came before our deadline (ETIMEDOUT)`. */
export function sayFailure(failure: Failure, speaker = english): string {
  const code = failure.code === undefined ? '' : ` (${sanitizeText(failure.code, 64)})`;
  const text = speaker.mtproxyDetail(failure.detail ?? '')?.sentence ?? speaker.word('failures', failure.kind);
  return `${speaker.word('steps', failure.step)}: ${text}${code}`;
}

/**
 * The verdict as a sentence without its full stop: what, consistent with what, on which grounds. "Consistent with" and
 * never "by": without packet headers nobody can prove who did it.
 */
export function sayVerdict({ verdict, mechanism, rule, confidence }: Verdict, speaker: Speaker = english): string {
  const params = {
    verdict: speaker.word('verdicts', verdict),
    rule: speaker.word('rules', rule),
    confidence: speaker.word('confidences', confidence),
  };
  return mechanism === undefined
    ? speaker.say('verdict', params)
    : speaker.say('verdict-mechanism', { ...params, mechanism: speaker.word('mechanisms', mechanism) });
}

/** The engine's own label of the current connection is English; a person's word for a route is kept in every language. */
export function routeLabel({ id, kind, label }: RouteSummary, speaker: Speaker = english): string {
  const own = kind === 'direct' && label === 'Current connection' && speaker.language !== 'en';
  return own ? speaker.say('answer-current') : sanitizeText(label, 64) || sanitizeText(id, 64);
}

/** Labels of the routes that work for a verdict's target. */
export function workingRouteLabels(report: RunReport, verdict: Verdict, speaker: Speaker = english): string[] {
  return verdict.workingRoutes.map((id) => {
    const route = report.routes.find((known) => known.id === id);
    return route === undefined ? sanitizeText(id, 64) : routeLabel(route, speaker);
  });
}

/**
 * The counts of a target of several endpoints: how many of the tried ones are ok (`7/12`), or, when none is, how many
 * failed (`12/12`), so that a failure says how much was tried. Endpoints that were skipped are in neither number.
 */
function sayEndpoints({ endpoints, state }: Result, { number }: Speaker): string | undefined {
  if (!endpoints || endpoints.tried + endpoints.skipped < 2) return undefined;
  const { ok, failed, tried } = endpoints;
  if (state === 'failed') return `${number(failed)}/${number(tried)}`;
  return ok === tried ? undefined : `${number(ok)}/${number(tried)}`;
}

/** The words of one target over one route: `ok`, `ok 11/12`, `7/12`, `timeout 12/12`, `HTTP 403`. */
export function sayResult(result: Result | undefined, speaker: Speaker = english): string {
  if (!result) return speaker.word('states', 'skipped');
  const { state, failure, detail } = result;
  if (state === 'skipped' && detail !== undefined) return speaker.word('resultDetails', detail);
  const count = sayEndpoints(result, speaker);
  if (state === 'impaired' && count !== undefined) return count;
  const shown =
    failure && (state === 'failed' || state === 'impaired') ? sayFailureShortly(failure, speaker) : undefined;
  return [shown ?? speaker.word('states', state), count].filter((part) => part !== undefined).join(' ');
}

/** What the score of a cloud finding means, as words; never as a probability, and with what keeps it from being surer. */
export function sayCollateral({ collateral }: CloudFinding, speaker: Speaker = english): string {
  if (!collateral) return '';
  const { band, score, capped = [] } = collateral;
  const params = { band: speaker.say(`collateral-${band}`), score: Math.round(score * 100) / 100 };
  if (capped.length === 0) return speaker.say('collateral', params);
  const reasons = speaker.list(capped.slice(0, 8).map((key) => speaker.word('collateral', key)));
  return speaker.say('collateral-held', { ...params, reasons });
}

/** Of a host that works, so that the map is whole: `on AWS eu-central-1, reachable`. */
export function sayOnCloud(cloud: string, regions: readonly string[], speaker: Speaker = english): string {
  const [region = '', ...others] = regions;
  const isOne = others.length === 0 && region !== '' && region !== 'anycast';
  return isOne
    ? speaker.say('on-cloud-region', { cloud, region: sanitizeText(region, 64) })
    : speaker.say('on-cloud', { cloud });
}
