import type { Answer } from '../../model/contract.ts';
import { endRun } from './end-run.ts';
import { type MeasureDependencies, measure, type RememberedRun } from './measure.ts';
import type { History } from './open-history.ts';
import { fail } from './pass.ts';
import type { Disturbance, FromEngine, RunOrder } from './protocol.ts';
import { voidFailures } from './void-failures.ts';
import { watchForSleep } from './watch-for-sleep.ts';
import { type WatchedRun, watchRun } from './watch-run.ts';

/** Milliseconds between two signs of life during a run. */
const aliveMs = 1000;

export interface RunOffice {
  run(order: RunOrder): Promise<void>;
  /** @param disturbance why what failed until now proves nothing, where that is so */
  cancel(runId: string, disturbance?: Disturbance): void;
  /** What was observed so far of this run, where it is the one under way. */
  watched(runId: string): WatchedRun | undefined;
}

interface UnderWay {
  readonly runId: string;
  readonly stop: AbortController;
  readonly watched: WatchedRun;
  disturbance: Disturbance | undefined;
}

/**
 * Carries out orders, one at a time, and says what comes of each: it ends with `ended` or `refused`. A run during which the
 * machine slept is stopped: its waits ran out while nothing could answer.
 * @param remember told of each run that was measured, before its report is made; not of second looks
 */
export function obeyOrders(
  post: (message: FromEngine) => void,
  dependencies: Pick<MeasureDependencies, 'world' | 'ranges' | 'software'>,
  history: History,
  remember: (run: RememberedRun) => void,
  now: () => number = Date.now,
): RunOffice {
  let underWay: UnderWay | undefined;

  const disturb = (run: UnderWay, disturbance: Disturbance) => {
    run.disturbance ??= disturbance;
    run.stop.abort();
  };
  const carryOut = async (
    order: RunOrder,
    run: UnderWay,
    hasSlept: () => boolean,
  ): Promise<Answer<never> | undefined> => {
    const { runId } = order;
    const { watched, stop } = run;
    const measured = await measure(order, {
      ...dependencies,
      send: (updates) => post({ type: 'updates', runId, updates }),
      watch: watched.watch,
      signal: stop.signal,
    });
    if (!measured)
      return fail('scenario-unknown', { name: order.kind === 'practice' ? order.scenario : '', names: '' });
    // Its last waits may have run out before anything else could be noticed.
    if (hasSlept()) disturb(run, 'machine-slept');
    post({ type: 'measured', runId });
    const { disturbance } = run;
    const told = disturbance ? { ...measured, report: voidFailures(measured.report) } : measured;
    const recheck = order.kind === 'check' && order.recheck === true;
    if (!recheck) remember(told);
    post({ type: 'ended', runId, end: await endRun(told, history, { recheck, ...(disturbance && { disturbance }) }) });
    return undefined;
  };

  return {
    run: async (order) => {
      const { runId } = order;
      const refuse = (answer: Answer<never>) => {
        if (!answer.ok) post({ type: 'refused', runId, problems: answer.problems });
      };
      if (underWay) return refuse(fail('run-busy'));
      const run: UnderWay = { runId, stop: new AbortController(), watched: watchRun(), disturbance: undefined };
      underWay = run;
      const hasSlept = watchForSleep(now);
      const alive = setInterval(() => {
        if (hasSlept()) disturb(run, 'machine-slept');
        post({ type: 'alive' });
      }, aliveMs);
      try {
        const refusal = await carryOut(order, run, hasSlept);
        if (refusal) refuse(refusal);
      } catch {
        refuse(fail('defect', { name: 'run' }));
      } finally {
        clearInterval(alive);
        underWay = undefined;
      }
    },
    cancel: (runId, disturbance) => {
      if (underWay?.runId !== runId) return;
      if (disturbance) disturb(underWay, disturbance);
      else underWay.stop.abort();
    },
    watched: (runId) => (underWay?.runId === runId ? underWay.watched : undefined),
  };
}
