import type { Failure } from '../../model/failure.ts';
import type { Answer } from '../../model/observation.ts';
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
const aborted: Failure = { step: 'resolve', kind: 'aborted' };

function readEnd(posted: Posted, question: Question): QueryEnd {
  if (!posted.ok) return { kind: 'failed', failure: posted.failure };
  const reply = decodeReply(posted.body, messageId, question);
  return reply.kind === 'reply' ? reply : { kind: 'failed', failure: { step: 'resolve', kind: 'dns-malformed' } };
}

/**
 * A DNS-over-HTTPS client (RFC 8484, POST over HTTP/1.1) whose two connections all names of a run share. One query's abort
 * leaves the connections to the others; the last one's destroys them. The server's certificate must be valid for the host
 * of its URL, name or address. Throws a TypeError when the URL is not https.
 */
export function createDohClient(input: { readonly server: DohServer; readonly dialer: Dialer }): DohClient {
  // Servers publish their address as a URI template (RFC 8484 4.1.1) whose variable POST has no use for.
  const url = new URL(input.server.url.replace(/\{[^}]*\}$/, ''));
  if (url.protocol !== 'https:') throw new TypeError('a DoH server is reached over https');
  const pool = createDohPool(url, input.server, input.dialer);
  let closed = false;
  let live = 0;

  async function ask(name: string, context: StepContext, begin: () => boolean): Promise<Combined> {
    const askFor = async (type: Question['type']) => {
      const question = { name, type };
      return readEnd(await pool.post(encodeQuery(messageId, question), context, begin), question);
    };
    let onAbort = () => {};
    const stopped = new Promise<undefined>((resolve) => {
      onAbort = () => resolve(undefined);
    });
    context.signal.addEventListener('abort', onAbort, { once: true });
    live++;
    try {
      const ends = await Promise.race([Promise.all([askFor('A'), askFor('AAAA')]), stopped]);
      return ends === undefined ? { records: [], failure: aborted } : combineReplies(...ends);
    } finally {
      live--;
      context.signal.removeEventListener('abort', onAbort);
      if (context.signal.aborted && live === 0) pool.drop();
    }
  }

  async function find(name: string, context: StepContext, begin: () => boolean): Promise<Combined> {
    if (closed || context.signal.aborted) return { records: [], failure: aborted };
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
