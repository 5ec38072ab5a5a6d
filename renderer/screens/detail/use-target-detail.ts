import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../model/problem.ts';
import type { TargetDetail } from '../../../model/run-view.ts';
import type { AppState } from '../../store/app-store.ts';
import { isRunning, openRunState, type RunState } from '../../store/run-state.ts';
import { useApp } from '../../store/store-context.tsx';

export type DetailState =
  | { readonly status: 'loading' }
  /** The check, or this target of it, is not kept any more. */
  | { readonly status: 'missing'; readonly problems: readonly Problem[] }
  | { readonly status: 'failed'; readonly problems: readonly Problem[] }
  | { readonly status: 'ready'; readonly detail: TargetDetail; readonly run: RunState; readonly running: boolean };

/** What the last answer was, and of which run. */
interface Read {
  readonly runId: string;
  readonly detail?: TargetDetail;
  readonly problems?: readonly Problem[];
}

const selectBridge = (state: AppState) => state.bridge;
const selectRun = (state: AppState) => state.run;
const missing = new Set<Problem['code']>(['run-unknown', 'target-unknown']);

/** One target of one run, read anew whenever that run says something new of it. */
export function useTargetDetail(
  runId: string,
  targetId: string,
): { readonly state: DetailState; readonly retry: () => void } {
  const bridge = useApp(selectBridge);
  const onScreen = useApp(selectRun);
  const live = onScreen?.plan.runId === runId ? onScreen : null;
  const [read, setRead] = useState<Read>({ runId });
  const [kept, setKept] = useState<RunState | null>(null);
  const [asked, setAsked] = useState(0);
  const latest = useRef(0);

  const row = live?.rows.get(targetId);
  const verdict = live?.verdicts.get(targetId);
  const outcome = live?.outcome ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new of the target is the reason to read it again
  useEffect(() => {
    const turn = ++latest.current;
    void bridge.readTarget({ runId, targetId }).then((answer) => {
      // An answer that was overtaken says what was true before.
      if (turn === latest.current)
        setRead({ runId, ...(answer.ok ? { detail: answer.value } : { problems: answer.problems }) });
    });
  }, [bridge, runId, targetId, row, verdict, outcome, asked]);

  const isLive = live !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is a person's wish to try once more
  useEffect(() => {
    if (isLive) return;
    let current = true;
    void bridge.readRun({ runId }).then((answer) => {
      if (!current) return;
      if (answer.ok) setKept(openRunState(answer.value));
      else setRead({ runId, problems: answer.problems });
    });
    return () => {
      current = false;
    };
  }, [bridge, runId, isLive, asked]);

  const retry = useCallback(() => {
    setRead({ runId });
    setAsked((count) => count + 1);
  }, [runId]);
  const run = live ?? (kept?.plan.runId === runId ? kept : null);
  return { state: read.runId === runId ? toState(read, run) : { status: 'loading' }, retry };
}

function toState({ detail, problems }: Read, run: RunState | null): DetailState {
  if (problems) return { status: problems.some(({ code }) => missing.has(code)) ? 'missing' : 'failed', problems };
  if (!detail || !run) return { status: 'loading' };
  return { status: 'ready', detail, run, running: isRunning(run) };
}
