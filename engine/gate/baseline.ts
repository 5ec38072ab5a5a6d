import type { Failure } from '../../model/failure.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Target } from '../../model/target.ts';
import { runJob } from '../job/run-job.ts';
import type { OpenRoute, Session } from '../job/session.ts';

export interface BaselineReading {
  readonly routeId: string;
  readonly baseline: RouteSummary['baseline'];
  readonly results: readonly Result[];
  /** Why the route itself does not work, when no baseline passed. */
  readonly failure?: Failure;
}

/**
 * Fetches the neutral endpoints over one route; an MTProxy leads to none of them, so Telegram itself stands in for them
 * there. One good answer is enough: a neutral site may itself be blocked or down.
 * @param onResult called as each of them is done.
 */
export async function readBaseline(
  session: Session,
  open: OpenRoute,
  signal: AbortSignal,
  onResult: (result: Result) => void = () => {},
): Promise<BaselineReading> {
  const targets = open.mtproxy ? telegramBaselines(session.input.targets) : session.input.baselines;
  const results = await Promise.all(
    targets.map(async (target) => {
      // They are few and every verdict waits for them, so they do not queue with the targets.
      const result = await runJob(session, { target, open, forGate: true }, signal, { place: () => {} });
      onResult(result);
      return result;
    }),
  );
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

const dataCentresAsked = 3;

/** Data centres that carry chats, of those under test; without any, the one that Telegram's apps ask first. */
function telegramBaselines(targets: readonly Target[]): readonly Target[] {
  const known = targets.filter(({ protocol, telegram }) => protocol === 'mtproto' && telegram?.media === false);
  return known.length > 0 ? known.slice(0, dataCentresAsked) : [secondDataCentre];
}

const secondDataCentre: Target = {
  id: 'telegram-dc2',
  name: 'Telegram DC 2',
  group: 'telegram',
  protocol: 'mtproto',
  host: 'telegram.org',
  port: 443,
  telegram: { dc: 2, media: false },
};

/** The proxy's own refusal explains more than the silence of one neutral site. */
function mostTellingFailure(results: readonly Result[]): Failure | undefined {
  const failures = results.flatMap(({ failure }) => (failure ? [failure] : []));
  const steps = ['proxy', 'connect', 'resolve'];
  return steps.map((step) => failures.find((failure) => failure.step === step)).find(Boolean) ?? failures[0];
}
