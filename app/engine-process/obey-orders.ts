import type { Answer } from '../../model/contract.ts';
import { endRun } from './end-run.ts';
import { type MeasureDependencies, measure, type RememberedRun } from './measure.ts';
import type { History } from './open-history.ts';
import { fail } from './pass.ts';
import type { FromEngine, RunOrder } from './protocol.ts';
import { type WatchedRun, watchRun } from './watch-run.ts';

/** Milliseconds between two signs of life during a run. */
const aliveMs = 1000;

export interface RunOffice {
  run(order: RunOrder): Promise<void>;
  cancel(runId: string): void;
  /** What was observed so far of this run, where it is the one under way. */
  watched(runId: string): WatchedRun | undefined;
}

/**
 * Carries out orders, one at a time, and says what comes of each: it ends with `ended` or `refused`.
 * @param remember told of each run that was measured, before its report is made
 */
export function obeyOrders(
  post: (message: FromEngine) => void,
  dependencies: Pick<MeasureDependencies, 'world' | 'ranges' | 'software'>,
  history: History,
  remember: (run: RememberedRun) => void,
): RunOffice {
  let underWay: { readonly runId: string; readonly stop: AbortController; readonly watched: WatchedRun } | undefined;

  const carryOut = async (
    order: RunOrder,
    stop: AbortSignal,
    watched: WatchedRun,
  ): Promise<Answer<never> | undefined> => {
    const { runId } = order;
    const measured = await measure(order, {
      ...dependencies,
      send: (updates) => post({ type: 'updates', runId, updates }),
      watch: watched.watch,
      signal: stop,
    });
    if (!measured)
      return fail('scenario-unknown', { name: order.kind === 'practice' ? order.scenario : '', names: '' });
    post({ type: 'measured', runId });
    remember(measured);
    post({ type: 'ended', runId, end: await endRun(measured, history) });
    return undefined;
  };

  return {
    run: async (order) => {
      const { runId } = order;
      const refuse = (answer: Answer<never>) => {
        if (!answer.ok) post({ type: 'refused', runId, problems: answer.problems });
      };
      if (underWay) return refuse(fail('run-busy'));
      underWay = { runId, stop: new AbortController(), watched: watchRun() };
      const alive = setInterval(() => post({ type: 'alive' }), aliveMs);
      try {
        const refusal = await carryOut(order, underWay.stop.signal, underWay.watched);
        if (refusal) refuse(refusal);
      } catch {
        refuse(fail('defect', { name: 'run' }));
      } finally {
        clearInterval(alive);
        underWay = undefined;
      }
    },
    cancel: (runId) => {
      if (underWay?.runId === runId) underWay.stop.abort();
    },
    watched: (runId) => (underWay?.runId === runId ? underWay.watched : undefined),
  };
}
