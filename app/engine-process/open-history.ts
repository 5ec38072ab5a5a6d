import { join } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import { historyFileName, openRunStore } from '../history/open-run-store.ts';
import type { RunStore } from '../host/ports.ts';

export interface History {
  /** Undefined where it cannot be opened; the next one who asks tries again. */
  store(): RunStore | undefined;
  /** What went wrong since this was asked last. */
  takeProblems(): readonly Problem[];
  close(): void;
}

/** The runs that are kept, opened when somebody asks for them. */
export function openHistory(dataFolder: string): History {
  let store: RunStore | undefined;
  let problems: Problem[] = [];
  return {
    store: () => {
      if (store) return store;
      const opened = openRunStore(join(dataFolder, historyFileName), {
        onSetAside: ({ problem }) => problems.push(problem),
      });
      if (!opened.ok) {
        problems.push(...opened.problems);
        return undefined;
      }
      if (opened.setAside) problems.push(opened.setAside.problem);
      store = opened.store;
      return store;
    },
    takeProblems: () => {
      const taken = problems;
      problems = [];
      return taken;
    },
    close: () => store?.close(),
  };
}
