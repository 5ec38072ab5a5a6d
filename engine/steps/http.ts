import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Failure } from '../../model/failure.ts';
import type { Expect } from '../../model/target.ts';
import { type BlockPageMarks, matchBlockPage } from '../block-pages.ts';
import { cleanText } from '../clean-text.ts';
import { extractTitle } from '../extract-title.ts';
import { publicUrl } from '../public-url.ts';
import { type BodySink, createBodySink, readBody } from '../read-body.ts';
import { type ExchangeState, runExchange } from '../run-exchange.ts';
import { siteOf } from '../site-of.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';

export interface Hop {
  readonly url: string;
  readonly status: number;
}

export interface HttpOptions {
  readonly url: string;
  /** The redirects that led here, oldest first, at most 5. Recorded, and asked for the site it all began with. */
  readonly redirects: readonly Hop[];
  readonly marks: BlockPageMarks;
  readonly expect?: Expect | undefined;
  /** True when the caller will follow a redirect: one with a Location is then ok, whatever `expect` says of its status. */
  readonly follow?: boolean | undefined;
  readonly method?: 'GET' | 'HEAD' | undefined;
}

export interface HttpExchange {
  readonly status: number;
  /** Where a redirect leads: absolute, http or https, without fragment and credentials. */
  readonly location?: string;
  /** The recorded headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as UTF-8, at most 512 KiB of it. */
  readonly bodyText: string;
  /** The Date header as Unix milliseconds. */
  readonly date?: number;
}

/** What tells servers, CDNs and middleboxes apart. No cookies and nothing else that could name a person. */
const recordedHeaders = [
  'server',
  'content-type',
  'content-length',
  'content-encoding',
  'location',
  'date',
  'via',
  'x-cache',
  'cf-ray',
  'cf-mitigated',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'x-served-by',
] as const;

/**
 * One GET over a connection of its own; see {@link runExchange} for how it is bounded. Redirects are not followed here.
 * A response is a failure when it bears a block-page mark (`block-page`, code: the mark), when it is not what `expect` says
 * (`not-this-service`, code: the status), or, without `expect`, when its status is 400 or above (`http-status`): what that
 * means is for the judge. The connection is destroyed in the end.
 */
export async function httpStep(
  connection: Connection,
  options: HttpOptions,
  context: StepContext,
): Promise<StepResult<HttpExchange>> {
  const startedAt = context.clock.now();
  const url = new URL(options.url);
  const sink = createBodySink();
  let response: IncomingMessage | undefined;
  const outcome = await runExchange(
    connection,
    {
      step: 'http',
      url,
      method: options.method ?? 'GET',
      headers: {
        Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'Accept-Language': 'en',
        'Accept-Encoding': 'gzip, br',
      },
    },
    context,
    async (exchange) => {
      exchange.request.end();
      response = await exchange.response;
      await readBody(response, sink);
    },
  );
  const body = Buffer.concat(sink.chunks);
  const exchange = response === undefined ? undefined : describeResponse(response, body, options.url);
  const mark = outcome.ok && exchange ? findMark(exchange, connection, options) : undefined;
  const failure = outcome.ok ? exchange && judgeResponse(exchange, mark, options) : outcome.failure;
  const observation = context.record(startedAt, {
    step: 'http',
    ...(connection.address === undefined ? {} : { address: connection.address }),
    port: connection.port,
    url: publicUrl(options.url) ?? '',
    ...(exchange === undefined ? {} : { status: exchange.status }),
    ...timesOf(outcome.state),
    headers: exchange?.headers ?? {},
    ...describeBody(body, sink, response),
    redirects: options.redirects.slice(0, 5).map((hop) => ({ url: publicUrl(hop.url) ?? '', status: hop.status })),
    ...(mark === undefined ? {} : { mark }),
    ...foreignHost(options),
    ...(outcome.ok ? {} : { receivedBytes: connection.wire?.bytesReceived ?? outcome.state.receivedBytes }),
    ...(failure === undefined ? {} : { failure }),
  });
  if (failure !== undefined) return { ok: false, failure, observation };
  if (exchange === undefined) return { ok: false, failure: { step: 'http', kind: 'unknown' }, observation };
  return { ok: true, value: exchange, observation };
}

function describeResponse(response: IncomingMessage, body: Buffer, url: string): HttpExchange {
  const status = response.statusCode ?? 0;
  const location = response.headers.location === undefined ? undefined : publicUrl(response.headers.location, url);
  const date = Date.parse(response.headers.date ?? '');
  const headers: Record<string, string> = {};
  for (const name of recordedHeaders) {
    // A Location is recorded as it may be followed: it can carry credentials.
    const value = name === 'location' ? location : response.headers[name];
    if (value !== undefined) headers[name] = cleanText(String(value), 1024);
  }
  return {
    status,
    ...(location === undefined ? {} : { location }),
    headers,
    bodyText: body.toString('utf8'),
    ...(Number.isNaN(date) ? {} : { date }),
  };
}

function describeBody(body: Buffer, sink: BodySink, response: IncomingMessage | undefined) {
  const title = extractTitle(decodeText(body, response?.headers['content-type']));
  return {
    bodyBytes: sink.bytes,
    bodyTruncated: sink.truncated,
    ...(response === undefined ? {} : { bodySha256: createHash('sha256').update(body).digest('hex') }),
    ...(title === undefined ? {} : { title }),
  };
}

/** Many block pages still come in windows-1251 or GBK. */
function decodeText(body: Buffer, contentType: string | undefined): string {
  const label = /charset\s*=\s*"?([\w-]{1,32})/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return body.toString('utf8');
  }
}

function timesOf({ sentAt, firstByteAt }: ExchangeState) {
  return firstByteAt === undefined ? {} : { firstByteMs: Math.max(0, firstByteAt - sentAt) };
}

function foreignHost({ url, redirects }: HttpOptions): { readonly foreignHost?: string } {
  const first = redirects[0]?.url;
  if (first === undefined || !URL.canParse(first)) return {};
  const host = new URL(url).hostname;
  return siteOf(host) === siteOf(new URL(first).hostname) ? {} : { foreignHost: host };
}

function findMark(exchange: HttpExchange, connection: Connection, options: HttpOptions): string | undefined {
  const page = {
    url: options.url,
    status: exchange.status,
    location: exchange.location,
    body: exchange.bodyText,
    hostAddress: connection.address,
    foreign: foreignHost(options).foreignHost !== undefined,
  };
  return matchBlockPage(page, options.marks);
}

function judgeResponse(
  { status, location, bodyText }: HttpExchange,
  mark: string | undefined,
  { expect, follow }: HttpOptions,
): Failure | undefined {
  if (mark !== undefined) return { step: 'http', kind: 'block-page', code: mark.slice(0, 64) };
  const isRedirect = status >= 300 && status < 400 && location !== undefined;
  if (follow === true && isRedirect) return undefined;
  if (expect === undefined)
    return status < 400 ? undefined : { step: 'http', kind: 'http-status', code: String(status) };
  const statusFits = expect.status?.includes(status) ?? true;
  const bodyFits = expect.bodyIncludes === undefined || bodyText.includes(expect.bodyIncludes);
  if (statusFits && bodyFits) return undefined;
  return {
    step: 'http',
    kind: 'not-this-service',
    code: String(status),
    detail: statusFits ? 'body' : 'status',
  };
}
