/**
 * The wire between a page and the web host. Everything else of the host is derived from this.
 *
 * Opening: the page is opened at `http://127.0.0.1:PORT/#code=CODE`. A code is good for one use within 60 seconds. The page
 * takes it out of its address at once and exchanges it: `POST /api/claim` with `{"code":"CODE"}` answers `{"token":"TOKEN"}`,
 * or 403 where the code is wrong, used or too old. A code that comes twice also ends what it opened the first time, as
 * somebody else may have read it (RFC 6749 section 4.1.2): claim once. The page keeps the token in `sessionStorage` under
 * `waylight-token`, so that a reload works. `localhost` is refused: 127.0.0.1 is the one origin.
 *
 * Calls: `POST /api/NAME`, NAME being one of the contract's calls, with the headers `Content-Type: application/json` (exactly
 * this) and `X-Waylight-Token: TOKEN`. The browser adds `Origin`, which must be ours. The body is the input as JSON in UTF-8,
 * or empty for a call without input. 200 carries `Answer<Output>` as JSON for everything that gets as far as the host's gate,
 * problems with the input among it. Otherwise plain text: 400 the body is not JSON, or nests absurdly deep; 403 wrong host,
 * origin or token (after a restart of the host every token is wrong: the page asks for a new address); 404 no such call; 405
 * not POST; 408 the body took too long; 413 the body is too large; 415 another content type.
 *
 * Events: `POST /api/subscribe`, with the same headers and an empty body, answers `text/event-stream`: first the comment
 * `: open`, then every `HostEvent` as `data: JSON` and an empty line, and the comment `: beat` every 15 seconds. 429 above 16
 * streams. A page that does not read is cut off instead of being remembered: after any end of the stream it subscribes anew
 * and reads what it shows anew, as events may be missing in between.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Host } from '../app/host/ports.ts';
import { type CallName, callNames } from '../model/call-names.ts';
import type { Answer } from '../model/contract.ts';
import type { Access } from './access.ts';
import { bodyLimit } from './body-limits.ts';
import type { EventStreams } from './event-streams.ts';
import { judgeContentType, only, type Refusal } from './judge-request.ts';
import { readBody } from './read-body.ts';

export interface CallsOptions {
  readonly host: Pick<Host, 'call'>;
  readonly access: Access;
  readonly streams: EventStreams;
  /** Told that a connection has shown a token. */
  readonly trust: (socket: Socket) => void;
  /** Whether the other end of this connection may be somebody else on this machine; see `owned-by-another.ts`. */
  readonly isStranger: (request: IncomingMessage) => Promise<boolean>;
  /** For a whole body, in ms. */
  readonly bodyMs: number;
}

/** Bytes of a claim, and of the empty body of `subscribe`. */
const smallBody = 1024;
const claimSchema = z.strictObject({ code: z.string().max(128) });
const known: ReadonlySet<string> = new Set(callNames);

function isCallName(name: string): name is CallName {
  return known.has(name);
}

/**
 * Answers `POST /api/NAME` of a request whose host and origin were found to be ours. Resolves to a refusal when it has not
 * answered; never rejects for anything a client sends.
 */
export async function serveCall(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: CallsOptions,
): Promise<Refusal | undefined> {
  const { host, access, streams, trust, bodyMs } = options;
  const wrongType = judgeContentType(request);
  if (wrongType !== undefined) return wrongType;
  if (name === 'claim') return serveClaim(request, response, options);
  const session = access.admit(only(request, 'x-waylight-token') ?? '');
  if (session === undefined) return { status: 403, text: 'no such token' };
  trust(request.socket);
  if (name === 'subscribe') {
    const body = await readBody(request, smallBody, bodyMs);
    return 'status' in body ? body : streams.open(response, session);
  }
  if (!isCallName(name)) return { status: 404, text: 'no such call' };
  const body = await readBody(request, bodyLimit(name), bodyMs);
  if ('status' in body) return body;
  sendJson(response, await host.call(name, body.input));
  return undefined;
}

async function serveClaim(
  request: IncomingMessage,
  response: ServerResponse,
  { access, isStranger, bodyMs }: CallsOptions,
): Promise<Refusal | undefined> {
  const body = await readBody(request, smallBody, bodyMs);
  if ('status' in body) return body;
  const claim = claimSchema.safeParse(body.input);
  if (!claim.success) return { status: 400, text: 'a code is needed' };
  if (await isStranger(request)) return { status: 403, text: 'only for the person who started this program' };
  const token = access.claim(claim.data.code);
  if (token === undefined) return { status: 403, text: 'this code is used or too old' };
  sendJson(response, { token });
  return undefined;
}

function sendJson(response: ServerResponse, value: Answer<unknown> | { readonly token: string }): void {
  const text = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(text);
}
