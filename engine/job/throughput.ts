import type { Observation } from '../../model/observation.ts';
import { transferStep } from '../steps/transfer.ts';
import { reach } from './reach.ts';
import { createStepContext, type OpenRoute, type Session } from './session.ts';

/** Enough to see past the first congestion windows, and what the freezing boxes of Russia let pass by far. */
const bytesPerTransfer = 256 * 1024;

/**
 * Times one download over one route and writes down what it saw. Transfers run one at a time: two would compete for the very
 * thing that is measured.
 *
 * @returns goodput in bytes per second, or undefined when it did not complete
 */
export async function timeTransfer(
  session: Session,
  open: OpenRoute,
  url: string,
  signal: AbortSignal,
  into: Observation[],
): Promise<number | undefined> {
  const context = createStepContext(session, { purpose: 'throughput', try: 1 }, signal, into);
  const { hostname, port, protocol } = new URL(url);
  const secure = protocol === 'https:';
  const request = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 443 : 80),
    secure,
    rotation: 0,
  };
  const attempt = await reach(session, open, request, context);
  const reached = await attempt.first;
  try {
    if (!reached.ok) return undefined;
    const before = into.length;
    await transferStep(reached.connection, { url, direction: 'down', bytes: bytesPerTransfer }, context);
    const seen = into.slice(before).find((item) => item.step === 'transfer');
    return seen?.step === 'transfer' && !seen.failure ? seen.goodput : undefined;
  } finally {
    if (reached.ok) reached.close();
    await attempt.all;
  }
}
