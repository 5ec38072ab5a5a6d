import type { Answer } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { RunUpdate } from '../../model/run-view.ts';
import type { EngineChild } from '../host/ports.ts';
import { checkMessage } from './check-message.ts';
import { openQuestions } from './open-questions.ts';
import { fail } from './pass.ts';
import type { Disturbance, FromEngine, QuestionName, RunEnd, RunOrder, ToEngine } from './protocol.ts';

/** What is told of a run. `refused`, `ended` and `lost` are the last word. */
export type RunNews =
  | { readonly type: 'updates'; readonly updates: readonly RunUpdate[] }
  | { readonly type: 'refused'; readonly problems: readonly Problem[] }
  | { readonly type: 'ended'; readonly end: RunEnd }
  /** The engine's process is gone, or was ended because it did not obey or spoke nonsense. */
  | { readonly type: 'lost' };

export interface LinkTimes {
  /** Milliseconds in which a cancelled run must have stopped. */
  readonly obeyMs: number;
  /** Milliseconds after which a process that says nothing at all during a run is taken for hung. */
  readonly silenceMs: number;
  /** Milliseconds in which a question must be answered. */
  readonly answerMs: number;
}

/** What connects a host to one engine's process, for as long as that lives. */
export interface EngineLink {
  send(message: ToEngine): void;
  ask(name: QuestionName, input: unknown): Promise<Answer<unknown>>;
  run(order: RunOrder, listener: (news: RunNews) => void): void;
  cancel(disturbance?: Disturbance): void;
  /** Ends the process, whatever has happened to it; everybody who waits is told. */
  end(): void;
  /** Whether the process has ended, or is done with: whatever is asked of it then is lost. */
  isOver(): boolean;
}

interface LinkedRun {
  readonly runId: string;
  readonly listener: (news: RunNews) => void;
  /** It has stopped; its report is being made. */
  measured: boolean;
}

/** How often silence is looked for: a machine that slept wakes up with its timers due, so one silent look proves nothing. */
const looks = 3;
/** Milliseconds by which a timer is late only where the machine slept. */
const sleptMs = 10_000;

export function linkEngine(child: EngineChild, times: LinkTimes): EngineLink {
  const questions = openQuestions(times.answerMs);
  let run: LinkedRun | undefined;
  let gone = false;
  let silentLooks = 0;
  let obey: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;

  const end = () => {
    if (gone) return;
    gone = true;
    clearTimeout(obey);
    clearInterval(watch);
    killQuietly(child);
    questions.giveUp();
    run?.listener({ type: 'lost' });
  };
  const send = (message: ToEngine) => {
    try {
      child.post(message);
    } catch {
      end();
    }
  };
  const hearOfRun = (message: Exclude<FromEngine, { type: 'alive' | 'answer' }>) => {
    if (!run || run.runId !== message.runId) return end();
    if (message.type === 'updates') return run.listener({ type: 'updates', updates: message.updates });
    clearTimeout(obey);
    run.measured = true;
    if (message.type === 'measured') return;
    const { listener } = run;
    run = undefined;
    clearInterval(watch);
    listener(message.type === 'ended' ? { type: 'ended', end: message.end } : message);
  };
  /** Time to obey in; a machine that fell asleep in between gives it anew, for the other process slept too. */
  const giveTime = (): NodeJS.Timeout => {
    const from = Date.now();
    const look = () => {
      if (Date.now() - from < 2 * times.obeyMs + sleptMs) end();
      else obey = giveTime();
    };
    return setTimeout(look, times.obeyMs);
  };
  child.onMessage((raw) => {
    if (gone) return;
    silentLooks = 0;
    const message = checkMessage(raw);
    if (!message) end();
    else if (message.type === 'answer') questions.answer(message.id, message.answer);
    else if (message.type !== 'alive') hearOfRun(message);
  });
  child.onExit(end);

  return {
    send,
    end,
    isOver: () => gone,
    ask: async (name, input) => {
      if (gone) return fail('engine-lost');
      // A process with nothing else to do that does not answer is hung; a run is not ended for a question's sake.
      const onLate = () => (run ? undefined : end());
      return questions.add((id) => send({ type: 'ask', id, name, input }), onLate);
    },
    run: (order, listener) => {
      if (gone) return listener({ type: 'lost' });
      if (run) return listener({ type: 'refused', problems: [{ code: 'run-busy' }] });
      run = { runId: order.runId, listener, measured: false };
      silentLooks = 0;
      watch = setInterval(() => {
        silentLooks += 1;
        if (silentLooks > looks) end();
      }, times.silenceMs / looks);
      watch.unref();
      send({ type: 'run', order });
    },
    cancel: (disturbance) => {
      if (!run || run.measured) return;
      clearTimeout(obey);
      obey = giveTime();
      send({ type: 'cancel', runId: run.runId, ...(disturbance ? { disturbance } : {}) });
    },
  };
}

function killQuietly(child: EngineChild): void {
  try {
    child.kill();
  } catch {
    // It is gone already.
  }
}
