import { randomBytes } from 'node:crypto';
import { createClientStream } from '../mtproto/client-stream.ts';
import { proveTelegram } from '../mtproto/prove-telegram.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';

export interface MtprotoOptions {
  /** Data centre as the obfuscated start carries it: negative for a media connection to it. Not sent by `abridged`. */
  readonly dc: number;
  readonly transport: 'obfuscated-padded' | 'abridged';
}

export interface MtprotoPass {
  /** Milliseconds of a second question on the same connection; absent when that one was not answered. */
  readonly pingMs?: number;
}

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
  try {
    const stream = createClientStream({ ...options, random: randomBytes });
    const proof = await proveTelegram(connection.socket, stream, context);
    const observation = context.record(startedAt, {
      step: 'mtproto',
      ...(connection.address === undefined ? {} : { address: connection.address }),
      port: connection.port,
      dc: options.dc,
      transport: options.transport,
      ...proof,
    });
    if (proof.failure) return { ok: false, failure: proof.failure, observation };
    return { ok: true, value: proof.pingMs === undefined ? {} : { pingMs: proof.pingMs }, observation };
  } finally {
    connection.socket.destroy();
  }
}
