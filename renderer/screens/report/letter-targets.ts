import { useEffect, useState } from 'react';
import type { RunTarget } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import type { AppState } from '../../store/app-store.ts';
import { openRunState, type RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';

const selectBridge = (state: AppState) => state.bridge;
const selectSettle = (state: AppState) => state.settle;
const selectRun = (state: AppState) => state.run;

export interface LetterTargets {
  /** What fails on the connection that was judged; in the order of the check. */
  readonly failing: readonly RunTarget[];
  readonly others: readonly RunTarget[];
}

const works = new Set<Verdict['verdict']>(['reachable', 'route-broken']);

export function isLetterWorthy(verdict: Verdict | null | undefined): boolean {
  return verdict !== undefined && verdict !== null && !works.has(verdict.verdict);
}

function sortTargets({ plan, verdicts }: RunState): LetterTargets {
  const isFailing = ({ id }: RunTarget) => isLetterWorthy(verdicts.get(id));
  return { failing: plan.targets.filter(isFailing), others: plan.targets.filter((target) => !isFailing(target)) };
}

/** The targets of a run a letter can be about; undefined while a kept one is read. */
export function useLetterTargets(runId: string): LetterTargets | undefined {
  const bridge = useApp(selectBridge);
  const settle = useApp(selectSettle);
  const onScreen = useApp(selectRun);
  const live = onScreen?.plan.runId === runId ? onScreen : undefined;
  const [kept, setKept] = useState<RunState>();
  const isLive = live !== undefined;
  useEffect(() => {
    if (isLive) return;
    let current = true;
    void settle(bridge.readRun({ runId })).then((view) => {
      if (current && view) setKept(openRunState(view));
    });
    return () => {
      current = false;
    };
  }, [bridge, settle, runId, isLive]);
  const run = live ?? kept;
  return run && sortTargets(run);
}
