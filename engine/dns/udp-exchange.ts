import type { Failure } from '../../model/failure.ts';
import type { QueryEnd } from './combine-replies.ts';
import {
  type AddressRecord,
  type AddressType,
  decodeReply,
  encodeQuery,
  type Question,
  type Reply,
} from './message.ts';

type Answered = Extract<Reply, { kind: 'reply' }>;

/** One query as it went out, with the first reply to it. */
interface Sent {
  readonly id: number;
  readonly question: Question;
  first?: Answered;
}

/** The bookkeeping of one name's A and AAAA queries over a medium that loses, repeats and forges messages. Pure. */
export interface UdpExchange {
  /** The messages to send now: one query for each type not answered yet, each with an id never used before. */
  queries(): Uint8Array[];
  take(message: Uint8Array): void;
  answered(): number;
  /** Replies to a query that had already been answered otherwise. */
  later(): readonly (readonly AddressRecord[])[];
  /** How both queries ended, when the unanswered ones ended with `failure`. */
  end(failure: Failure): readonly [a: QueryEnd, aaaa: QueryEnd];
}

const mostLater = 8;

function fingerprint(reply: Answered): string {
  return [reply.rcode, ...reply.records.map((record) => record.address).sort()].join(' ');
}

/**
 * `nextId` gives uniform numbers from 0 to 65535 nobody can foresee. A query sent again gets a new id, so that two replies to
 * one id are never the honest replies to two queries: a resolver sends one, and a second one that differs tells of a forger.
 */
export function createUdpExchange(name: string, nextId: () => number): UdpExchange {
  const sent = new Map<number, Sent>();
  const first = new Map<AddressType, Answered>();
  const malformed = new Set<AddressType>();
  const later = new Map<string, readonly AddressRecord[]>();
  const questions: readonly [Question, Question] = [
    { name, type: 'A' },
    { name, type: 'AAAA' },
  ];

  function takeReply(query: Sent, reply: Answered): void {
    const { type } = query.question;
    if (!first.has(type)) first.set(type, reply);
    query.first ??= reply;
    if (fingerprint(reply) === fingerprint(query.first) || later.size === mostLater) return;
    const key = `${type} ${fingerprint(reply)}`;
    if (!later.has(key)) later.set(key, reply.records);
  }

  function endOf(type: AddressType, failure: Failure): QueryEnd {
    const reply = first.get(type);
    if (reply !== undefined) return reply;
    const isSilence = failure.kind === 'timeout' && malformed.has(type);
    return { kind: 'failed', failure: isSilence ? { step: 'resolve', kind: 'dns-malformed' } : failure };
  }

  return {
    queries: () =>
      questions
        .filter((question) => !first.has(question.type))
        .map((question) => {
          let id = nextId();
          while (sent.has(id)) id = (id + 1) & 0xffff;
          sent.set(id, { id, question });
          return encodeQuery(id, question);
        }),
    take(message) {
      if (message.length < 2) return;
      const query = sent.get(((message[0] ?? 0) << 8) | (message[1] ?? 0));
      if (query === undefined) return;
      const reply = decodeReply(message, query.id, query.question);
      if (reply.kind === 'malformed') malformed.add(query.question.type);
      if (reply.kind === 'reply') takeReply(query, reply);
    },
    answered: () => first.size,
    later: () => [...later.values()],
    end: (failure) => [endOf('A', failure), endOf('AAAA', failure)],
  };
}
