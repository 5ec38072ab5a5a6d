import { isIP } from 'node:net';
import { DeadlineError, settled } from '../deadline.ts';
import type { StepContext } from '../step.ts';
import { resolveUdp } from '../steps/resolve-udp.ts';
import type { OpenRoute, Session } from './session.ts';

/** After a success the other resolvers' answers are only a curiosity: this is how long they may still take, in ms. */
const graceAfterSuccessMs = 100;

export interface Comparators {
  /** Waits for the other resolvers: briefly after a success, to their own deadline after a failure. */
  settle(succeeded: boolean): Promise<void>;
}

/**
 * Asks a plain UDP resolver and a DoH server for the same name, in parallel with the system's. Only on the current
 * connection and only where names are resolved locally: elsewhere the name must not reach any local resolver.
 */
export function startComparators(session: Session, open: OpenRoute, host: string, context: StepContext): Comparators {
  if (open !== session.routes[0] || open.dialer.remoteDns || isIP(host) !== 0) return { settle: async () => {} };
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let finished = false;
  const asking: StepContext = {
    ...context,
    signal,
    // A question that we broke off ourselves failed nobody: it is as if it had not been asked.
    record: (startedAt, draft) =>
      stop.signal.aborted && draft.failure !== undefined ? 'broken-off' : context.record(startedAt, draft),
  };
  const both = Promise.all([resolveUdp(host, session.input.dns, asking), open.doh.resolve(host, asking)]).then(() => {
    finished = true;
  });
  both.catch(() => {});
  return {
    async settle(succeeded) {
      if (succeeded && !finished) {
        const done = new AbortController();
        const pause = session.dependencies.clock.sleep(
          graceAfterSuccessMs,
          AbortSignal.any([context.signal, done.signal]),
        );
        pause.catch(() => {});
        await Promise.race([both, pause.catch(() => {})]);
        done.abort(settled);
        stop.abort(new DeadlineError('no longer needed: the target had answered'));
      }
      await both;
    },
  };
}
