import { randomUUID } from 'node:crypto';
import type { Answer, Input } from '../../model/contract.ts';
import type { RunView, TargetDetail } from '../../model/run-view.ts';
import type { Target } from '../../model/target.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import { routesForRun } from '../settings/routes-for-run.ts';
import type { SettingsState } from '../settings/settings-state.ts';
import { builtInTargets, targetsForRun } from '../settings/targets-for-run.ts';
import { siblingHosts } from '../sibling-hosts.ts';
import type { CurrentRun } from './current-run.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { refuse } from './keep-change.ts';

type RunCalls = Pick<
  Handlers,
  | 'readScenarios'
  | 'startCheck'
  | 'startPractice'
  | 'cancelRun'
  | 'readCurrentRun'
  | 'readRun'
  | 'readTarget'
  | 'listRuns'
  | 'compareRuns'
  | 'readAvailability'
  | 'removeRun'
>;

/** Runs: under way, on screen, and kept. */
export function runCalls({ settings }: HostContext, engine: EngineClient, current: CurrentRun): RunCalls {
  const shownRun = (runId: string) => {
    const view = current.read()?.view;
    return view?.plan.runId === runId ? view : undefined;
  };
  return {
    readScenarios: async () => {
      const scenarios = await readScenarios();
      return { ok: true, value: scenarios.map(({ id, name, summary }) => ({ id, name, summary })) };
    },
    startCheck: async ({ profile, targetIds }) => {
      const state = settings.state();
      if (state.settings.consentedAt === null) return refuse('consent-missing');
      const chosen = profile ?? state.settings.profile;
      const targets = chooseTargets(state, chosen, targetIds);
      if (!targets.ok) return targets;
      const routes = routesForRun(state);
      const order = { kind: 'check', runId: randomUUID(), profile: chosen, targets: targets.value, routes } as const;
      const { ownTargets, settings: choices } = state;
      const siblings = { siblings: siblingHosts(targets.value, ownTargets, choices.askReachability) };
      return current.start(chosen === 'deep' ? { ...order, ...siblings } : order);
    },
    startPractice: async ({ scenario, without = [] }) => {
      const scenarios = await readScenarios();
      if (scenarios.every(({ id }) => id !== scenario)) {
        return refuse('scenario-unknown', {
          params: { name: scenario, names: scenarios.map(({ id }) => id).join(', ') },
        });
      }
      return current.start({ kind: 'practice', runId: randomUUID(), scenario, without });
    },
    cancelRun: async ({ runId }) => current.cancel(runId),
    readCurrentRun: async () => ({ ok: true, value: current.read() }),
    readRun: async ({ runId }) => {
      const view = shownRun(runId);
      return view ? { ok: true, value: view } : engine.ask('readRun', { runId });
    },
    readTarget: async ({ runId, targetId }) => {
      const view = shownRun(runId);
      // What was observed went with the engine's process; what has been shown is still here.
      if (view?.lost) return detailOfView(view, targetId);
      return engine.ask('readTarget', { runId, targetId });
    },
    listRuns: (input) => engine.ask('listRuns', input),
    compareRuns: (input) => engine.ask('compareRuns', input),
    readAvailability: (input) => engine.ask('readAvailability', input),
    removeRun: async ({ runId }) => {
      const isShown = current.read()?.view.plan.runId === runId;
      if (isShown && current.isUnderWay()) return refuse('run-busy');
      const removed = await engine.ask('removeRun', { runId });
      if (removed.ok && isShown) {
        engine.forget();
        current.forget(runId);
      }
      return removed;
    },
  };
}

/** Loaded when somebody wants to practise: the start of the app needs none of it. */
async function readScenarios() {
  const { allScenarios } = await import('../../lab/scenarios/all-scenarios.ts');
  return allScenarios;
}

function chooseTargets(
  state: SettingsState,
  profile: NonNullable<Input<'startCheck'>['profile']>,
  ids: readonly string[] | undefined,
): Answer<readonly Target[]> {
  if (!ids) {
    const targets = targetsForRun(state, profile);
    return targets.length > 0 ? { ok: true, value: targets } : refuse('targets-none');
  }
  const known = new Map([...builtInTargets, ...state.ownTargets].map((target) => [target.id, target]));
  const targets = [...new Set(ids)].map((id) => known.get(id));
  const found = targets.filter((target) => target !== undefined);
  return found.length === targets.length ? { ok: true, value: found } : refuse('target-unknown');
}

function detailOfView({ plan, cells, verdicts }: RunView, targetId: string): Answer<TargetDetail> {
  const target = plan.targets.find(({ id }) => id === targetId);
  if (!target) return refuse('target-unknown');
  const own = cells.filter((cell) => cell.targetId === targetId);
  const results = plan.routes.flatMap(({ id }) => own.filter(({ routeId }) => routeId === id));
  const value: TargetDetail = {
    target,
    results: results.map((cell) => ({ ...cell, observations: [] })),
    verdict: verdicts.find((verdict) => verdict.targetId === targetId) ?? null,
    cloud: [],
  };
  return { ok: true, value };
}
