import { useEffect, useMemo, useState } from 'react';
import type { ScenarioView } from '../../../model/contract.ts';
import type { Profile } from '../../../model/report.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning, openRunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';
import { checkView, toggled } from './check-view.ts';

const selectState = (state: AppState) => state;

export interface CheckActions {
  readonly start: () => Promise<void>;
  readonly startPractice: (scenario: string) => Promise<void>;
  /** The same again: a check, or the practice run on screen with its proxies as they are switched now. */
  readonly again: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly leavePractice: () => Promise<void>;
  readonly chooseProfile: (profile: Profile) => Promise<void>;
  /** Switches a route on or off for the next check, or a practice proxy for the next practice run. */
  readonly toggleRoute: (id: string, enabled: boolean) => Promise<void>;
}

/** What can be done on the check screen. */
export function useCheck(): CheckActions {
  const state = useApp(selectState);
  const { bridge, settle, setRoutes, setSettings, run, lastCheck, showRun, settings, setTouring } = state;
  return useMemo(() => {
    const practice = run?.plan.kind === 'practice' ? run.plan : undefined;
    const stop = async () => {
      if (run) await settle(bridge.cancelRun({ runId: run.plan.runId }));
    };
    const startPractice = async (scenario: string) => {
      if (scenario !== practice?.scenario) checkView.setState({ without: new Set() });
      await settle(bridge.startPractice({ scenario, without: [...checkView.getState().without] }));
    };
    const start = async () => {
      // During the tour there is no consent yet: the way to a check leads through it.
      if (settings.consentedAt === null) setTouring(false);
      else await settle(bridge.startCheck({}));
    };
    return {
      start,
      startPractice,
      stop,
      again: () => (practice?.scenario === undefined ? start() : startPractice(practice.scenario)),
      leavePractice: async () => {
        if (isRunning(run)) await stop();
        showRun(lastCheck);
        if (settings.consentedAt === null) return setTouring(false);
        if (lastCheck !== null) return;
        const kept = await bridge.listRuns({ limit: 50 });
        const last = kept.ok ? kept.value.find(({ kind }) => kind === 'check') : undefined;
        const view = last && (await bridge.readRun({ runId: last.runId }));
        if (view?.ok) showRun(openRunState(view.value));
      },
      chooseProfile: async (profile) => {
        const changed = await settle(bridge.changeSettings({ profile }));
        if (changed) setSettings(changed);
      },
      toggleRoute: async (id, enabled) => {
        if (practice) {
          const { without } = checkView.getState();
          if (without.has(id) === enabled) checkView.setState({ without: toggled(without, id) });
          return;
        }
        const changed = await settle(bridge.toggleRoute({ id, enabled }));
        if (changed) setRoutes(changed);
      },
    };
  }, [bridge, settle, setRoutes, setSettings, run, lastCheck, showRun, settings.consentedAt, setTouring]);
}

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;

/** The practice networks there are; empty until they are read. */
export function useScenarios(): readonly ScenarioView[] {
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const [scenarios, setScenarios] = useState<readonly ScenarioView[]>([]);
  useEffect(() => {
    let current = true;
    void settle(bridge.readScenarios()).then((found) => {
      if (current && found) setScenarios(found);
    });
    return () => {
      current = false;
    };
  }, [bridge, settle]);
  return scenarios;
}
