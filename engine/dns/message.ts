import { type Answer as DnsAnswer, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { canonicalAddress } from '../addresses.ts';

export type AddressType = 'A' | 'AAAA';

export interface Question {
  readonly name: string;
  readonly type: AddressType;
}

export interface AddressRecord {
  readonly address: string;
  /** Seconds; the smallest along the chain of aliases that led to the address. */
  readonly ttl: number;
}

export type Reply =
  | {
      readonly kind: 'reply';
      /** Mnemonic, RFC 1035 4.1.1. */
      readonly rcode: string;
      readonly truncated: boolean;
      readonly records: readonly AddressRecord[];
    }
  /** Meant as the answer to this query, but it cannot be read. */
  | { readonly kind: 'malformed' }
  /** Not an answer to this query: another id, another question, or no response at all. */
  | { readonly kind: 'unrelated' };

const headerBytes = 12;
/** More than a record set ever holds; each record may cost a chain of compression pointers to read. */
const mostRecords = 256;
const mostAddresses = 32;

/** Whether a query can carry the name: labels of 1 to 63 and 253 characters in all (RFC 1035 2.3.4), printable ASCII. */
export function isQueryName(name: string): boolean {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return /^[\x21-\x7e]{1,253}$/.test(bare) && bare.split('.').every((label) => label.length > 0 && label.length <= 63);
}

/** A query with recursion desired (RFC 1035 4.1). The name must pass {@link isQueryName}; throws a RangeError otherwise. */
export function encodeQuery(id: number, question: Question): Uint8Array {
  if (!isQueryName(question.name)) throw new RangeError('not a name a query can carry');
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ ...question, class: 'IN' }] });
}

/** The question section as it stands in a query, names in lower case: DNS compares names without case (RFC 4343). */
function questionBytes(message: Uint8Array, length: number): string {
  return Buffer.from(message.subarray(headerBytes, headerBytes + length))
    .toString('latin1')
    .toLowerCase();
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/**
 * The name asked for and the names it is an alias of (RFC 1034 3.6.2), each with the smallest TTL that led there. Every
 * pass over the records learns a name or is the last, so a loop of aliases ends.
 */
function followAliases(answers: readonly DnsAnswer[], name: string): ReadonlyMap<string, number> {
  const known = new Map<string, number>([[withoutDot(name), Number.MAX_SAFE_INTEGER]]);
  for (let before = 0; before < known.size; ) {
    before = known.size;
    for (const answer of answers) {
      if (answer.type !== 'CNAME' || answer.class !== 'IN') continue;
      const ttl = known.get(withoutDot(answer.name));
      const alias = withoutDot(answer.data);
      if (ttl !== undefined && !known.has(alias)) known.set(alias, Math.min(ttl, answer.ttl ?? 0));
    }
  }
  return known;
}

/** The addresses of the asked type that belong to the question. */
function collectAddresses(answers: readonly DnsAnswer[], question: Question): AddressRecord[] {
  const known = followAliases(answers, question.name);
  const records = new Map<string, number>();
  for (const answer of answers) {
    if (answer.type !== question.type || answer.class !== 'IN') continue;
    const ttl = known.get(withoutDot(answer.name));
    const address = canonicalAddress(answer.data);
    if (ttl === undefined || address === null || records.has(address)) continue;
    records.set(address, Math.min(ttl, answer.ttl ?? 0));
  }
  return [...records].slice(0, mostAddresses).map(([address, ttl]) => ({ address, ttl }));
}

/**
 * Reads a message as the reply to a query sent with `id` and `question`. Never throws, whatever the bytes. At most 32
 * addresses, none twice, in the reply's order. An error reply may come without a question: servers that could not read
 * the query send none.
 */
export function decodeReply(message: Uint8Array, id: number, question: Question): Reply {
  const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (view.length < headerBytes || view.readUInt16BE(0) !== id || (view.readUInt8(2) & 0x80) === 0) {
    return { kind: 'unrelated' };
  }
  const [questions, answers] = [view.readUInt16BE(4), view.readUInt16BE(6)];
  const isError = (view.readUInt8(3) & 0x0f) !== 0;
  const asked = encodeQuery(id, question);
  const length = asked.length - headerBytes;
  const sameQuestion = questions === 1 && questionBytes(view, length) === questionBytes(asked, length);
  if (!sameQuestion && !(isError && questions === 0)) return { kind: questions === 1 ? 'unrelated' : 'malformed' };
  if (answers > mostRecords) return { kind: 'malformed' };
  // Nothing in the other two sections is needed, and a record type the library cannot read there must not spoil the reply.
  const needed = Buffer.from(view);
  needed.writeUInt32BE(0, 8);
  try {
    const packet = decode(needed);
    // The library reads the address of a cut record from beyond the end instead of throwing.
    if (decode.bytes > needed.length) return { kind: 'malformed' };
    const { rcode } = packet as { rcode?: unknown };
    if (typeof rcode !== 'string') return { kind: 'malformed' };
    const records = isError ? [] : collectAddresses(packet.answers ?? [], question);
    return { kind: 'reply', rcode, truncated: packet.flag_tc, records };
  } catch {
    return { kind: 'malformed' };
  }
}
