import type { Answer, RangesRefreshed } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import { carriesFiles, refreshInTurn } from '../refresh-in-turn.ts';
import { routesForRun } from '../settings/routes-for-run.ts';
import type { SettingsState } from '../settings/settings-state.ts';
import type { CurrentRun } from './current-run.ts';
import type { HostContext } from './handlers.ts';
import { refuse } from './keep-change.ts';
import { hasAnswered, isAttemptDue, type RangesAttempts } from './ranges-attempt.ts';

export interface RangesRefresher {
  /** Whoever asks while it is being done is told the same. */
  refresh(): Promise<Answer<RangesRefreshed>>;
  /** No further route is tried, and nothing is asked for by itself any more. */
  stop(): void;
}

/** Milliseconds for all routes together; each has a deadline of its own, and there may be hundreds that are dead. */
const patienceMs = 10 * 60_000;
/** Milliseconds between looks at whether a day has passed. */
const lookMs = 60_000;

/** Those that the last test or check worked over come first, the quickest of them first; those it did not work over, last. */
export function orderRoutes(routes: readonly Route[], latencies: SettingsState['latencies']): readonly Route[] {
  const rank = ({ id }: Route) => {
    const last = latencies.get(id)?.at(-1);
    return last === undefined ? [1, 0] : last === null ? [2, 0] : [0, last];
  };
  const ranked = routes.filter(carriesFiles).map((route) => ({ route, rank: rank(route) }));
  ranked.sort(({ rank: [a = 0, b = 0] }, { rank: [c = 0, d = 0] }) => a - c || b - d);
  return ranked.map(({ route }) => route);
}

/**
 * Asks Amazon for its newest list over the routes that are on: when a page wants it, and once a day by itself where the
 * person has chosen so. Never before consent and never beside a check, which would be measured over a busier line.
 */
export function createRangesRefresher(
  context: Pick<HostContext, 'settings' | 'emit' | 'now'>,
  engine: Pick<EngineClient, 'ask'>,
  current: Pick<CurrentRun, 'isUnderWay'>,
  attempts: RangesAttempts,
): RangesRefresher {
  const { settings, emit, now } = context;
  let stopped = false;
  let underWay: Promise<Answer<RangesRefreshed>> | undefined;
  const hasConsent = () => settings.state().settings.consentedAt !== null;
  const goesOn = () => !stopped && hasConsent() && !current.isUnderWay();

  const refreshNow = async (): Promise<Answer<RangesRefreshed>> => {
    const state = settings.state();
    const routes = orderRoutes(routesForRun(state), state.latencies);
    const giveUpAt = performance.now() + patienceMs;
    const isInTime = () => performance.now() < giveUpAt;
    const { taken, problems, untried } = await refreshInTurn(
      routes,
      (route) => engine.ask('refreshRanges', { route }),
      () => goesOn() && isInTime(),
    );
    // Whoever has everything deleted in the meantime wants no trace of this either.
    if (hasConsent() && !stopped) {
      await attempts.record({ at: now().toISOString(), reached: taken !== undefined || hasAnswered(problems) });
    }
    if (!taken) {
      const said = current.isUnderWay() ? withoutStopped(problems) : problems;
      const late = untried > 0 && !isInTime() ? [{ code: 'refresh-late', params: { count: untried } } as const] : [];
      return { ok: false, problems: [...said, ...late] };
    }
    const { updated, info } = taken.value;
    const { id, label } = taken.route;
    emit({ type: 'ranges', info });
    return { ok: true, value: { info, updated, route: { id, label }, problems } };
  };
  const refresh = async () => {
    if (!hasConsent()) return refuse('consent-missing');
    if (!underWay && current.isUnderWay()) return refuse('run-busy');
    underWay ??= refreshNow().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const look = async () => {
    if (!settings.state().settings.refreshRanges || underWay || !goesOn()) return;
    if (isAttemptDue(await attempts.last(), now().getTime()) && goesOn()) await refresh();
  };
  const timer = setInterval(() => void look().catch(() => {}), lookMs);
  timer.unref();
  return {
    refresh,
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}

/** A check that began has ended it: that is what is said, in place of a fetch that was stopped. */
function withoutStopped(problems: readonly Problem[]): readonly Problem[] {
  const others = problems.filter(({ code, params }) => !(code === 'fetch-unreachable' && params?.reason === 'aborted'));
  return [...others, { code: 'run-busy' }];
}
