import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunStore } from '../../app/history/open-run-store.ts';
import { createManyRuns } from '../support/many-runs.ts';
import { type BenchResult, median } from './bench-result.ts';

const kept = 10_000;
const rounds = 9;

function timeOf(work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return median(times.slice(1));
}

/** The history with 10,000 runs of 60 services over 3 routes, all of the last 90 days. */
export async function benchHistory(): Promise<readonly BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'waylight-bench-history-'));
  try {
    const now = new Date('2026-08-22T10:00:00.000Z');
    const limits = { days: 91, bytes: Number.MAX_SAFE_INTEGER };
    const opened = openRunStore(join(folder, 'history.sqlite'), { now: () => now, limits });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    const { store } = opened;
    const runs = createManyRuns(kept, now);
    const adding: number[] = [];
    for (const run of runs) {
      const startedAt = performance.now();
      store.add(run);
      adding.push(performance.now() - startedAt);
    }
    const [first, last] = [store.list(kept).at(-1)?.runId ?? '', store.list(1)[0]?.runId ?? ''];
    const [changed] = store.compare(first, last)?.changes ?? [];
    // What changed with the second run of all, so that every run is read to say since when.
    if (store.size().runs !== kept || changed?.cells[0]?.since !== store.list(kept).at(-2)?.startedAt)
      throw new Error('the runs of the bench are not what they should be');
    const points = store.availability(90).reduce((sum, series) => sum + series.counted, 0);
    if (points < kept * 100) throw new Error('the availability holds too little');
    const list = timeOf(() => store.list(kept));
    const diff = timeOf(() => store.compare(first, last));
    const availability = timeOf(() => store.availability(90));
    store.close();
    const opening = timeOf(() => {
      const again = openRunStore(join(folder, 'history.sqlite'));
      if (again.ok) again.store.close();
    });
    return [
      { name: 'list of 10,000 runs of 60 services over 3 routes', value: list, unit: 'ms', limit: 50 },
      { name: 'two of them compared', value: diff, unit: 'ms', limit: 30 },
      { name: 'availability over 90 days, 1.8 million points', value: availability, unit: 'ms', limit: 150 },
      { name: 'a run added, median', value: median(adding), unit: 'ms', limit: 30 },
      { name: 'the history opened', value: opening, unit: 'ms', limit: 50 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
