import { describe, expect, it } from 'vitest';
import { createProgress, drawBar } from '../../cli/progress.ts';
import type { RunEvent } from '../../model/event.ts';
import { createFakeIo } from './fake-io.ts';

function resultEvent(done: number, jobs: number): RunEvent {
  const result = { targetId: 't', routeId: 'r', state: 'ok' as const, ms: {}, tries: 1, observations: [] };
  return { runId: 'x', seq: done, type: 'result', result, done, jobs };
}

describe('createProgress', () => {
  it('writes a line per 10 % where there is no terminal', () => {
    const io = createFakeIo();
    const progress = createProgress(io.stderr, false, () => 0);
    for (let done = 1; done <= 40; done += 1) progress.onEvent(resultEvent(done, 40));
    progress.finish();
    expect(io.err().split('\n')).toEqual([
      ...[10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `${percent} % (${(percent * 40) / 100}/40)`),
      '',
    ]);
  });

  it('draws one bar on a terminal, not too often, and takes it away', () => {
    const io = createFakeIo({ isTty: true });
    let now = 0;
    const progress = createProgress(io.stderr, false, () => now);
    progress.onEvent({ runId: 'x', seq: 1, type: 'started', jobs: 100 });
    for (let done = 1; done <= 100; done += 1) {
      now += 20;
      progress.onEvent(resultEvent(done, 100));
    }
    progress.finish();
    expect(io.err()).not.toContain('\n');
    expect(io.err().split('\r').length).toBeLessThan(30);
    expect(io.err()).toContain('50/100');
    expect(io.err().endsWith('\r\u001b[K')).toBe(true);
  });

  it('says nothing when quiet', () => {
    const io = createFakeIo({ isTty: true });
    const progress = createProgress(io.stderr, true, () => 0);
    progress.onEvent(resultEvent(1, 1));
    progress.finish();
    expect(io.err()).toBe('');
  });
});

describe('drawBar', () => {
  it('shows the count and the time left', () => {
    expect(drawBar(25, 100, 5000, 80)).toBe(`[${'#'.repeat(8)}${'-'.repeat(22)}] 25/100, about 15 s left`);
    expect(drawBar(1, 100, 60_000, 80)).toContain('about 99 min left');
    expect(drawBar(0, 0, 0, 80)).toContain('0/0');
  });

  it('never wraps', () => {
    for (let columns = 1; columns < 60; columns += 1)
      expect(drawBar(3, 900, 60_000, columns).length).toBeLessThan(columns);
  });
});
