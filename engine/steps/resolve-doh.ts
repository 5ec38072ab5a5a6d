import type { Answer } from '../../model/observation.ts';
import { classifyError } from '../classify-error.ts';
import { DeadlineError } from '../deadline.ts';
import { describeAnswers } from '../dns/answers.ts';
import { type Combined, combineReplies, type QueryEnd } from '../dns/combine-replies.ts';
import type { Posted } from '../dns/doh-line.ts';
import { createDohPool } from '../dns/doh-pool.ts';
import { decodeReply, encodeQuery, isQueryName, type Question } from '../dns/message.ts';
import type { DohServer } from '../run/run-input.ts';
import type { Dialer, StepContext, StepResult } from '../step.ts';

export interface DohClient {
  /**
   * Asks for the A and AAAA records of a name in ASCII form. The observation begins with this name's own turn: waiting
   * behind other names is not the network's doing, and the connection's own steps are not recorded.
   */
  resolve(name: string, context: StepContext): Promise<StepResult<Answer[]>>;
  /** Destroys every connection; queries under way end as aborted, and so do later ones. */
  close(): void;
}

/** RFC 8484 4.1: the same id for everyone makes answers cacheable; TLS does what ids do elsewhere. */
const messageId = 0;

function readEnd(posted: Posted, question: Question): QueryEnd {
  if (!posted.ok) return { kind: 'failed', failure: posted.failure };
  const reply = decodeReply(posted.body, messageId, question);
  return reply.kind === 'reply' ? reply : { kind: 'failed', failure: { step: 'resolve', kind: 'dns-malformed' } };
}

/**
 * A DNS-over-HTTPS client (RFC 8484, POST over HTTP/1.1) whose two connections all names of a run share. One query's abort
 * leaves the connections to the others; the last one's destroys them, unless a deadline ended it. The server's certificate must be valid for the host
 * of its URL, name or address. Throws a TypeError when the URL is not https.
 */
export function createDohClient(input: { readonly server: DohServer; readonly dialer: Dialer }): DohClient {
  // Servers publish their address as a URI template (RFC 8484 4.1.1) whose variable POST has no use for.
  const url = new URL(input.server.url.replace(/\{[^}]*\}$/, ''));
  if (url.protocol !== 'https:') throw new TypeError('a DoH server is reached over https');
  const pool = createDohPool(url, input.server, input.dialer);
  let closed = false;
  let live = 0;

  /** Settles with what has come by the time of an abort: one family's addresses are worth keeping. */
  async function ask(name: string, context: StepContext, begin: () => boolean): Promise<Combined> {
    const { signal } = context;
    const ends: Partial<Record<Question['type'], QueryEnd>> = {};
    const askFor = async (type: Question['type']) => {
      const question = { name, type };
      ends[type] = readEnd(await pool.post(encodeQuery(messageId, question), context, begin), question);
    };
    let onAbort = () => {};
    const stopped = new Promise<void>((resolve) => {
      onAbort = resolve;
    });
    signal.addEventListener('abort', onAbort, { once: true });
    live++;
    try {
      await Promise.race([Promise.all([askFor('A'), askFor('AAAA')]), stopped]);
    } finally {
      live--;
      signal.removeEventListener('abort', onAbort);
      // A deadline ends one name's wait; anything else is the run being stopped, which leaves nothing open.
      if (signal.aborted && !(signal.reason instanceof DeadlineError) && live === 0) pool.drop();
    }
    const missing: QueryEnd = { kind: 'failed', failure: classifyError('resolve', signal.reason, signal) };
    return combineReplies(ends.A ?? missing, ends.AAAA ?? missing);
  }

  async function find(name: string, context: StepContext, begin: () => boolean): Promise<Combined> {
    const { signal } = context;
    if (signal.aborted) return { records: [], failure: classifyError('resolve', signal.reason, signal) };
    if (closed) return { records: [], failure: { step: 'resolve', kind: 'aborted' } };
    if (isQueryName(name)) return ask(name, context, begin);
    return { records: [], failure: { step: 'resolve', kind: 'local-limit', detail: 'name' } };
  }

  return {
    async resolve(name, context) {
      let startedAt: number | undefined;
      const { rcode, failure, records } = await find(name, context, () => {
        if (closed || context.signal.aborted) return false;
        startedAt ??= context.clock.now();
        return true;
      });
      const answers = describeAnswers(records, context);
      const observation = context.record(startedAt ?? context.clock.now(), {
        step: 'resolve',
        resolver: 'doh',
        server: url.hostname,
        name,
        answers,
        ...(rcode !== undefined && { rcode }),
        ...(failure !== undefined && { failure }),
      });
      return failure === undefined ? { ok: true, value: answers, observation } : { ok: false, failure, observation };
    },
    close() {
      closed = true;
      pool.drop();
    },
  };
}
