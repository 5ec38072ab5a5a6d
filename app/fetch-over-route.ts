import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../engine/clock.ts';
import { DeadlineError, withDeadline } from '../engine/deadline.ts';
import type { Network } from '../engine/network.ts';
import { publicUrl } from '../engine/public-url.ts';
import { createBodySink, readBody } from '../engine/read-body.ts';
import { createDialer } from '../engine/route/create-dialer.ts';
import { runExchange } from '../engine/run-exchange.ts';
import {
  type Connection,
  type Dialer,
  defaultTimeouts,
  type StepContext,
  type Timeouts,
  type TrustStore,
} from '../engine/step.ts';
import { resolveSystem } from '../engine/steps/resolve-system.ts';
import { tlsStep } from '../engine/steps/tls.ts';
import type { Failure } from '../model/failure.ts';
import type { Problem } from '../model/problem.ts';
import type { Route } from '../model/route.ts';
import { sanitizeText } from './sanitize-text.ts';

export interface FetchWorld {
  readonly network: Network;
  readonly clock: Clock;
  readonly trust: TrustStore;
  readonly signal: AbortSignal;
  readonly timeouts?: Partial<Timeouts>;
  /** For the whole fetch, in milliseconds; two minutes where none is given. */
  readonly deadlineMs?: number;
  /** Only for a test with a server of its own: plain http to a loopback address is no problem then. */
  readonly loopbackHttp?: boolean;
}

/** What a server said to ask with next time (RFC 9110 8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FetchRequest {
  readonly url: string;
  readonly route: Route;
  /** Of what is here already; `not-modified` is an answer only where there are some. */
  readonly known?: Validators | undefined;
  /** In bytes, of the body as it comes and again as it is unpacked. */
  readonly maxBytes: number;
  /** Media types that are taken; an answer that names none is. */
  readonly accepts: RegExp;
}

export type Refusal = Omit<Problem, 'file'>;

export type Fetched =
  | { readonly kind: 'body'; readonly bytes: Uint8Array; readonly validators: Validators }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'too-large' };

/** Slow proxies carry a megabyte in half a minute, so silence is what ends a fetch, and this ends one that only drips. */
const defaultDeadlineMs = 120_000;
const stallMs = 15_000;
const addressesTried = 4;

/** RFC 9110 8.8.3, and short: it comes from outside and goes into a header. */
export const etagForm: RegExp = /^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/;
/** RFC 9110 5.6.7, the one form servers still send. */
export const lastModifiedForm: RegExp = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * GETs one file over a route, over verified TLS. Names are resolved where the route resolves them; redirects are not
 * followed; nothing is read beyond `maxBytes`. Never rejects: whatever keeps the file from coming whole is a problem.
 */
export async function fetchOverRoute(request: FetchRequest, world: FetchWorld): Promise<Fetched | Refusal> {
  if (request.route.kind === 'mtproxy') return { code: 'fetch-route' };
  const url = URL.parse(request.url);
  if (!url || !(url.protocol === 'https:' || isOwnServer(url, world))) return { code: 'option-https-url' };
  if (url.username !== '' || url.password !== '') return { code: 'fetch-credentials' };
  const { clock, signal, deadlineMs = defaultDeadlineMs } = world;
  const dialer = createDialer(request.route);
  const timeouts = { ...defaultTimeouts, stall: stallMs, ...world.timeouts, job: deadlineMs };
  try {
    return await withDeadline(clock, deadlineMs, signal, async (stop) => {
      const context = { ...world, signal: stop, timeouts, facts: () => ({}), record: () => '' };
      const connection = await open(url, dialer, context);
      return 'code' in connection ? connection : await ask(connection, url, request, context);
    });
  } catch (error) {
    if (error instanceof DeadlineError) return { code: 'fetch-slow', params: { reason: 'timeout' } };
    if (signal.aborted) return { code: 'fetch-unreachable', params: { reason: 'aborted' } };
    throw error;
  }
}

function isOwnServer({ protocol, hostname }: URL, { loopbackHttp }: FetchWorld): boolean {
  return loopbackHttp === true && protocol === 'http:' && hostname === '127.0.0.1';
}

const reasonOf = ({ kind, code, detail }: Failure) =>
  [kind, code, detail].filter((part) => part !== undefined).join(' ');
