import { describe, expect, it } from 'vitest';
import type { CloudFinding } from '../../../model/cloud.ts';
import type { RunPlan, RunUpdate } from '../../../model/run-view.ts';
import {
  foldRunUpdates,
  isRunning,
  openRunState,
  type RunState,
  startRunState,
} from '../../../renderer/store/run-state.ts';
import { aCell, anOutcome, aRoute, aTarget, aVerdict, calm, deadBaseline } from '../a-run.ts';

const routes = ['direct', 'berlin'].map((id) => aRoute(id));
const plan: RunPlan = {
  runId: 'run-1',
  kind: 'check',
  profile: 'standard',
  startedAt: '2026-11-22T12:00:00.000Z',
  targets: [aTarget('a'), aTarget('b')],
  routes,
  jobs: 4,
};

const history: readonly RunUpdate[] = [
  { type: 'gate', environment: calm, routes: [aRoute('direct'), aRoute('berlin', { baseline: deadBaseline })] },
  { type: 'cells', cells: [aCell('a', 'berlin', 'failed')], done: 1 },
  { type: 'cells', cells: [aCell('a', 'direct', 'ok'), aCell('b', 'direct', 'ok')], done: 3 },
  { type: 'verdicts', verdicts: [aVerdict('a', 'reachable')] },
  { type: 'cells', cells: [aCell('b', 'berlin', 'failed')], done: 4 },
  { type: 'verdicts', verdicts: [aVerdict('b', 'reachable')] },
  { type: 'finished', outcome: anOutcome() },
];

describe('foldRunUpdates', () => {
  it('is the same at once, one by one, and in any cut', () => {
    const whole = foldRunUpdates(startRunState(plan), history);
    for (let cut = 0; cut <= history.length; cut += 1) {
      const half = foldRunUpdates(startRunState(plan), history.slice(0, cut));
      expect(foldRunUpdates(half, history.slice(cut))).toEqual(whole);
    }
    const single = history.reduce<RunState>((state, update) => foldRunUpdates(state, [update]), startRunState(plan));
    expect(single).toEqual(whole);
    expect(whole.done).toBe(4);
    expect(whole.routes[1]?.baseline.ok).toBe(false);
    expect(isRunning(whole)).toBe(false);
  });

  it('changes nothing in place, and keeps what was not touched', () => {
    const before = foldRunUpdates(startRunState(plan), history.slice(0, 3));
    const row = before.rows.get('a');
    const copy = structuredClone(before);
    const after = foldRunUpdates(before, history.slice(3));
    expect(before).toEqual(copy);
    expect(after.rows.get('a')).toBe(row);
    expect(after.rows.get('b')).not.toBe(before.rows.get('b'));
    expect(foldRunUpdates(before, [{ type: 'verdicts', verdicts: [] }]).rows).toBe(before.rows);
  });

  it('puts each cell in the place of its route, and leaves out what has none', () => {
    const cells = [aCell('a', 'berlin', 'ok'), aCell('a', 'stranger', 'ok')];
    const { rows } = foldRunUpdates(startRunState(plan), [{ type: 'cells', cells, done: 2 }]);
    expect(rows.get('a')).toEqual([undefined, cells[0]]);
  });

  it('begins anew where a run begins, whatever stood before it', () => {
    const next = { ...plan, runId: 'run-2' };
    const state = foldRunUpdates(foldRunUpdates(startRunState(plan), history), [
      { type: 'cells', cells: [aCell('a', 'direct', 'failed')], done: 4 },
      { type: 'started', plan: next },
      { type: 'cells', cells: [aCell('b', 'direct', 'ok')], done: 1 },
    ]);
    expect(state.plan.runId).toBe('run-2');
    expect([...state.rows.keys()]).toEqual(['b']);
    expect([state.done, state.outcome, state.environment]).toEqual([1, null, null]);
  });

  it('gathers hosts on clouds as they are found, until the outcome has them all with their scores', () => {
    const place = (address: string): CloudFinding => ({
      targetId: 'a',
      host: 'a.example',
      address,
      operator: 'aws',
      list2018: false,
    });
    const running = foldRunUpdates(startRunState(plan), [{ type: 'cloud', cloud: [place('192.0.2.1')] }]);
    const later = foldRunUpdates(running, [
      { type: 'cloud', cloud: [place('192.0.2.2')] },
      { type: 'cloud', cloud: [place('192.0.2.3')] },
    ]);
    expect(later.cloud.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    expect(running.cloud).toHaveLength(1);
    const cloud = [place('192.0.2.2')];
    expect(foldRunUpdates(later, [{ type: 'finished', outcome: anOutcome({ cloud }) }]).cloud).toEqual(cloud);
    expect(foldRunUpdates(later, [{ type: 'started', plan }]).cloud).toEqual([]);
  });

  it('opens a kept run as its updates would have built it', () => {
    const folded = foldRunUpdates(startRunState(plan), history);
    const opened = openRunState({
      plan: { ...plan, routes: folded.routes },
      environment: calm,
      cells: [...folded.rows.values()].flatMap((row) => row.filter((cell) => cell !== undefined)),
      verdicts: [...folded.verdicts.values()],
      cloud: [],
      done: folded.done,
      outcome: folded.outcome,
      lost: false,
    });
    expect(opened).toEqual({ ...folded, plan: opened.plan });
  });

  // A thousand services over eight routes, result by result: the most that is promised to stay smooth.
  it('takes a burst of 8,000 results in less than 300 ms', () => {
    const many = Array.from({ length: 1000 }, (_, index) => aTarget(`t${index}`));
    const ways = Array.from({ length: 8 }, (_, index) => aRoute(`r${index}`));
    const big: RunPlan = { ...plan, targets: many, routes: ways, jobs: 8000 };
    const updates = many.flatMap(({ id }, place) =>
      ways.map((route, at): RunUpdate => {
        const done = place * ways.length + at + 1;
        return { type: 'cells', cells: [aCell(id, route.id, 'ok')], done };
      }),
    );
    const begun = performance.now();
    const state = foldRunUpdates(startRunState(big), updates);
    expect(performance.now() - begun).toBeLessThan(300);
    expect(state.rows.size).toBe(1000);
    expect(state.done).toBe(8000);
    expect([...state.rows.values()].every((row) => row.every((cell) => cell?.state === 'ok'))).toBe(true);
  });
});
