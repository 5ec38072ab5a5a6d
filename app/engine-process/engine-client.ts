import type { Answer } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { RunUpdate } from '../../model/run-view.ts';
import type { EngineChild } from '../host/ports.ts';
import { checkMessage } from './check-message.ts';
import { fail } from './pass.ts';
import type {
  EngineSetup,
  FromEngine,
  QuestionInput,
  QuestionName,
  QuestionOutput,
  RunEnd,
  RunOrder,
  ToEngine,
} from './protocol.ts';

/** What is told of a run. `refused`, `ended` and `lost` are the last word. */
export type RunNews =
  | { readonly type: 'updates'; readonly updates: readonly RunUpdate[] }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  | { readonly type: 'ended'; readonly end: RunEnd }
  /** The engine's process is gone, or was ended because it did not obey or spoke nonsense. */
  | { readonly type: 'lost' };

export interface EngineClient {
  /** Never rejects; `engine-lost` where the process ended before it answered. */
  ask<N extends QuestionName>(name: N, input: QuestionInput<N>): Promise<Answer<QuestionOutput<N>>>;
  /** One at a time. */
  run(order: RunOrder, listener: (news: RunNews) => void): void;
  /** Asks the run to stop; the process is ended where it does not. */
  cancel(): void;
  /** No new process shall know of the last run any more. */
  forget(): void;
  /** Ends the process as it is, with the run under way; the next call starts another that knows nothing of the last run. */
  restart(): void;
  /** Ends the process for good; what was asked is answered with `engine-lost`, and nothing starts it again. */
  close(): void;
}

export interface EngineClientOptions {
  readonly spawn: () => EngineChild;
  readonly setup: EngineSetup;
  /** Milliseconds in which a cancelled run must have stopped. */
  readonly obeyMs?: number;
  /** Milliseconds after which a process that says nothing at all during a run is taken for hung. */
  readonly silenceMs?: number;
  /** Milliseconds in which a question must be answered. */
  readonly answerMs?: number;
}

interface Live {
  readonly child: EngineChild;
  readonly waiting: Map<number, (answer: Answer<unknown>) => void>;
  run: { readonly runId: string; readonly listener: (news: RunNews) => void; measured: boolean } | undefined;
  heard: boolean;
  obey: NodeJS.Timeout | undefined;
}

/** How often silence is looked for: a machine that slept wakes up with its timers due, so one silent look proves nothing. */
const looks = 3;

/** The host's end of the engine's process: started when it is first needed, and again after it was lost. */
export function createEngineClient(options: EngineClientOptions): EngineClient {
  const { spawn, setup, obeyMs = 2000, silenceMs = 15_000, answerMs = 120_000 } = options;
  let live: Live | undefined;
  let closed = false;
  let nextId = 1;
  let packed: Uint8Array | undefined;

  /** Whatever has happened to it, the process is done with; everybody who waits is told. */
  const lose = (lost: Live) => {
    if (live === lost) live = undefined;
    clearTimeout(lost.obey);
    try {
      lost.child.kill();
    } catch {
      // It is gone already.
    }
    const { run, waiting } = lost;
    lost.run = undefined;
    const answers = [...waiting.values()];
    waiting.clear();
    for (const answer of answers) answer(fail('engine-lost'));
    run?.listener({ type: 'lost' });
  };

  const post = (to: Live, message: ToEngine) => {
    try {
      to.child.post(message);
    } catch {
      lose(to);
    }
  };

  const hear = (from: Live, raw: unknown) => {
    if (live !== from) return;
    from.heard = true;
    const message = checkMessage(raw);
    if (!message) lose(from);
    else if (message.type === 'answer') {
      from.waiting.get(message.id)?.(message.answer);
      from.waiting.delete(message.id);
    } else if (message.type !== 'alive') hearOfRun(from, message);
  };

  const hearOfRun = (from: Live, message: Exclude<FromEngine, { type: 'alive' | 'answer' }>) => {
    const { run } = from;
    if (!run || run.runId !== message.runId) return lose(from);
    if (message.type === 'updates') return run.listener({ type: 'updates', updates: message.updates });
    // It did stop; making the report may take longer than stopping.
    clearTimeout(from.obey);
    if (message.type === 'measured') {
      run.measured = true;
      return;
    }
    from.run = undefined;
    if (message.type === 'refused') run.listener({ type: 'refused', problems: message.problems });
    else {
      packed = message.end.packed;
      run.listener({ type: 'ended', end: message.end });
    }
  };

  const start = (): Live | undefined => {
    let child: EngineChild;
    try {
      child = spawn();
    } catch {
      return undefined;
    }
    const started: Live = { child, waiting: new Map(), run: undefined, heard: true, obey: undefined };
    live = started;
    child.onMessage((message) => hear(started, message));
    child.onExit(() => {
      if (live === started) lose(started);
    });
    post(started, { type: 'setup', setup });
    if (packed) post(started, { type: 'remember', packed });
    return live;
  };

  const reach = () => (closed ? undefined : (live ?? start()));

  const watch = (watched: Live) => {
    let silent = 0;
    const timer = setInterval(() => {
      if (!watched.run || live !== watched) return clearInterval(timer);
      silent = watched.heard ? 0 : silent + 1;
      watched.heard = false;
      if (silent >= looks) lose(watched);
    }, silenceMs / looks);
    timer.unref();
  };

  return {
    ask: (name, input) =>
      new Promise((resolve) => {
        const to = reach();
        if (!to) return resolve(fail('engine-lost'));
        const id = nextId++;
        const timer = setTimeout(() => {
          if (!to.waiting.delete(id)) return;
          resolve(fail('engine-lost'));
          // A process with nothing else to do that does not answer is hung; a run is not ended for a question's sake.
          if (!to.run && live === to) lose(to);
        }, answerMs);
        timer.unref();
        to.waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer as Answer<QuestionOutput<typeof name>>);
        });
        post(to, { type: 'ask', id, name, input });
      }),
    run: (order, listener) => {
      const to = reach();
      if (!to) return listener({ type: 'lost' });
      if (to.run) return listener({ type: 'refused', problems: [{ code: 'run-busy' }] });
      to.run = { runId: order.runId, listener, measured: false };
      post(to, { type: 'run', order });
      watch(to);
    },
    cancel: () => {
      const to = live;
      if (!to?.run || to.run.measured) return;
      const { runId } = to.run;
      clearTimeout(to.obey);
      to.obey = setTimeout(() => {
        if (live === to && to.run?.runId === runId) lose(to);
      }, obeyMs);
      post(to, { type: 'cancel', runId });
    },
    forget: () => {
      packed = undefined;
    },
    restart: () => {
      packed = undefined;
      if (live) lose(live);
    },
    close: () => {
      closed = true;
      if (live) lose(live);
    },
  };
}