const unreachable = (failure: Failure): Refusal => ({
  code: 'fetch-unreachable',
  params: { reason: reasonOf(failure) },
});

async function open(url: URL, dialer: Dialer, context: StepContext): Promise<Connection | Refusal> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(host) !== 0 || dialer.remoteDns ? [host] : await findAddresses(host, context);
  if ('code' in found) return found;
  let last: Refusal = { code: 'fetch-unreachable', params: { reason: 'no-answer' } };
  for (const address of found) {
    context.signal.throwIfAborted();
    const opened = await openOne(url, host, address, dialer, context);
    if (!('code' in opened)) return opened;
    last = opened;
  }
  return last;
}

async function findAddresses(host: string, context: StepContext): Promise<readonly string[] | Refusal> {
  const resolved = await resolveSystem(host, context);
  return resolved.ok
    ? resolved.value.map(({ address }) => address).slice(0, addressesTried)
    : unreachable(resolved.failure);
}

async function openOne(
  url: URL,
  host: string,
  address: string,
  dialer: Dialer,
  context: StepContext,
): Promise<Connection | Refusal> {
  const isPlain = url.protocol === 'http:';
  const dialled = await dialer.dial({ host: address, port: Number(url.port) || (isPlain ? 80 : 443) }, context);
  // The certificate of a proxy is the route's affair, not the file's.
  if (!dialled.ok) return unreachable(dialled.failure);
  if (isPlain) return dialled.value;
  const secured = await tlsStep(dialled.value, { peer: 'target', serverName: host, verify: host }, context);
  if (secured.ok) return secured.value;
  const { failure } = secured;
  if (!failure.kind.startsWith('cert-')) return unreachable(failure);
  return { code: 'fetch-certificate', params: { reason: reasonOf(failure) } };
}

async function ask(
  connection: Connection,
  url: URL,
  request: FetchRequest,
  context: StepContext,
): Promise<Fetched | Refusal> {
  const { known = {}, maxBytes } = request;
  const headers = {
    Accept: 'application/json, */*;q=0.1',
    'Accept-Encoding': 'gzip, br',
    ...(known.etag === undefined ? {} : { 'If-None-Match': known.etag }),
    ...(known.lastModified === undefined ? {} : { 'If-Modified-Since': known.lastModified }),
  };
  const asked = { step: 'http', url, method: 'GET', headers } as const;
  const outcome = await runExchange(connection, asked, context, async (exchange): Promise<Fetched | Refusal> => {
    exchange.request.end();
    const response = await exchange.response;
    const instead = judgeHead(response, url, request);
    if (instead) return instead;
    if (Number(response.headers['content-length']) > maxBytes) return { kind: 'too-large' };
    const sink = createBodySink();
    await readBody(response, sink, { decoded: maxBytes, encoded: maxBytes });
    if (sink.truncated) return { kind: 'too-large' };
    return { kind: 'body', bytes: Buffer.concat(sink.chunks), validators: readValidators(response) };
  });
  return outcome.ok ? outcome.value : describeBreak(outcome.failure);
}

const silences = new Set<Failure['kind']>(['timeout', 'kernel-timeout', 'stall', 'too-slow']);

function describeBreak(failure: Failure): Refusal {
  const params = { reason: reasonOf(failure) };
  return { code: silences.has(failure.kind) ? 'fetch-slow' : 'fetch-broken', params };
}

/** What a response is, when it is not the file. */
function judgeHead(
  { statusCode = 0, headers }: IncomingMessage,
  url: URL,
  { known, accepts }: FetchRequest,
): Fetched | Refusal | undefined {
  const isConditional = known?.etag !== undefined || known?.lastModified !== undefined;
  if (statusCode === 304 && isConditional) return { kind: 'not-modified' };
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    return { code: 'fetch-redirect', params: { to: publicUrl(headers.location, url.href) ?? '?' } };
  }
  if (statusCode !== 200) return { code: 'fetch-status', params: { status: statusCode } };
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === '' || accepts.test(type)
    ? undefined
    : { code: 'fetch-type', params: { type: sanitizeText(type, 100) } };
}

function readValidators({ headers }: IncomingMessage): Validators {
  const { etag, 'last-modified': lastModified } = headers;
  return {
    ...(etag !== undefined && etagForm.test(etag) && { etag }),
    ...(lastModified !== undefined && lastModifiedForm.test(lastModified) && { lastModified }),
  };
}
