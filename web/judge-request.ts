import type { IncomingMessage } from 'node:http';

/** Why a request goes no further. Plain text, as only a person with a terminal ever reads it. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 408 | 413 | 415 | 429 | 500 | 503;
  readonly text: string;
}

type Request = Pick<IncomingMessage, 'method' | 'headersDistinct'>;

/**
 * Whether a request may come from our own page in a browser on this machine. The exact `Host` stops names that were made to
 * lead here (DNS rebinding); `Sec-Fetch-Site` and `Origin` stop pages of others, which a browser lets send much, though read
 * little. `localhost` is refused too: it may lead to ::1, where somebody else can listen on the same port.
 * @param origin ours, such as `http://127.0.0.1:8080`
 */
export function judgeRequest(request: Request, origin: string): Refusal | undefined {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return { status: 405, text: 'no such method' };
  if (only(request, 'host') !== origin.slice('http://'.length)) {
    return { status: 403, text: `this program answers at ${origin} only` };
  }
  const site = request.headersDistinct['sec-fetch-site'];
  // `none` is a person who opened the address.
  const sites = method === 'POST' ? ['same-origin'] : ['same-origin', 'none'];
  if (site !== undefined && !(site.length === 1 && sites.includes(site[0] ?? ''))) {
    return { status: 403, text: 'not for other pages' };
  }
  // A browser leaves it out for GET on the same origin, and sends it with every POST.
  const from = request.headersDistinct.origin;
  if (from === undefined ? method === 'POST' : only(request, 'origin') !== origin) {
    return { status: 403, text: 'not for other pages' };
  }
  return undefined;
}

/** A type that a form or a page elsewhere can send without asking first must not reach a call, so it is exactly this one. */
export function judgeContentType(request: Request): Refusal | undefined {
  const isJson = only(request, 'content-type')?.toLowerCase() === 'application/json';
  return isJson ? undefined : { status: 415, text: 'application/json is needed' };
}

/** The one value of a header; undefined where it is missing or given twice. */
export function only(request: Request, name: string): string | undefined {
  const values = request.headersDistinct[name];
  return values?.length === 1 ? values[0] : undefined;
}
