import type { Observation, ObservationOf } from '../../model/observation.ts';
import { placeOfUrl } from '../place-of-url.ts';
import { transferStep } from '../steps/transfer.ts';
import { reach } from './reach.ts';
import { createStepContext, type OpenRoute, type Session } from './session.ts';

/** Enough to see past the first congestion windows, and what the freezing boxes of Russia let pass by far. */
const bytesPerTransfer = 256 * 1024;

export interface TimedTransfer {
  readonly url: string;
  readonly direction: 'down' | 'up';
  readonly try: 1 | 2;
}

/**
 * Times one transfer over one route and writes down what it saw. Transfers run one at a time: two would compete for the very
 * thing that is measured.
 *
 * @returns what the transfer itself showed, or undefined when its server was not reached
 */
export async function timeTransfer(
  session: Session,
  open: OpenRoute,
  timed: TimedTransfer,
  signal: AbortSignal,
  into: Observation[],
): Promise<ObservationOf<'transfer'> | undefined> {
  const { url, direction } = timed;
  const context = createStepContext(session, { purpose: 'throughput', try: timed.try }, signal, into);
  const request = { ...placeOfUrl(new URL(url)), rotation: 0 };
  const attempt = await reach(session, open, request, context);
  const reached = await attempt.first;
  try {
    if (!reached.ok) return undefined;
    const { observation } = await transferStep(
      reached.connection,
      { url, direction, bytes: bytesPerTransfer },
      context,
    );
    return into.find((item): item is ObservationOf<'transfer'> => item.id === observation && item.step === 'transfer');
  } finally {
    if (reached.ok) reached.close();
    await attempt.all;
  }
}
