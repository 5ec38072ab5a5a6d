import { type Answer, decode, encode, type Packet } from 'dns-packet';
import type { Records } from './internet.ts';

/** Bits 0 to 3 of the flags (RFC 1035 4.1.1). */
const rcodes = { noerror: 0, servfail: 2, nxdomain: 3, refused: 5 } as const;
export type Rcode = keyof typeof rcodes;

export interface Question {
  readonly id: number;
  /** Lower case, without a final dot. */
  readonly name: string;
  readonly type: string;
  readonly packet: Packet;
}

const ttl = 300;
const recursionAvailable = 0x80;
const recursionDesired = 0x100;

/** Reads a query with one question; undefined for anything else. Never throws. */
export function readQuestion(message: Uint8Array): Question | undefined {
  let packet: Packet;
  try {
    packet = decode(Buffer.from(message));
  } catch {
    return undefined;
  }
  const [question, ...more] = packet.questions ?? [];
  if (packet.type !== 'query' || question === undefined || more.length > 0) return undefined;
  return { id: packet.id ?? 0, name: question.name.toLowerCase().replace(/\.$/, ''), type: question.type, packet };
}

/** The answer to A and AAAA from `records`; an existing name without such records gets an empty answer. */
export function answerQuestion(question: Question, records: Records | undefined): Buffer {
  if (records === undefined) return refuseQuestion(question, 'nxdomain');
  const addresses = question.type === 'A' ? records.a : question.type === 'AAAA' ? records.aaaa : [];
  const type = question.type === 'A' ? 'A' : 'AAAA';
  const answers = addresses.map((data): Answer => ({ type, name: question.name, ttl, class: 'IN', data }));
  return encodeReply(question, 'noerror', answers);
}

export function refuseQuestion(question: Question, rcode: Rcode): Buffer {
  return encodeReply(question, rcode, []);
}

function encodeReply(question: Question, rcode: Rcode, answers: Answer[]): Buffer {
  return encode({
    type: 'response',
    id: question.id,
    flags: recursionDesired | recursionAvailable | rcodes[rcode],
    questions: question.packet.questions ?? [],
    answers,
  });
}
