import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded with `--import` ahead of the command: on exit, writes the process's peak memory and the longest time its event loop
 * stood still to the file that WAYLIGHT_BENCH_WATCH names. Loading and compiling the program itself is not counted: the
 * watch begins with the first turn of the loop after it. Plain JavaScript, because reading TypeScript would add Node's own
 * compiler to the memory that is measured.
 */
const file = process.env.WAYLIGHT_BENCH_WATCH;
if (file !== undefined) {
  const resolutionMs = 5;
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  setTimeout(() => histogram.enable(), 1).unref();
  process.on('exit', () => {
    // The histogram counts the timer's own period as well.
    const blockedMs = Math.max(0, histogram.max / 1e6 - resolutionMs);
    writeFileSync(file, JSON.stringify({ blockedMs, rssMiB: process.resourceUsage().maxRSS / 1024 }));
  });
}
