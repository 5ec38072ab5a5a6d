/** Resolves after `ms` milliseconds, at once for 0; rejects with the reason of whichever signal aborts first. */
export function pause(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (done: () => void) => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', abort);
      done();
    };
    const abort = () => finish(() => reject(signals.find((signal) => signal.aborted)?.reason));
    const timer = Number.isFinite(ms) ? setTimeout(() => finish(resolve), ms) : undefined;
    for (const signal of signals) signal.addEventListener('abort', abort);
    if (signals.some((signal) => signal.aborted)) abort();
  });
}

/** Never resolves: what a dropped SYN feels like. Rejects with the reason of whichever signal aborts first. */
export function silence(...signals: readonly AbortSignal[]): Promise<never> {
  return pause(Number.POSITIVE_INFINITY, ...signals) as Promise<never>;
}
