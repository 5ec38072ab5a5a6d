import { type Duplex, finished } from 'node:stream';
import type { Failure } from '../../model/failure.ts';
import { classifyError } from '../classify-error.ts';
import type { ClientStream } from './client-stream.ts';
import { decodeResPq, encodeReqPqMulti } from './req-pq.ts';
import type { PartialFrame, RandomBytes } from './transport-framing.ts';

/** What one req_pq_multi brought: a resPQ with the very nonce that was sent, or the reason why not. */
export type PqAnswer =
  | { readonly ok: true; readonly fingerprints: readonly string[] }
  | { readonly ok: false; readonly failure: Failure };

export interface PqDialogue {
  /** Sends one req_pq_multi and resolves with the first thing that decides it. Never rejects; has no deadline of its own. */
  ask(): Promise<PqAnswer>;
  /** Bytes received so far. */
  received(): number;
}

export interface PqDialogueOptions {
  readonly socket: Duplex;
  readonly stream: ClientStream;
  readonly nextMessageId: () => bigint;
  readonly random: RandomBytes;
}

/** How many first bytes of each direction are kept, to tell what it is that answers. */
const headLength = 64;

/**
 * Asks an endpoint for resPQ over a socket, as often as wanted, one question at a time. What comes unasked for between two
 * questions is dropped. It listens until the socket is destroyed, which is the caller's to do.
 */
export function startPqDialogue({ socket, stream, nextMessageId, random }: PqDialogueOptions): PqDialogue {
  let asked: { readonly nonce: Uint8Array; readonly settle: (answer: PqAnswer) => void } | null = null;
  let over: Failure | null = null;
  let received = 0;
  let sentHead: Buffer = Buffer.alloc(0);
  let receivedHead: Buffer = Buffer.alloc(0);

  const settle = (answer: PqAnswer) => {
    asked?.settle(answer);
    asked = null;
  };
  const end = (failure: Failure) => {
    over ??= failure;
    settle({ ok: false, failure: over });
  };

  const onData = (chunk: Buffer) => {
    received += chunk.length;
    if (over !== null) return;
    receivedHead = extendHead(receivedHead, chunk);
    const { frames, broken, partial } = stream.receive(chunk);
    for (const frame of frames) {
      if (asked !== null) settle(judgeFrame(frame, stream.padding, asked.nonce, sentHead, receivedHead));
    }
    if (broken || cannotBeReply(partial, stream.padding)) end(notTelegram(sentHead, receivedHead));
  };
  socket.on('data', onData);
  // Without a listener an error after the last answer, such as a reset, would end the process.
  socket.on('error', () => {});
  finished(socket, { writable: false }, (error) => {
    end(error ? classifyError('mtproto', error) : { step: 'mtproto', kind: 'eof' });
  });
  socket.resume();

  return {
    received: () => received,
    ask: () =>
      new Promise((resolve) => {
        if (over !== null) {
          resolve({ ok: false, failure: over });
          return;
        }
        const nonce = random(16);
        asked = { nonce, settle: resolve };
        const bytes = stream.send(encodeReqPqMulti({ nonce, messageId: nextMessageId() }));
        sentHead = extendHead(sentHead, bytes);
        socket.write(bytes);
      }),
  };
}

function judgeFrame(frame: Buffer, padding: number, nonce: Uint8Array, sent: Buffer, received: Buffer): PqAnswer {
  const reply = decodeResPq(frame, padding);
  if (reply.kind === 'malformed') return { ok: false, failure: notTelegram(sent, received) };
  if (reply.kind === 'error') {
    return {
      ok: false,
      failure: { step: 'mtproto', kind: 'not-this-service', code: String(reply.code), detail: 'transport-error' },
    };
  }
  if (!Buffer.from(reply.nonce).equals(nonce)) {
    return { ok: false, failure: { step: 'mtproto', kind: 'not-this-service', detail: 'nonce' } };
  }
  return { ok: true, fingerprints: reply.fingerprints };
}

/** Names what answers instead, from its first bytes as they came over the wire. */
function notTelegram(sent: Buffer, received: Buffer): Failure {
  const detail = isHttp(received) ? 'http' : isEcho(sent, received) ? 'echo' : 'malformed';
  return { step: 'mtproto', kind: 'not-this-service', detail };
}

function isHttp(head: Buffer): boolean {
  return /^\s*(HTTP\/\d|<!doctype |<html)/i.test(head.toString('latin1'));
}

function isEcho(sent: Buffer, received: Buffer): boolean {
  return received.length >= 4 && sent.subarray(0, received.length).equals(received);
}

/**
 * A frame longer than any transport error has to begin with auth_key_id 0. Read as a frame, a banner in clear text announces
 * more bytes than will ever come: waiting for them would end in a timeout, and a timeout says something else.
 */
function cannotBeReply(partial: PartialFrame | null, padding: number): boolean {
  return partial !== null && partial.length > 4 + padding && partial.body.subarray(0, 8).some((byte) => byte !== 0);
}

function extendHead(head: Buffer, bytes: Uint8Array): Buffer {
  return head.length >= headLength ? head : Buffer.concat([head, bytes.subarray(0, headLength - head.length)]);
}
