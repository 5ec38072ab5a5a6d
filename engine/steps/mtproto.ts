import { randomBytes } from 'node:crypto';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import { createClientStream } from '../mtproto/client-stream.ts';
import { type PqAnswer, type PqDialogue, startPqDialogue } from '../mtproto/pq-dialogue.ts';
import { createMessageIds, productionFingerprint } from '../mtproto/req-pq.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';

export interface MtprotoOptions {
  /** Data centre as the obfuscated start carries it: negative for a media connection to it. Not sent by `abridged`. */
  readonly dc: number;
  readonly transport: 'obfuscated-padded' | 'abridged';
  /** The 16-byte key of the MTProxy the connection leads to; needs `obfuscated-padded`. */
  readonly secret?: Uint8Array;
}

export interface MtprotoPass {
  /** Milliseconds of a second question on the same connection; absent when that one was not answered. */
  readonly pingMs?: number;
}

// The report keeps no more (mtprotoObservationSchema).
const maxFingerprints = 16;

/**
 * Proves that Telegram answers on this connection: sends req_pq_multi and waits for a resPQ with our own nonce, at most
 * `timeouts.mtproto` ms, then asks once more to time it. The endpoint passes by its first answer alone.
 *
 * Failures: `timeout`, `reset`, `eof`, `aborted` and the like, or `not-this-service` with detail `nonce` (a resPQ to
 * somebody else's question), `http`, `echo` (our own bytes), `malformed` (any other bytes), or `transport-error` (Telegram's
 * own refusal; the code is its negative number). `bytesReceived` tells a silent peer from one that stopped half-way.
 *
 * The connection is used up: its socket is destroyed before this resolves, and at once on abort.
 */
export async function mtprotoStep(
  connection: Connection,
  options: MtprotoOptions,
  context: StepContext,
): Promise<StepResult<MtprotoPass>> {
  const startedAt = context.clock.now();
  const dialogue = startPqDialogue({
    socket: connection.socket,
    stream: createClientStream({ ...options, random: randomBytes }),
    nextMessageId: createMessageIds(context.clock.wall),
    random: randomBytes,
  });
  try {
    const answer = await askInTime(dialogue, context);
    const seen = {
      step: 'mtproto' as const,
      ...(connection.address === undefined ? {} : { address: connection.address }),
      port: connection.port,
      dc: options.dc,
      transport: options.transport,
    };
    if (!answer.ok) {
      const { failure } = answer;
      const bytesReceived = dialogue.received();
      const observation = context.record(startedAt, { ...seen, stage: 'sent', bytesReceived, failure });
      return { ok: false, failure, observation };
    }
    const pass = await ping(dialogue, context);
    const observation = context.record(startedAt, {
      ...seen,
      ...pass,
      stage: 'resPQ',
      fingerprints: answer.fingerprints.slice(0, maxFingerprints),
      production: answer.fingerprints.includes(productionFingerprint),
    });
    return { ok: true, value: pass, observation };
  } finally {
    connection.socket.destroy();
  }
}

async function ping(dialogue: PqDialogue, context: StepContext): Promise<MtprotoPass> {
  const askedAt = context.clock.now();
  const answer = await askInTime(dialogue, context);
  return answer.ok ? { pingMs: context.clock.now() - askedAt } : {};
}

async function askInTime(dialogue: PqDialogue, { clock, signal, timeouts }: StepContext): Promise<PqAnswer> {
  try {
    return await withDeadline(clock, timeouts.mtproto, signal, () => dialogue.ask());
  } catch (error) {
    return { ok: false, failure: classifyError('mtproto', error, signal) };
  }
}
