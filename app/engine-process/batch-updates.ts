import type { CloudFinding } from '../../model/cloud.ts';
import type { Cell, RunUpdate } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';
import { mostItems } from './protocol.ts';

/** Milliseconds an update may wait for company: three pictures of a screen. */
const waitMs = 50;

export interface Batch {
  /** @param jobs how many there are, where that may have changed */
  cell(cell: Cell, done: number, jobs?: number): void;
  verdict(verdict: Verdict): void;
  /** A host's address on a cloud that was not told before. */
  place(finding: CloudFinding): void;
  /** Anything else; it goes out at once, after what was waiting. */
  say(update: RunUpdate): void;
  flush(): void;
}

/** Gathers cells, places and verdicts, so that a burst of thousands is a few dozen messages of at most {@link mostItems} each. */
export function createBatch(send: (updates: readonly RunUpdate[]) => void): Batch {
  let cells: Cell[] = [];
  let places: CloudFinding[] = [];
  let verdicts: Verdict[] = [];
  let done = 0;
  let jobs: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const updates: RunUpdate[] = [];
    // A verdict comes after the cells it was drawn from.
    if (cells.length > 0) updates.push({ type: 'cells', cells, done, ...(jobs === undefined ? {} : { jobs }) });
    if (places.length > 0) updates.push({ type: 'cloud', cloud: places });
    if (verdicts.length > 0) updates.push({ type: 'verdicts', verdicts });
    cells = [];
    places = [];
    verdicts = [];
    if (updates.length > 0) send(updates);
  };
  const wait = () => {
    if (cells.length + places.length + verdicts.length >= mostItems) flush();
    else timer ??= setTimeout(flush, waitMs);
  };

  return {
    cell(cell, doneNow, jobsNow) {
      cells.push(cell);
      done = doneNow;
      jobs = jobsNow;
      wait();
    },
    place(finding) {
      places.push(finding);
      wait();
    },
    verdict(verdict) {
      verdicts.push(verdict);
      wait();
    },
    say(update) {
      flush();
      send([update]);
    },
    flush,
  };
}
