import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatch } from '../../../app/engine-process/batch-updates.ts';
import { mostItems } from '../../../app/engine-process/protocol.ts';
import type { RunUpdate } from '../../../model/run-view.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { aPlan, cellsOf } from '../../support/fake-engine.ts';

const cells = cellsOf(aPlan('run', 1000, 8));

function verdictOf(targetId: string): Verdict {
  return {
    targetId,
    verdict: 'reachable',
    rule: 'reachable.current',
    confidence: 'high',
    workingRoutes: [],
    evidence: [],
    next: [],
  };
}

describe('a batch of updates', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('sends a burst in messages of a bounded size that lose nothing and keep the order', () => {
    const sent: (readonly RunUpdate[])[] = [];
    const batch = createBatch((updates) => sent.push(updates));
    for (const [index, cell] of cells.entries()) batch.cell(cell, index + 1);
    batch.flush();
    const sizes = sent.map((updates) =>
      updates.reduce((sum, item) => sum + (item.type === 'cells' ? item.cells.length : 0), 0),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(mostItems);
    expect(sent.length).toBe(Math.ceil(cells.length / mostItems));
    expect(sent.flat().flatMap((item) => (item.type === 'cells' ? item.cells : []))).toEqual(cells);
    const last = sent.at(-1)?.at(-1);
    expect(last).toMatchObject({ type: 'cells', done: cells.length });
  });

  it('counts cells and verdicts together, and puts verdicts after the cells they are drawn from', () => {
    const sent: (readonly RunUpdate[])[] = [];
    const batch = createBatch((updates) => sent.push(updates));
    for (const cell of cells.slice(0, 150)) batch.cell(cell, 1);
    for (let index = 0; index < 50; index++) batch.verdict(verdictOf(`t${index}`));
    expect(sent.map((updates) => updates.map(({ type }) => type))).toEqual([['cells', 'verdicts']]);
  });

  it('tells places on clouds after the cells they were found in, and counts them with the others', () => {
    const sent: (readonly RunUpdate[])[] = [];
    const batch = createBatch((updates) => sent.push(updates));
    const place = { targetId: 't0', host: 't0.example', operator: 'aws', list2018: false };
    for (let index = 0; index < mostItems + 1; index++) batch.place({ ...place, address: `192.0.2.${index}` });
    for (const cell of cells.slice(0, 1)) batch.cell(cell, 1);
    batch.verdict(verdictOf('t0'));
    batch.flush();
    expect(sent.map((updates) => updates.map(({ type }) => type))).toEqual([['cloud'], ['cells', 'cloud', 'verdicts']]);
    const places = sent.flat().map((item) => (item.type === 'cloud' ? item.cloud.length : 0));
    expect(places).toEqual([mostItems, 0, 1, 0]);
  });

  it('lets a lone cell wait no longer than 50 ms', () => {
    const sent: (readonly RunUpdate[])[] = [];
    const batch = createBatch((updates) => sent.push(updates));
    for (const cell of cells.slice(0, 1)) batch.cell(cell, 1);
    vi.advanceTimersByTime(49);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(1);
  });

  it('sends what is waiting before anything else that is said', () => {
    const sent: (readonly RunUpdate[])[] = [];
    const batch = createBatch((updates) => sent.push(updates));
    for (const cell of cells.slice(0, 1)) batch.cell(cell, 1);
    batch.say({ type: 'lost' });
    expect(sent.map((updates) => updates.map(({ type }) => type))).toEqual([['cells'], ['lost']]);
  });
});
