import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Failure } from '../../model/failure.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { StepContext } from '../step.ts';
import type { ClientStream } from './client-stream.ts';
import { type PqAnswer, type PqDialogue, startPqDialogue } from './pq-dialogue.ts';
import { createMessageIds, productionFingerprint } from './req-pq.ts';

/** What a conversation showed, in the words of an `mtproto` observation. */
export type TelegramProof =
  | {
      readonly stage: 'resPQ';
      readonly failure?: never;
      readonly fingerprints: string[];
      readonly production: boolean;
      readonly pingMs?: number;
    }
  | { readonly stage: 'sent'; readonly failure: Failure; readonly bytesReceived: number };

// The report keeps no more (mtprotoObservationSchema).
const maxFingerprints = 16;

/**
 * Sends req_pq_multi and waits for a resPQ with our own nonce, at most `timeouts.mtproto` ms, then asks once more to time
 * it. It is proven by the first answer alone. Never rejects; the socket is the caller's to destroy.
 */
export async function proveTelegram(
  socket: Duplex,
  stream: ClientStream,
  context: StepContext,
): Promise<TelegramProof> {
  const nextMessageId = createMessageIds(context.clock.wall);
  const dialogue = startPqDialogue({ socket, stream, nextMessageId, random: randomBytes });
  const answer = await askInTime(dialogue, context);
  if (!answer.ok) return { stage: 'sent', failure: answer.failure, bytesReceived: dialogue.received() };
  const askedAt = context.clock.now();
  const again = await askInTime(dialogue, context);
  return {
    stage: 'resPQ',
    fingerprints: answer.fingerprints.slice(0, maxFingerprints),
    production: answer.fingerprints.includes(productionFingerprint),
    ...(again.ok ? { pingMs: context.clock.now() - askedAt } : {}),
  };
}

async function askInTime(dialogue: PqDialogue, { clock, signal, timeouts }: StepContext): Promise<PqAnswer> {
  try {
    return await withDeadline(clock, timeouts.mtproto, signal, () => dialogue.ask());
  } catch (error) {
    return { ok: false, failure: classifyError('mtproto', error, signal) };
  }
}
