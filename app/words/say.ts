import type { CloudFinding } from '../../model/cloud.ts';
import type { Failure } from '../../model/failure.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import {
  evidence,
  failures,
  failureWords,
  mechanisms,
  mtproxyDetails,
  nextSteps,
  resultDetails,
  rules,
  states,
  steps,
  verdicts,
} from './en.ts';

const tables = {
  evidence,
  failures,
  failureWords,
  mechanisms,
  nextSteps,
  resultDetails,
  rules,
  states,
  steps,
  verdicts,
};

/** The text of a key; a key of a newer report that this version does not know is shown as it is. */
export function word(table: keyof typeof tables, key: string): string {
  const texts: Readonly<Record<string, string>> = tables[table];
  return Object.hasOwn(texts, key) ? (texts[key] ?? key) : sanitizeText(key, 64);
}

/** The few words of a matrix cell: the kind, with the code where it tells more (`HTTP status 403`). */
export function sayFailureShortly(failure: Failure): string {
  const text = explain(failure)?.cell ?? word('failureWords', failure.kind);
  return failure.kind === 'http-status' && failure.code ? `HTTP ${sanitizeText(failure.code, 16)}` : text;
}

/** A sentence without its full stop: `Connecting: no answer came before our deadline (ETIMEDOUT)`. */
export function sayFailure(failure: Failure): string {
  const code = failure.code === undefined ? '' : ` (${sanitizeText(failure.code, 64)})`;
  const text = explain(failure)?.sentence ?? word('failures', failure.kind);
  return `${word('steps', failure.step)}: ${text}${code}`;
}

function explain({ detail = '' }: Failure): (typeof mtproxyDetails)[string] | undefined {
  return Object.hasOwn(mtproxyDetails, detail) ? mtproxyDetails[detail] : undefined;
}

/**
 * The verdict as a sentence without its full stop: what, consistent with what, on which grounds. "Consistent with" and
 * never "by": without packet headers nobody can prove who did it.
 */
export function sayVerdict(verdict: Verdict): string {
  const name = word('verdicts', verdict.verdict);
  const how = verdict.mechanism === undefined ? '' : `, consistent with ${word('mechanisms', verdict.mechanism)}`;
  return `${name}${how}: ${word('rules', verdict.rule)} (confidence ${verdict.confidence})`;
}

/** Labels of the routes that work for a verdict's target. */
export function workingRouteLabels(report: RunReport, verdict: Verdict): string[] {
  return verdict.workingRoutes.map((id) =>
    sanitizeText(report.routes.find((route) => route.id === id)?.label ?? id, 64),
  );
}

/**
 * The counts of a target of several endpoints: how many of the tried ones are ok (`7/12`), or, when none is, how many
 * failed (`12/12`), so that a failure says how much was tried. Endpoints that were skipped are in neither number.
 */
function sayEndpoints({ endpoints, state }: Result): string | undefined {
  if (!endpoints || endpoints.tried + endpoints.skipped < 2) return undefined;
  if (state === 'failed') return `${endpoints.failed}/${endpoints.tried}`;
  return endpoints.ok === endpoints.tried ? undefined : `${endpoints.ok}/${endpoints.tried}`;
}

/** The words of one target over one route: `ok`, `ok 11/12`, `7/12`, `timeout 12/12`, `HTTP 403`. */
export function sayResult(result: Result | undefined): string {
  if (!result) return word('states', 'skipped');
  const { state, failure, detail } = result;
  if (state === 'skipped' && detail !== undefined) return word('resultDetails', detail);
  const count = sayEndpoints(result);
  if (state === 'impaired' && count !== undefined) return count;
  const shown = failure && (state === 'failed' || state === 'impaired') ? sayFailureShortly(failure) : undefined;
  return [shown ?? word('states', state), count].filter((part) => part !== undefined).join(' ');
}

/** What the score of a cloud finding means, as words; never as a probability. */
export function sayCollateral(finding: CloudFinding): string {
  const { collateral } = finding;
  if (!collateral) return '';
  const band = {
    likely: 'collateral damage likely',
    possible: 'collateral damage possible',
    unlikely: 'collateral damage unlikely',
    insufficient: 'too little evidence',
  }[collateral.band];
  return `${band}, score ${collateral.score.toFixed(2)}`;
}
