import { Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Failure } from '../../model/failure.ts';
import { classifyError } from '../classify-error.ts';

export type Posted =
  | { readonly ok: true; readonly body: Uint8Array }
  /** `reached` tells whether the server answered at all, however badly. */
  | { readonly ok: false; readonly failure: Failure; readonly reached: boolean };

/** One kept-alive connection to a DoH server; one query at a time. */
export interface DohLine {
  isUsable(): boolean;
  /** Whether an answer has come over it: if so, its death may be no more than the end of an idle connection. */
  hasAnswered(): boolean;
  /** RFC 8484 4.1. Never rejects; an abort, a failure and an oversized answer destroy the connection. */
  post(url: URL, query: Uint8Array, signal: AbortSignal): Promise<Posted>;
  close(): void;
}

const mediaType = 'application/dns-message';
const mostBytes = 65_535;
const mostHeaderBytes = 16 * 1024;

function fail(kind: Failure['kind'], reached: boolean, more: Pick<Failure, 'code' | 'detail'> = {}): Posted {
  return { ok: false, reached, failure: { step: 'http', kind, ...more } };
}

/** Reads a whole response, so that the connection can be used again, and judges it then. Rejects when it breaks off. */
async function readResponse(response: IncomingMessage): Promise<Posted> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) return fail('http-malformed', true, { detail: 'size' });
    chunks.push(chunk);
  }
  if (response.statusCode !== 200) return fail('http-status', true, { code: String(response.statusCode) });
  const [type = ''] = (response.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== mediaType) return fail('http-malformed', true, { detail: 'content-type' });
  return { ok: true, body: Buffer.concat(chunks) };
}

export function createDohLine(socket: Duplex): DohLine {
  // An agent of one connection: node:http keeps a connection alive only through one.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => socket;
  let answered = false;
  let ended = false;
  socket.on('error', () => {});
  socket.once('end', () => {
    ended = true;
  });

  function send(url: URL, query: Uint8Array, signal: AbortSignal): Promise<Posted> {
    return new Promise((resolve, reject) => {
      const asking = request({
        agent,
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: { Host: url.host, Accept: mediaType, 'Content-Type': mediaType, 'Content-Length': query.length },
        maxHeaderSize: mostHeaderBytes,
        signal,
      });
      asking.once('response', (response) => readResponse(response).then(resolve, reject));
      asking.on('error', reject);
      asking.end(query);
    });
  }

  function close(): void {
    socket.destroy();
    agent.destroy();
  }

  return {
    isUsable: () => !socket.destroyed && !ended && socket.writable,
    hasAnswered: () => answered,
    async post(url, query, signal) {
      try {
        const posted = await send(url, query, signal);
        answered = true;
        if (!posted.ok && posted.failure.detail === 'size') close();
        return posted;
      } catch (error) {
        close();
        if (signal.aborted) return { ok: false, reached: false, failure: classifyError('http', signal.reason) };
        // node:http calls a connection closed without a response a reset, which is another thing.
        if (ended) return fail('eof', false);
        const failure = classifyError('http', error);
        return { ok: false, reached: failure.kind === 'http-malformed', failure };
      }
    },
    close,
  };
}
