/** Milliseconds of the wall clock between two looks that only sleep, or a clock that was set, explains. */
const sleptMs = 30_000;

/**
 * Tells, at each look, whether the machine slept since the look before; looks come every few seconds. Timers do not tell: on
 * some systems they stand still meanwhile, on others all are due at once.
 * @param now milliseconds of the wall clock
 */
export function watchForSleep(now: () => number): () => boolean {
  let last = now();
  return () => {
    const before = last;
    last = now();
    return last - before > sleptMs;
  };
}
