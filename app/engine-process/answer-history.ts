import type { Answer } from '../../model/contract.ts';
import type { RunStore } from '../host/ports.ts';
import type { Answers } from './answer-reports.ts';
import type { History } from './open-history.ts';
import { fail, pass } from './pass.ts';

type HistoryQuestion =
  | 'listRuns'
  | 'compareRuns'
  | 'readAvailability'
  | 'removeRun'
  | 'removeAllRuns'
  | 'readHistorySize'
  | 'limitHistory';

/**
 * Answers about the runs that are kept. What SQLite throws is left to the caller.
 * @param forget told which run of this process's memory goes too; undefined for whichever there is
 */
export function answerHistory(history: History, forget: (runId: string | undefined) => void): Answers<HistoryQuestion> {
  const ask = async <T>(read: (store: RunStore) => Answer<T>): Promise<Answer<T>> => {
    const store = history.store();
    return store ? read(store) : { ok: false, problems: history.takeProblems() };
  };
  return {
    listRuns: ({ limit }) => ask((store) => pass(store.list(limit))),
    compareRuns: ({ a, b }) =>
      ask((store) => {
        const comparison = store.compare(a, b);
        return comparison ? pass(comparison) : fail('run-unknown');
      }),
    readAvailability: ({ days }) => ask((store) => pass(store.availability(days))),
    removeRun: ({ runId }) =>
      ask((store) => {
        store.remove(runId);
        forget(runId);
        return pass(null);
      }),
    removeAllRuns: () => {
      // Whatever the disk says, what is in memory goes.
      forget(undefined);
      return ask((store) => {
        store.removeAll();
        return pass(null);
      });
    },
    readHistorySize: () => ask((store) => pass({ ...store.size(), limits: store.limits() })),
    limitHistory: (limits) =>
      ask((store) => {
        store.limit(limits);
        return pass(null);
      }),
  };
}
