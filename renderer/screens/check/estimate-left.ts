/** What is thought about the time a run still needs. */
export interface Estimate {
  /** When the run will be over, in milliseconds of the same clock as `now`; null until enough is known. */
  readonly endsAt: number | null;
}

interface Progress {
  readonly now: number;
  readonly startedAt: number;
  readonly done: number;
  readonly jobs: number;
}

/** Before this share is done and this long has passed, a guess would be worth nothing. */
const enoughShare = 0.04;
const enoughMs = 1500;
/** How far a new guess must lie from the old one, as a share of the time left, before it takes its place. */
const calm = 0.3;

export const noEstimate: Estimate = { endsAt: null };

/**
 * A calm guess: it counts down with the clock, moves a third of the way to a sooner or later end once that is far off, and so
 * never leaps back and forth with every result.
 */
export function updateEstimate(before: Estimate, { now, startedAt, done, jobs }: Progress): Estimate {
  const elapsed = now - startedAt;
  if (jobs <= 0 || done >= jobs || elapsed < enoughMs || done / jobs < enoughShare) return before;
  const fresh = now + (elapsed / done) * (jobs - done);
  if (before.endsAt === null) return { endsAt: fresh };
  const left = Math.max(1000, before.endsAt - now);
  const off = fresh - before.endsAt;
  return Math.abs(off) < calm * left ? before : { endsAt: before.endsAt + off / 3 };
}

/** How the time left is said: in steps coarse enough that the words do not flicker. */
export type TimeLeft =
  | { readonly unit: 'unknown' }
  | { readonly unit: 'soon' }
  | { readonly unit: 'seconds' | 'minutes'; readonly count: number };

export function sayLeft({ endsAt }: Estimate, now: number): TimeLeft {
  if (endsAt === null) return { unit: 'unknown' };
  const seconds = (endsAt - now) / 1000;
  if (seconds < 3) return { unit: 'soon' };
  if (seconds <= 55) return { unit: 'seconds', count: Math.ceil(seconds / 5) * 5 };
  return { unit: 'minutes', count: Math.max(1, Math.round(seconds / 60)) };
}
