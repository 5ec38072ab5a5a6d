import type { Answer } from '../../model/contract.ts';
import { fail } from './pass.ts';

export interface OpenQuestions {
  /** @param ask sends the question under this number; @param onLate told where no answer came in time */
  add(ask: (id: number) => void, onLate: () => void): Promise<Answer<unknown>>;
  /** A number that nobody waits for is passed over. */
  answer(id: number, answer: Answer<unknown>): void;
  /** Answers everybody who waits with `engine-lost`. */
  giveUp(): void;
}

/** Questions on their way, each answered once: by an answer, by the deadline in milliseconds, or by the end of it all. */
export function openQuestions(answerMs: number): OpenQuestions {
  const waiting = new Map<number, (answer: Answer<unknown>) => void>();
  let nextId = 1;
  const answer = (id: number, given: Answer<unknown>) => {
    const settle = waiting.get(id);
    waiting.delete(id);
    settle?.(given);
    return settle !== undefined;
  };
  return {
    add: (ask, onLate) =>
      new Promise((resolve) => {
        const id = nextId++;
        const timer = setTimeout(() => {
          if (answer(id, fail('engine-lost'))) onLate();
        }, answerMs);
        timer.unref();
        waiting.set(id, (given) => {
          clearTimeout(timer);
          resolve(given);
        });
        ask(id);
      }),
    answer: (id, given) => void answer(id, given),
    giveUp: () => {
      for (const id of [...waiting.keys()]) answer(id, fail('engine-lost'));
    },
  };
}
