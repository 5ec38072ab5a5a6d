import { describe, expect, it } from 'vitest';
import type { Answer, Output } from '../../../model/contract.ts';
import type { RunPlan, RunUpdate, RunView } from '../../../model/run-view.ts';
import { createRunReceiver, type RunEvent } from '../../../renderer/store/receive-runs.ts';
import { isRunning, openRunState, type RunState } from '../../../renderer/store/run-state.ts';
import { aCell, anOutcome, aRoute, aTarget } from '../a-run.ts';

const planOf = (runId: string, kind: RunPlan['kind'] = 'check'): RunPlan => ({
  runId,
  kind,
  profile: 'quick',
  startedAt: '2026-11-22T12:00:00.000Z',
  targets: [aTarget('a')],
  routes: [aRoute('direct')],
  jobs: 9,
});

const viewOf = (runId: string, done: number): RunView => ({
  plan: planOf(runId),
  environment: null,
  cells: [],
  verdicts: [],
  cloud: [],
  done,
  outcome: null,
  lost: false,
});

const says = (runId: string, seq: number, ...updates: RunUpdate[]): RunEvent => ({ type: 'run', runId, seq, updates });
const starts = (runId: string): RunEvent => says(runId, 1, { type: 'started', plan: planOf(runId) });
const counts = (runId: string, seq: number, done = seq): RunEvent =>
  says(runId, seq, { type: 'cells', cells: [], done });
const ends = (runId: string, seq: number): RunEvent => says(runId, seq, { type: 'finished', outcome: anOutcome() });

type Current = Output<'readCurrentRun'>;

/** A receiver whose pictures and answers come when the test says so. */
function setUp(opening: { readonly run: RunState; readonly seq: number } | null = null) {
  let run = opening?.run ?? null;
  let frame: (() => void) | undefined;
  const asked: ((current: Current) => void)[] = [];
  const written: (RunState | null)[] = [];
  const receiver = createRunReceiver({
    bridge: {
      readCurrentRun: () =>
        new Promise<Answer<Current>>((resolve) => asked.push((value) => resolve({ ok: true, value }))),
    },
    opening,
    read: () => run,
    write: (next) => {
      run = next;
      written.push(next);
    },
    schedule: (work) => {
      frame = work;
    },
  });
  return {
    ...receiver,
    asked,
    written,
    draw: () => frame?.(),
    answer: async (current: Current) => {
      asked.shift()?.(current);
      await new Promise((resolve) => setImmediate(resolve));
    },
    get run() {
      return run;
    },
  };
}

describe('createRunReceiver', () => {
  it('draws a burst once, and the beginning of a run at once', () => {
    const page = setUp();
    page.receive(starts('a'));
    expect(page.run?.plan.runId).toBe('a');
    for (let seq = 2; seq <= 60; seq += 1) page.receive(counts('a', seq));
    expect(page.written).toHaveLength(1);
    page.draw();
    expect(page.written).toHaveLength(2);
    expect(page.run?.done).toBe(60);
    page.draw();
    expect(page.written).toHaveLength(2);
  });

  it('takes nothing twice and nothing older', () => {
    const page = setUp({ run: openRunState(viewOf('a', 5)), seq: 5 });
    page.receive(counts('a', 5, 1));
    page.receive(counts('a', 4, 1));
    page.receive(counts('a', 6));
    page.draw();
    expect(page.run?.done).toBe(6);
    expect(page.asked).toHaveLength(0);
  });

  it('reads the run anew after a gap, once for a whole burst, and goes on from there', async () => {
    const page = setUp();
    page.receive(starts('a'));
    page.receive(counts('a', 4));
    page.receive(counts('a', 5));
    expect(page.asked).toHaveLength(1);
    await page.answer({ view: viewOf('a', 4), seq: 4 });
    expect(page.run?.done).toBe(4);
    // What came while it was read is newer than the answer.
    expect(page.asked).toHaveLength(1);
    await page.answer({ view: viewOf('a', 5), seq: 5 });
    page.receive(counts('a', 6));
    page.draw();
    expect(page.run?.done).toBe(6);
    expect(page.asked).toHaveLength(0);
  });

  it('does not let an answer that is behind undo what came meanwhile', async () => {
    const page = setUp();
    page.receive(starts('a'));
    page.receive(counts('a', 3));
    page.receive(starts('b'));
    page.receive(counts('b', 2));
    await page.answer({ view: viewOf('b', 0), seq: 1 });
    page.draw();
    expect(page.run?.plan.runId).toBe('b');
    expect(page.run?.done).toBe(2);
  });

  it('reads the run of another page that it has not seen begin', async () => {
    const page = setUp();
    page.receive(counts('b', 7));
    await page.answer({ view: viewOf('b', 7), seq: 7 });
    expect(page.run?.plan.runId).toBe('b');
  });

  it('listens no more to a run that was left, however it ends', async () => {
    const page = setUp();
    page.receive(starts('practice'));
    page.receive(counts('practice', 2));
    page.show(null);
    page.draw();
    page.receive(counts('practice', 3));
    page.receive(ends('practice', 4));
    page.draw();
    expect(page.run).toBeNull();
    expect(page.asked).toHaveLength(0);
  });

  it('shows the next run after one was left, and that one again if it begins anew', () => {
    const page = setUp();
    page.receive(starts('practice'));
    const check = openRunState({ ...viewOf('check', 9), outcome: anOutcome() });
    page.show(check);
    expect(page.run).toBe(check);
    page.receive(starts('next'));
    page.receive(counts('next', 2));
    page.draw();
    expect(page.run?.done).toBe(2);
    expect(isRunning(page.run)).toBe(true);
  });

  it('does not bring a left run back where an answer was on its way', async () => {
    const page = setUp();
    page.receive(starts('practice'));
    page.receive(counts('practice', 5));
    page.show(null);
    await page.answer({ view: viewOf('practice', 5), seq: 5 });
    expect(page.run).toBeNull();
  });

  it('places the results of a burst', () => {
    const page = setUp();
    page.receive(starts('a'));
    const cell = aCell('a', 'direct', 'ok');
    page.receive(says('a', 2, { type: 'cells', cells: [cell], done: 1 }));
    page.receive(ends('a', 3));
    page.draw();
    expect(page.run?.rows.get('a')).toEqual([cell]);
    expect(isRunning(page.run)).toBe(false);
  });
});
