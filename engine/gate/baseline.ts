import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import { runJob } from '../job/run-job.ts';
import type { OpenRoute, Session } from '../job/session.ts';

export interface BaselineReading {
  readonly routeId: string;
  readonly baseline: RouteSummary['baseline'];
  readonly results: readonly Result[];
  /** Why the route itself does not work, when no baseline passed. */
  readonly failure?: Failure;
}

/** Fetches the neutral endpoints over one route. One good answer is enough: a neutral site may itself be blocked or down. */
export async function readBaseline(session: Session, open: OpenRoute, signal: AbortSignal): Promise<BaselineReading> {
  const results = await Promise.all(session.input.baselines.map((target) => runJob(session, { target, open }, signal)));
  const ran = results.filter(({ state }) => state !== 'skipped' && state !== 'cancelled');
  // A second try that passed is good too: nothing is blamed on a route that does carry traffic.
  const passed = ran.filter(({ state, failure }) => state === 'ok' || (state === 'impaired' && !failure)).length;
  const failure = passed === 0 ? mostTellingFailure(ran) : undefined;
  return {
    routeId: open.route.id,
    baseline: { ok: passed > 0, passed, tried: ran.length },
    results,
    ...(failure ? { failure } : {}),
  };
}

/** The proxy's own refusal explains more than the silence of one neutral site. */
function mostTellingFailure(results: readonly Result[]): Failure | undefined {
  const failures = results.flatMap(({ failure }) => (failure ? [failure] : []));
  const steps = ['proxy', 'connect', 'resolve'];
  return steps.map((step) => failures.find((failure) => failure.step === step)).find(Boolean) ?? failures[0];
}
