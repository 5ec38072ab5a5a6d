import type { Environment } from '../../model/environment.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Cell, RunOutcome, RunPlan, RunTarget } from '../../model/run-view.ts';
import type { TelegramChoice, TelegramState, TelegramSummary } from '../../model/telegram-summary.ts';
import type { Verdict } from '../../model/verdict.ts';
import { foldRunUpdates, type RunState, startRunState } from '../../renderer/store/run-state.ts';

export function aRoute(id: string, more: Partial<RouteSummary> = {}): RouteSummary {
  const direct = id === 'direct';
  return {
    id,
    kind: direct ? 'direct' : 'socks5h',
    label: direct ? 'Current connection' : id,
    endpoint: direct ? null : '203.0.113.10:1080',
    remoteDns: !direct,
    baseline: { ok: true, passed: 4, tried: 4 },
    ...more,
  };
}

export const deadBaseline: RouteSummary['baseline'] = { ok: false, passed: 0, tried: 4 };

export function aTarget(id: string, more: Partial<RunTarget> = {}): RunTarget {
  return { id, name: id, group: 'social', protocol: 'https', host: `${id}.example`, port: 443, ...more };
}

/** A data centre of Telegram. */
export function aDataCentre(dc: number, media = false): RunTarget {
  const id = `telegram-dc${dc}${media ? '-media' : ''}`;
  return aTarget(id, { group: 'telegram', protocol: 'mtproto', telegram: { dc, media } });
}

export function aCell(targetId: string, routeId: string, state: Cell['state'], more: Partial<Cell> = {}): Cell {
  const failure = state === 'failed' ? { failure: { step: 'connect', kind: 'timeout' } as const } : {};
  return { targetId, routeId, state, ms: { total: 120 }, tries: 1, ...failure, ...more };
}

export function aVerdict(targetId: string, verdict: Verdict['verdict'], more: Partial<Verdict> = {}): Verdict {
  return {
    targetId,
    verdict,
    rule: 'reachable.current',
    confidence: 'high',
    workingRoutes: [],
    evidence: [],
    next: [],
    ...more,
  };
}

export const calm: Environment = {
  platform: 'linux',
  tunnel: { up: false },
  systemProxy: null,
  captivePortal: false,
  connectsProveNothing: false,
  ipv6: 'works',
  clockSkewMs: 12,
  bypassTools: [],
  httpsScanning: false,
};

/** Telegram's states over the routes of a run, in their order, and which of them is best. */
export function aTelegram(
  states: Readonly<Record<string, TelegramState>>,
  best?: TelegramChoice,
): Pick<RunOutcome, 'telegram' | 'choice'> {
  const routes = Object.entries(states).map(([routeId, state]) => ({ routeId, state, groups: [], retried: 0 }));
  const telegram: TelegramSummary = { routes, verdict: 'reachable' };
  return { telegram, choice: best ?? null };
}

export function anOutcome(more: Partial<RunOutcome> = {}): RunOutcome {
  return {
    partial: false,
    finishedAt: '2026-11-22T12:01:00.000Z',
    telegram: null,
    choice: null,
    cloud: [],
    siblings: [],
    ranges: { source: 'packaged', createdAt: null, rows: 0 },
    changes: null,
    problems: [],
    ...more,
  };
}

interface RunInput {
  readonly routes?: readonly RouteSummary[];
  readonly targets?: readonly RunTarget[];
  readonly cells?: readonly Cell[];
  readonly verdicts?: readonly Verdict[];
  /** Null where the gate is not through. */
  readonly environment?: Environment | null;
  readonly outcome?: RunOutcome | null;
  readonly lost?: boolean;
}

/** A run as its updates would have built it. */
export function aRun(input: RunInput = {}): RunState {
  const { routes = [aRoute('direct')], targets = [], cells = [], verdicts = [], outcome = null, lost } = input;
  const { environment = calm } = input;
  const plan: RunPlan = {
    runId: 'run-1',
    kind: 'check',
    profile: 'standard',
    startedAt: '2026-11-22T12:00:00.000Z',
    targets,
    routes,
    jobs: targets.length * routes.length,
  };
  return foldRunUpdates(startRunState(plan), [
    ...(environment ? [{ type: 'gate' as const, environment, routes }] : []),
    { type: 'cells', cells, done: cells.length },
    { type: 'verdicts', verdicts },
    ...(outcome ? [{ type: 'finished' as const, outcome }] : []),
    ...(lost ? [{ type: 'lost' as const }] : []),
  ]);
}
