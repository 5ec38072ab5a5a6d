import type { Failure, FailureKind } from '../../model/failure.ts';
import type { AddressRecord, Reply } from './message.ts';

/** How one query ended: with a reply that could be read, or with the failure that stands in its place. */
export type QueryEnd = Extract<Reply, { kind: 'reply' }> | { readonly kind: 'failed'; readonly failure: Failure };

export interface Combined {
  readonly records: readonly AddressRecord[];
  /** Absent when no server said anything. */
  readonly rcode?: string;
  /** Present exactly when there are no records. */
  readonly failure?: Failure;
}

const kindOfRcode: Readonly<Record<string, FailureKind>> = {
  NOERROR: 'no-answer',
  NXDOMAIN: 'nxdomain',
  SERVFAIL: 'servfail',
  REFUSED: 'dns-refused',
};

function failureOf(end: QueryEnd): Failure {
  if (end.kind === 'failed') return end.failure;
  const kind = kindOfRcode[end.rcode];
  // A server that will not answer such a query refuses in effect; the mnemonic says how it put it.
  if (kind === undefined) return { step: 'resolve', kind: 'dns-refused', code: end.rcode };
  return { step: 'resolve', kind, ...(end.truncated && { detail: 'truncated' }) };
}

/**
 * One result from the queries for A and AAAA. Addresses of either family make it a success: a missing AAAA is no failure.
 * Without any, a name that does not exist is said so by one reply alone (RFC 8020); otherwise the failure of the query that
 * is known least about comes first, because its answer might have held the addresses.
 */
export function combineReplies(a: QueryEnd, aaaa: QueryEnd): Combined {
  const ends = [a, aaaa];
  const replies = ends.filter((end) => end.kind === 'reply');
  const records = replies.flatMap((reply) => reply.records);
  const decisive =
    replies.find((reply) => reply.records.length > 0) ??
    replies.find((reply) => reply.rcode === 'NXDOMAIN') ??
    replies.find((reply) => reply.rcode !== 'NOERROR') ??
    replies[0];
  const rcode = decisive === undefined ? {} : { rcode: decisive.rcode };
  if (records.length > 0) return { records, ...rcode };
  const isNxdomain = decisive?.rcode === 'NXDOMAIN';
  const least = isNxdomain ? decisive : (ends.find((end) => end.kind === 'failed') ?? decisive ?? a);
  return { records, ...rcode, failure: failureOf(least) };
}
