import type { Answer } from '../../model/contract.ts';
import type { EngineChild } from '../host/ports.ts';
import { type EngineLink, type LinkTimes, linkEngine, type RunNews } from './engine-link.ts';
import { fail } from './pass.ts';
import type { Disturbance, EngineSetup, QuestionInput, QuestionName, QuestionOutput, RunOrder } from './protocol.ts';

export interface EngineClient {
  /** Never rejects; `engine-lost` where the process ended before it answered. */
  ask<N extends QuestionName>(name: N, input: QuestionInput<N>): Promise<Answer<QuestionOutput<N>>>;
  /** One at a time. */
  run(order: RunOrder, listener: (news: RunNews) => void): void;
  /** Asks the run to stop; the process is ended where it does not. `disturbance` voids what failed in it until then. */
  cancel(disturbance?: Disturbance): void;
  /** No new process shall know of the last run any more. */
  forget(): void;
  /** Ends the process as it is, with the run under way; the next call starts another that knows nothing of the last run. */
  restart(): void;
  /** Ends the process for good; what was asked is answered with `engine-lost`, and nothing starts it again. */
  close(): void;
}

export interface EngineClientOptions extends Partial<LinkTimes> {
  readonly spawn: () => EngineChild;
  readonly setup: EngineSetup;
}

/** The host's end of the engine's process: started when it is first needed, and again after it was lost. */
export function createEngineClient(options: EngineClientOptions): EngineClient {
  const { spawn, setup, obeyMs = 2000, silenceMs = 15_000, answerMs = 120_000 } = options;
  let link: EngineLink | undefined;
  let closed = false;
  let packed: Uint8Array | undefined;

  const start = (): EngineLink | undefined => {
    try {
      const started = linkEngine(spawn(), { obeyMs, silenceMs, answerMs });
      started.send({ type: 'setup', setup });
      if (packed) started.send({ type: 'remember', packed });
      return started;
    } catch {
      return undefined;
    }
  };
  const reach = () => {
    if (closed) return undefined;
    if (!link || link.isOver()) link = start();
    return link;
  };

  return {
    ask: async <N extends QuestionName>(name: N, input: QuestionInput<N>) => {
      const answer = reach()?.ask(name, input) ?? fail('engine-lost');
      return (await answer) as Answer<QuestionOutput<N>>;
    },
    run: (order, listener) => {
      const to = reach();
      if (!to) return listener({ type: 'lost' });
      to.run(order, (news) => {
        if (news.type === 'ended' && !(order.kind === 'check' && order.recheck)) packed = news.end.packed;
        listener(news);
      });
    },
    cancel: (disturbance) => link?.cancel(disturbance),
    forget: () => {
      packed = undefined;
    },
    restart: () => {
      packed = undefined;
      link?.end();
    },
    close: () => {
      closed = true;
      link?.end();
    },
  };
}
