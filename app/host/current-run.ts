import type { Answer } from '../../model/contract.ts';
import type { RunUpdate, RunView } from '../../model/run-view.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import type { RunNews } from '../engine-process/engine-link.ts';
import type { Disturbance, RunEnd, RunOrder } from '../engine-process/protocol.ts';
import { foldRun, type RunFold } from './fold-run.ts';
import type { HostContext } from './handlers.ts';
import { refuse } from './keep-change.ts';

/** The run on screen: the one under way, else the last one. A second look at a few targets is never on screen. */
export interface CurrentRun {
  /** Resolves when its plan is known, or when it cannot be begun. A second look makes way for whatever else is started. */
  start(order: RunOrder): Promise<Answer<{ readonly runId: string }>>;
  cancel(runId: string): Answer<null>;
  /** Something has happened that voids what failed in the run under way, if there is one: it is stopped, and says why. */
  disturb(disturbance: Disturbance): void;
  read(): { readonly view: RunView; readonly seq: number } | null;
  /** From the call that starts it to its last word; second looks apart. */
  isUnderWay(): boolean;
  /** Resolves when nothing is under way any more; at once where nothing is. */
  finished(): Promise<void>;
  /** Takes it off the screen; never while it is under way. */
  forget(runId?: string): void;
}

interface Shown {
  readonly runId: string;
  fold: RunFold;
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
      if (isSecondLook(now.order)) return now.started.resolve({ ok: true, value: { runId } });
      shown = now.shown;
      tell(shown, [first, ...shown.fold.take(updates.slice(1))]);
      now.started.resolve({ ok: true, value: { runId } });
      return;
    }
    if (isSecondLook(now.order)) return;
    const taken = now.shown.fold.take(updates);
    if (taken.length > 0) tell(now.shown, taken);
  };
  const takeEnd = (now: Pending, news: Exclude<RunNews, { type: 'updates' }>) => {
    pending = undefined;
    // A run that breaks off after it has begun is as lost as one whose process is gone.
    const last: RunUpdate = news.type === 'ended' ? { type: 'finished', outcome: news.end.outcome } : { type: 'lost' };
    if (now.shown && !isSecondLook(now.order)) tell(now.shown, now.shown.fold.take([last]));
    if (now.shown && news.type === 'ended' && news.end.disturbance) showVoided(now.shown, news.end);
    now.started.resolve(news.type === 'refused' ? { ok: false, problems: news.problems } : refuse('engine-lost'));
    if (news.type === 'ended') onEnd(now.order, news.end);
    now.over.resolve();
  };

  /** Pages read anew what has been taken back. */
  const showVoided = (run: Shown, { report, outcome }: RunEnd) => {
    const { plan } = run.fold.view();
    run.fold = foldRun(plan);
    run.fold.take([
      { type: 'gate', environment: report.environment, routes: report.routes },
      { type: 'cells', cells: report.results.map(({ observations: _none, ...cell }) => cell), done: plan.jobs },
      { type: 'verdicts', verdicts: report.verdicts },
      { type: 'finished', outcome },
    ]);
    run.seq += 1;
    if (run === shown) emit({ type: 'missed' });
  };
  const start: CurrentRun['start'] = async (order) => {
    if (pending) {
      if (!isSecondLook(pending.order) || isSecondLook(order)) return refuse('run-busy');
      engine.cancel();
      await pending.over.promise;
      return start(order);
    }
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
  };

  return {
    start,
    disturb: (disturbance) => {
      // The practice network is in this machine, whatever others it is in.
      if (pending?.order.kind === 'check' || disturbance === 'machine-slept') engine.cancel(disturbance);
    },
    cancel: (runId) => {
      if (pending?.order.runId === runId) engine.cancel();
      // To stop what has just ended by itself is no mistake of anybody's.
      else if (shown?.runId !== runId) return refuse('run-unknown');
      return { ok: true, value: null };
    },
    read: () => (shown ? { view: shown.fold.view(), seq: shown.seq } : null),
    isUnderWay: () => pending !== undefined && !isSecondLook(pending.order),
    finished: () => pending?.over.promise ?? Promise.resolve(),
    forget: (runId) => {
      const isFree = !pending || isSecondLook(pending.order);
      if (isFree && (runId === undefined || shown?.runId === runId)) shown = undefined;
    },
  };
}

function isSecondLook(order: RunOrder): boolean {
  return order.kind === 'check' && order.recheck === true;
}
