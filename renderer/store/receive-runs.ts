import type { Bridge, HostEvent } from '../../model/contract.ts';
import type { RunUpdate } from '../../model/run-view.ts';
import { foldRunUpdates, isRunning, openRunState, type RunState, startRunState } from './run-state.ts';

export type RunEvent = HostEvent & { readonly type: 'run' };
/** Calls back once, soon; many updates share one call. */
export type Schedule = (work: () => void) => void;

interface RunReceiverInput {
  readonly bridge: Pick<Bridge, 'readCurrentRun'>;
  readonly opening: { readonly run: RunState; readonly seq: number } | null;
  readonly read: () => RunState | null;
  readonly write: (run: RunState | null) => void;
  readonly schedule: Schedule;
}

export interface RunReceiver {
  receive(event: RunEvent): void;
  /** Reads the run on screen anew: events may have been missed. */
  catchUp(): void;
  /** Puts a run that is over, or none, on screen; what the run before still has to say is not listened to. */
  show(run: RunState | null): void;
}

/** Keeps the run on screen in step with the host: in order, without gaps, and at most once per picture. */
export function createRunReceiver({ bridge, opening, read, write, schedule }: RunReceiverInput): RunReceiver {
  let runId = opening?.run.plan.runId;
  // Of the run on screen: the number of the last event taken in, so that a gap is seen.
  let seq = opening?.seq ?? 0;
  /** The run a person has turned away from. */
  let left: string | undefined;
  let waiting: RunUpdate[] = [];
  let reading = false;
  let missed = false;

  function flush(): void {
    if (waiting.length === 0) return;
    const updates = waiting;
    waiting = [];
    const run = read();
    if (run) write(foldRunUpdates(run, updates));
  }

  function add(updates: readonly RunUpdate[]): void {
    if (waiting.length === 0) schedule(flush);
    waiting.push(...updates);
  }

  function begin(event: RunEvent, plan: RunState['plan']): void {
    runId = event.runId;
    left = undefined;
    seq = event.seq;
    waiting = [];
    write(foldRunUpdates(startRunState(plan), event.updates));
  }

  /** After a gap: what was missed is not guessed. */
  async function readAnew(): Promise<void> {
    if (reading) {
      missed = true;
      return;
    }
    reading = true;
    missed = false;
    const answer = await bridge.readCurrentRun();
    reading = false;
    if (answer.ok && answer.value && answer.value.view.plan.runId !== left) {
      const { view, seq: upTo } = answer.value;
      const known = view.plan.runId === runId && upTo <= seq;
      if (!known) {
        runId = view.plan.runId;
        seq = upTo;
        waiting = [];
        write(openRunState(view));
      }
    }
    // Whatever came while it was read may be newer than what was read.
    if (missed && isRunning(read())) void readAnew();
  }

  return {
    receive(event) {
      if (event.runId === left) return;
      const [first] = event.updates;
      if (first?.type === 'started') begin(event, first.plan);
      else if (event.runId === runId && event.seq <= seq) return;
      else if (event.runId !== runId || event.seq !== seq + 1) void readAnew();
      else {
        seq = event.seq;
        add(event.updates);
      }
    },
    catchUp: () => void readAnew(),
    show(run) {
      left = runId === run?.plan.runId ? undefined : runId;
      runId = run?.plan.runId;
      seq = Number.MAX_SAFE_INTEGER;
      waiting = [];
      write(run);
    },
  };
}

/** The next picture; where the page is hidden there are none, and its run goes on all the same. */
export function onNextFrame(work: () => void): void {
  if (document.hidden) setTimeout(work, 100);
  else requestAnimationFrame(work);
}
