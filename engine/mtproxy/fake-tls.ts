import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ClientStream } from '../mtproto/client-stream.ts';
import { alertOfNumber } from '../tls-alert.ts';
import { helloRandomAt, helloRandomLength, type SignedHello } from './client-hello.ts';

/** What the first bytes back say of whoever answers a ClientHello. */
export type ServerHelloReading =
  | { readonly kind: 'more' }
  /** Signed with the secret; the proxy's answer is the first `length` bytes, the stream begins behind them. */
  | { readonly kind: 'verified'; readonly length: number }
  /** TLS, but nobody who knows the secret; with the alert's number where one came. */
  | { readonly kind: 'ordinary-site'; readonly alert?: number }
  | { readonly kind: 'not-tls' };

const headerLength = 5;
const recordTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
/** RFC 8446 5.2: 2^14 bytes and 256 for what encryption adds. */
const longestRecord = 16_384 + 256;
/** RFC 8446 4.1.4: the random by which a server asks for another key share. It will say no more until it gets one. */
const retryRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

/**
 * Reads the answer to a hello: a ServerHello, a change of cipher spec and one record of application data, whose random is
 * the HMAC over the client's random and all three with that field zeroed. Any TLS 1.3 server answers in the same form, so
 * only the HMAC tells. Decides as early as it can; never looks at more than these three records, 32 KiB.
 */
export function readServerHello(bytes: Buffer, hello: SignedHello, key: Uint8Array): ServerHelloReading {
  const order = [recordTypes.handshake, recordTypes.changeCipherSpec, recordTypes.applicationData];
  let at = 0;
  for (const type of order) {
    const record = readRecord(bytes, at, at > 0);
    if (record === 'more' || record === 'not-tls') return { kind: record };
    if (record.type === recordTypes.alert && record.length === 2) return readAlert(bytes, at);
    if (record.type !== type) return { kind: 'ordinary-site' };
    at += headerLength + record.length;
    if (bytes.length < at) return { kind: 'more' };
    if (type === recordTypes.handshake && !isServerHello(bytes, at)) return { kind: 'ordinary-site' };
  }
  return isSigned(bytes.subarray(0, at), hello, key) ? { kind: 'verified', length: at } : { kind: 'ordinary-site' };
}

interface RecordHeader {
  readonly type: number;
  readonly length: number;
}

/** @param later whether a record of the same stream came before: then what follows can only be TLS gone wrong. */
function readRecord(bytes: Buffer, at: number, later: boolean): RecordHeader | 'more' | 'not-tls' {
  const [type, major] = [bytes[at], bytes[at + 1]];
  const known = type === undefined || (type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData);
  if (!known || (major !== undefined && major !== 3)) return later ? { type: 0, length: 0 } : 'not-tls';
  if (type === undefined || bytes.length < at + headerLength) return 'more';
  const length = bytes.readUInt16BE(at + 3);
  return length > longestRecord ? 'not-tls' : { type, length };
}

function readAlert(bytes: Buffer, at: number): ServerHelloReading {
  const number = bytes[at + headerLength + 1];
  return number === undefined ? { kind: 'more' } : { kind: 'ordinary-site', alert: alertOfNumber(number).number };
}

/** Whether the first record is a ServerHello long enough to hold a random, and one after which more is to come. */
function isServerHello(bytes: Buffer, end: number): boolean {
  if (end < helloRandomAt + helloRandomLength || bytes[headerLength] !== 2) return false;
  return !bytes.subarray(helloRandomAt, helloRandomAt + helloRandomLength).equals(retryRandom);
}

function isSigned(answer: Buffer, hello: SignedHello, key: Uint8Array): boolean {
  const zeroed = Buffer.from(answer).fill(0, helloRandomAt, helloRandomAt + helloRandomLength);
  const expected = createHmac('sha256', key).update(hello.random).update(zeroed).digest();
  return timingSafeEqual(expected, answer.subarray(helloRandomAt, helloRandomAt + helloRandomLength));
}

/** Telegram's apps put no more than this into one record. */
const longestPayload = 2878;
const changeCipherSpec = Buffer.of(recordTypes.changeCipherSpec, 3, 3, 0, 1, 1);

/** The same stream inside of TLS records both ways, as it goes on after a verified hello: byte in, byte out. */
export function wrapInRecords(inner: ClientStream): ClientStream {
  const open = createRecordOpener();
  let started = false;
  return {
    padding: inner.padding,
    send: (payload) => {
      const records = toRecords(inner.send(payload));
      const bytes = started ? records : Buffer.concat([changeCipherSpec, records]);
      started = true;
      return bytes;
    },
    receive: (chunk) => {
      const { payload, broken } = open(chunk);
      const received = inner.receive(payload);
      return broken ? { ...received, broken: true } : received;
    },
  };
}

/** Cuts bytes into records of application data of at most 2878 bytes each. */
export function toRecords(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += longestPayload) {
    const payload = bytes.subarray(at, at + longestPayload);
    const header = Buffer.of(recordTypes.applicationData, 3, 3, 0, 0);
    header.writeUInt16BE(payload.length, 3);
    parts.push(header, payload);
  }
  return Buffer.concat(parts);
}

export interface OpenedRecords {
  readonly payload: Buffer;
  /** True once the bytes cannot be records of application data: nothing after that is looked at. */
  readonly broken: boolean;
}

/**
 * Takes the payload out of a stream of records, however it is chopped. A record is passed on as it arrives, so no more than
 * an unfinished header is ever kept.
 */
export function createRecordOpener(): (chunk: Uint8Array) => OpenedRecords {
  let header: Buffer = Buffer.alloc(0);
  let left = 0;
  let broken = false;

  return (chunk) => {
    if (broken) return { payload: Buffer.alloc(0), broken };
    let bytes = Buffer.concat([header, chunk]);
    const parts: Buffer[] = [];
    while (bytes.length > 0) {
      if (left === 0) {
        broken = !mayBeHeader(bytes);
        if (broken || bytes.length < headerLength) break;
        left = bytes.readUInt16BE(3);
        bytes = bytes.subarray(headerLength);
      }
      const part = bytes.subarray(0, left);
      parts.push(part);
      left -= part.length;
      bytes = bytes.subarray(part.length);
    }
    header = broken ? Buffer.alloc(0) : bytes;
    return { payload: Buffer.concat(parts), broken };
  };
}

function mayBeHeader(bytes: Buffer): boolean {
  const start = Buffer.of(recordTypes.applicationData, 3, 3).subarray(0, bytes.length);
  if (!bytes.subarray(0, start.length).equals(start)) return false;
  return bytes.length < headerLength || bytes.readUInt16BE(3) <= longestRecord;
}
