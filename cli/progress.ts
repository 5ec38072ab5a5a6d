import type { RunEvent } from '../model/event.ts';
import type { Output } from './io.ts';

export interface Progress {
  onEvent(event: RunEvent): void;
  /** Takes the bar off the terminal, so that what follows begins on a clean line. */
  finish(): void;
}

/** Often enough to look alive, seldom enough for a slow remote terminal. */
const redrawMs = 100;

/**
 * Progress of one run: on a terminal a bar with the count and the time left, elsewhere a line per 10 %, and nothing when
 * quiet.
 * @param now wall time in milliseconds
 */
export function createProgress(output: Output, quiet: boolean, now: () => number): Progress {
  if (quiet) return { onEvent: () => {}, finish: () => {} };
  return output.isTty ? createBar(output, now) : createLines(output);
}

function createBar(output: Output, now: () => number): Progress {
  const startedAt = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    onEvent(event) {
      if (event.type !== 'result' && event.type !== 'started') return;
      const [done, jobs] = event.type === 'result' ? [event.done, event.jobs] : [0, event.jobs];
      const at = now();
      if (at - drawnAt < redrawMs && done < jobs) return;
      drawnAt = at;
      drawn = true;
      output.write(`\r${drawBar(done, jobs, at - startedAt, output.columns)}\u001b[K`);
    },
    finish() {
      if (drawn) output.write('\r\u001b[K');
      drawn = false;
    },
  };
}

/** One line that never wraps: a wrapped bar could not be drawn over. */
export function drawBar(done: number, jobs: number, elapsedMs: number, columns: number): string {
  const share = jobs === 0 ? 1 : Math.min(1, done / jobs);
  const left = done > 0 && done < jobs ? `, about ${sayLeft((elapsedMs / done) * (jobs - done))} left` : '';
  const words = `${done}/${jobs}${left}`;
  const room = Math.min(30, columns - words.length - 5);
  if (room < 5) return words.slice(0, Math.max(0, columns - 1));
  const filled = Math.round(room * share);
  return `[${'#'.repeat(filled)}${'-'.repeat(room - filled)}] ${words}`;
}

function sayLeft(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function createLines(output: Output): Progress {
  let said = 0;
  return {
    onEvent(event) {
      if (event.type !== 'result' || event.jobs === 0) return;
      const tenth = Math.floor((event.done / event.jobs) * 10);
      if (tenth <= said) return;
      said = tenth;
      output.write(`${tenth * 10} % (${event.done}/${event.jobs})\n`);
    },
    finish() {},
  };
}
