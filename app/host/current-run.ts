import type { Answer } from '../../model/contract.ts';
import type { RunUpdate, RunView } from '../../model/run-view.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import type { RunNews } from '../engine-process/engine-link.ts';
import type { RunEnd, RunOrder } from '../engine-process/protocol.ts';
import { foldRun, type RunFold } from './fold-run.ts';
import type { HostContext } from './handlers.ts';
import { refuse } from './keep-change.ts';

/** The run on screen: the one under way, else the last one. */
export interface CurrentRun {
  /** Resolves when its plan is known, or when it cannot be begun. */
  start(order: RunOrder): Promise<Answer<{ readonly runId: string }>>;
  cancel(runId: string): Answer<null>;
  read(): { readonly view: RunView; readonly seq: number } | null;
  /** From the call that starts it to its last word. */
  isUnderWay(): boolean;
  /** Resolves when nothing is under way any more; at once where nothing is. */
  finished(): Promise<void>;
  /** Takes it off the screen; never while it is under way. */
  forget(runId?: string): void;
}

interface Shown {
  readonly runId: string;
  readonly fold: RunFold;
  seq: number;
}

/** What is under way from the call on, before anything can be shown of it. */
interface Pending {
  readonly order: RunOrder;
  readonly started: PromiseWithResolvers<Answer<{ readonly runId: string }>>;
  readonly over: PromiseWithResolvers<void>;
  shown: Shown | undefined;
}

/** @param onEnd told of every run that ends with a report */
export function createCurrentRun(
  engine: EngineClient,
  emit: HostContext['emit'],
  onEnd: (order: RunOrder, end: RunEnd) => void,
): CurrentRun {
  let shown: Shown | undefined;
  let pending: Pending | undefined;

  const tell = (run: Shown, updates: readonly RunUpdate[]) => {
    run.seq += 1;
    emit({ type: 'run', runId: run.runId, seq: run.seq, updates });
  };
  const takeUpdates = (now: Pending, updates: readonly RunUpdate[]) => {
    const { runId } = now.order;
    if (!now.shown) {
      const [first] = updates;
      if (first?.type !== 'started' || first.plan.runId !== runId) return;
      now.shown = { runId, fold: foldRun(first.plan), seq: 0 };
      shown = now.shown;
      tell(shown, [first, ...shown.fold.take(updates.slice(1))]);
      now.started.resolve({ ok: true, value: { runId } });
      return;
    }
    const taken = now.shown.fold.take(updates);
    if (taken.length > 0) tell(now.shown, taken);
  };
  const takeEnd = (now: Pending, news: Exclude<RunNews, { type: 'updates' }>) => {
    pending = undefined;
    // A run that breaks off after it has begun is as lost as one whose process is gone.
    const last: RunUpdate = news.type === 'ended' ? { type: 'finished', outcome: news.end.outcome } : { type: 'lost' };
    if (now.shown) tell(now.shown, now.shown.fold.take([last]));
    now.started.resolve(news.type === 'refused' ? { ok: false, problems: news.problems } : refuse('engine-lost'));
    if (news.type === 'ended') onEnd(now.order, news.end);
    now.over.resolve();
  };

  return {
    start: (order) => {
      if (pending) return Promise.resolve(refuse('run-busy'));
      const now: Pending = {
        order,
        started: Promise.withResolvers(),
        over: Promise.withResolvers(),
        shown: undefined,
      };
      pending = now;
      engine.run(order, (news) => {
        if (pending !== now) return;
        if (news.type === 'updates') takeUpdates(now, news.updates);
        else takeEnd(now, news);
      });
      return now.started.promise;
    },
    cancel: (runId) => {
      if (pending?.order.runId === runId) engine.cancel();
      // To stop what has just ended by itself is no mistake of anybody's.
      else if (shown?.runId !== runId) return refuse('run-unknown');
      return { ok: true, value: null };
    },
    read: () => (shown ? { view: shown.fold.view(), seq: shown.seq } : null),
    isUnderWay: () => pending !== undefined,
    finished: () => pending?.over.promise ?? Promise.resolve(),
    forget: (runId) => {
      if (!pending && (runId === undefined || shown?.runId === runId)) shown = undefined;
    },
  };
}
