import type { Result } from '../../model/result.ts';
import type { Gate } from '../gate/run-gate.ts';
import { deservesRepeat, repeatJob } from '../job/run-job.ts';
import { addLooks, takeSecondLook } from '../job/second-look.ts';
import type { Session } from '../job/session.ts';
import type { Row } from './row.ts';

/** Milliseconds between a failure and its repeat: what lasts as long as that is no hiccup of the line. */
export const repeatAfterMs = 20_000;

/** Whether a result on the current connection is one that a deep check looks at again. */
export function isRepeated(session: Session, result: Result): boolean {
  return session.input.profile === 'deep' && deservesRepeat(result);
}

/**
 * Tries a target that failed on the current connection once more, no sooner than 20 s after it had failed, and puts what comes
 * of it into the row. A repeat that ends at another step than before gets second looks of its own.
 *
 * @param failedAt clock.now() when it had failed
 * @returns the new result, or undefined where the signal aborted first: then the row is as it was
 */
export async function repeatFailure(
  session: Session,
  gate: Gate,
  row: Row,
  failedAt: number,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const [failed] = row.results;
  if (!failed) return undefined;
  const { clock } = session.dependencies;
  try {
    await clock.sleep(Math.max(0, failedAt + repeatAfterMs - clock.now()), signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
  const open = session.routes[0];
  const again = await repeatJob(session, { target: row.target, open }, failed, signal);
  if (again === failed) return undefined;
  row.results = [again, ...row.results.slice(1)];
  const { failure, observations } = again;
  if (failure && failure.step !== failed.failure?.step) {
    const controls = row.results.slice(1);
    const looks = await takeSecondLook(session, row.target, { failure, observations }, controls, gate, signal);
    row.results = addLooks(row.results, looks);
  }
  return row.results[0];
}
