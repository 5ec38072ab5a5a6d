import { randomBytes } from 'node:crypto';
import { settled } from '../deadline.ts';
import {
  type Exchange,
  ExchangeError,
  type ExchangeRequest,
  type ExchangeState,
  runExchange,
} from '../run-exchange.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';

export interface TransferOptions {
  /** Down: something of at least `bytes` to GET. Up: something that takes a POST of any bytes. */
  readonly url: string;
  readonly direction: 'down' | 'up';
  /** Wanted; held between 128 KiB, where a freeze shows, and 4 MiB. */
  readonly bytes: number;
}

export interface TransferOutcome {
  readonly bytes: number;
  /** Reads (down) or writes (up). */
  readonly chunks: number;
  /** Bytes per second; absent when all came at once. */
  readonly goodput?: number;
  /** Up: what the server answered, an error included. */
  readonly status?: number;
}

interface Progress {
  bytes: number;
  chunks: number;
  goodput?: number;
  status?: number;
}

const least = 128 * 1024;
const most = 4 * 1024 * 1024;
const writeSize = 16 * 1024;
/** How long a server may take to say whether it wants a body; many never do. */
const invitationMs = 1000;

/**
 * Moves at least `bytes` one way and times it. Down: ok once that many have come, or the whole body when it is shorter;
 * goodput over the time from the first read to the last; a status outside 200–299 is a failure `http-status`. Up: ok once
 * the server answers the complete body; goodput from the first write to the answer, since what the kernel has taken may
 * never have left. An error counts as such an answer too where the server had asked for the body (100 Continue, RFC 9110
 * 10.1.1); otherwise it is a failure `http-status`, for it may have come before the body. What a failed upload says of
 * bytes is an upper bound, for the kernel took them and may have kept them: `stall` while it would take no more, `too-slow`
 * when it went on taking, or took all and no answer came (then without a goodput). The connection is destroyed.
 */
export async function transferStep(
  connection: Connection,
  { url, direction, bytes }: TransferOptions,
  context: StepContext,
): Promise<StepResult<TransferOutcome>> {
  const startedAt = context.clock.now();
  const wanted = Math.min(most, Math.max(least, Math.ceil(bytes)));
  const progress: Progress = { bytes: 0, chunks: 0 };
  const outcome = await runExchange(connection, requestFor(new URL(url), direction, wanted), context, (exchange) =>
    (direction === 'down' ? download : upload)(exchange, wanted, progress, context),
  );
  const failure = outcome.ok ? undefined : outcome.failure;
  if (direction === 'up' && failure?.kind === 'too-slow' && progress.bytes < wanted) {
    progress.goodput = (progress.bytes * 1000) / Math.max(context.clock.now() - startedAt, 1);
  }
  const observation = context.record(startedAt, {
    step: 'transfer',
    ...(connection.address === undefined ? {} : { address: connection.address }),
    port: connection.port,
    direction,
    ...progress,
    ...(failure === undefined || direction === 'up' ? {} : { receivedBytes: receivedOn(connection, outcome.state) }),
    ...(failure === undefined ? {} : { failure }),
  });
  return failure === undefined ? { ok: true, value: progress, observation } : { ok: false, failure, observation };
}

/** Below TLS where there is TLS: a record of 16 KiB that is cut short decrypts to nothing, but its bytes have come. */
function receivedOn({ wire }: Connection, { receivedBytes }: ExchangeState): number {
  return wire?.bytesReceived ?? receivedBytes;
}

function requestFor(url: URL, direction: 'down' | 'up', wanted: number): ExchangeRequest {
  return direction === 'down'
    ? { step: 'transfer', url, method: 'GET', headers: { Accept: '*/*', 'Accept-Encoding': 'identity' } }
    : {
        step: 'transfer',
        url,
        method: 'POST',
        headers: {
          Accept: '*/*',
          Expect: '100-continue',
          'Content-Type': 'application/octet-stream',
          'Content-Length': wanted,
        },
      };
}

async function download({ request, response }: Exchange, wanted: number, progress: Progress, { clock }: StepContext) {
  request.end();
  const message = await response;
  checkStatus(message.statusCode);
  let firstAt: number | undefined;
  let firstSize = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    const now = clock.now();
    progress.bytes += chunk.length;
    progress.chunks += 1;
    if (firstAt === undefined) {
      firstAt = now;
      firstSize = chunk.length;
    } else if (now > firstAt) {
      // The first read only starts the clock: when its bytes set out is unknown.
      progress.goodput = ((progress.bytes - firstSize) * 1000) / (now - firstAt);
    }
    if (progress.bytes >= wanted) break;
  }
  return progress;
}

async function upload(exchange: Exchange, wanted: number, progress: Progress, context: StepContext) {
  const invited = await awaitInvitation(exchange, context);
  const beganAt = context.clock.now();
  // A refusal that is already there spares the body.
  const body = { handedOver: 0 };
  const writing = invited === 'answered' ? undefined : writeBody(exchange, wanted, progress, context, body);
  const message = await Promise.race([exchange.response, ...(writing ? [writing.then(() => exchange.response)] : [])]);
  if (message.statusCode !== undefined) progress.status = message.statusCode;
  const answeredAt = context.clock.now();
  const whole = body.handedOver >= wanted;
  if (!whole || invited !== 'continue') checkStatus(message.statusCode);
  // Answered before the end of the body, and well: the server did not want the rest.
  if (!whole) throw new ExchangeError('not-this-service', { code: String(message.statusCode) });
  // A quick answer overtakes the word that the last write is done, and its end may cut that word off.
  await writing?.catch(() => {});
  progress.bytes = wanted;
  progress.goodput = (wanted * 1000) / Math.max(answeredAt - beganAt, 1);
  return progress;
}

/** Whether the server asks for the body or answers without it; one that does neither is sent the body all the same. */
async function awaitInvitation({ request, response }: Exchange, { clock, signal, timeouts }: StepContext) {
  const waiting = new AbortController();
  const invited = new Promise<'continue'>((resolve) => request.once('continue', () => resolve('continue')));
  request.flushHeaders();
  try {
    return await Promise.race([
      invited,
      response.then(() => 'answered' as const),
      clock
        .sleep(Math.min(invitationMs, timeouts.firstByte / 2), AbortSignal.any([signal, waiting.signal]))
        .then(() => 'silent' as const),
    ]);
  } finally {
    waiting.abort(settled);
  }
}

async function writeBody(
  { request, silence, state }: Exchange,
  wanted: number,
  progress: Progress,
  { timeouts }: StepContext,
  body: { handedOver: number },
) {
  silence.touch(timeouts.stall);
  while (progress.bytes < wanted) {
    const size = Math.min(writeSize, wanted - progress.bytes);
    body.handedOver = progress.bytes + size;
    await new Promise<void>((resolve, reject) => {
      request.write(randomBytes(size), (error) => (error ? reject(error) : resolve()));
    });
    progress.bytes += size;
    progress.chunks += 1;
    state.sentBytes = progress.bytes;
    silence.touch();
  }
  // What is left in the kernel may take long to go, and nothing tells of it.
  silence.touch(timeouts.job);
  request.end();
}

function checkStatus(status = 0): void {
  if (status < 200 || status > 299) throw new ExchangeError('http-status', { code: String(status) });
}
