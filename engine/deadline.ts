import type { Clock } from './clock.ts';

/** The reason of a signal aborted by {@link withDeadline}: our own clock ran out, nobody cancelled. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The reason of a signal that only ends a timer nobody waits for any more. A constant: an abort without a reason makes a
 * DOMException with a stack each time, and there are several to a step.
 */
export const settled = new Error('settled');

/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms` milliseconds, whichever is first, and rejects then
 * even if `work` ignores its signal. The error is a {@link DeadlineError} in the second case and the caller's reason in the first.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const done = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  clock.sleep(ms, done.signal).then(
    () => controller.abort(new DeadlineError(`no answer within ${ms} ms`)),
    () => {},
  );
  const stopped = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  try {
    return await Promise.race([work(controller.signal), stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    done.abort(settled);
  }
}
