import { performance } from 'node:perf_hooks';
import type { Clock } from './clock.ts';

/** The machine's own clock. A sleep holds the process until it ends or is aborted; neither leaves a timer or a listener. */
export function nodeClock(): Clock {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    random: () => Math.random(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = () => {
          clearTimeout(timer);
          reject(signal.reason);
        };
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        }, ms);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
  };
}
