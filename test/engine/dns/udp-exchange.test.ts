import { type Answer, encode } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { createUdpExchange, type UdpExchange } from '../../../engine/dns/udp-exchange.ts';
import type { Failure } from '../../../model/failure.ts';

const name = 'www.example.com';
const timeout: Failure = { step: 'resolve', kind: 'timeout' };
const counting = () => {
  let next = 100;
  return () => next++;
};

function reply(query: Uint8Array, addresses: string[], rcode = 0): Buffer {
  const message = Buffer.from(query);
  const type = message.readUInt16BE(message.length - 4) === 1 ? 'A' : 'AAAA';
  const answers = addresses.map((data): Answer => ({ type, name, data, ttl: 9 }));
  return encode({
    type: 'response',
    id: message.readUInt16BE(0),
    flags: 0x180 | rcode,
    questions: [{ name, type }],
    answers,
  });
}

function start(): { exchange: UdpExchange; a: Uint8Array; aaaa: Uint8Array } {
  const exchange = createUdpExchange(name, counting());
  const [a, aaaa] = exchange.queries();
  if (a === undefined || aaaa === undefined) throw new Error('two queries');
  return { exchange, a, aaaa };
}

const addressesOf = (exchange: UdpExchange) =>
  exchange
    .end(timeout)
    .map((end) => (end.kind === 'reply' ? end.records.map((record) => record.address) : end.failure.kind));

describe('createUdpExchange', () => {
  it('takes the first answer to each query', () => {
    const { exchange, a, aaaa } = start();
    exchange.take(reply(aaaa, ['2001:db8::1']));
    expect(exchange.answered()).toBe(1);
    exchange.take(reply(a, ['192.0.2.1']));
    expect(exchange.answered()).toBe(2);
    expect(addressesOf(exchange)).toEqual([['192.0.2.1'], ['2001:db8::1']]);
    expect(exchange.queries()).toEqual([]);
  });

  it('asks again only for what is missing, with another id', () => {
    const { exchange, a, aaaa } = start();
    exchange.take(reply(a, ['192.0.2.1']));
    const again = exchange.queries();
    expect(again).toHaveLength(1);
    expect(again[0]?.subarray(2)).toEqual(aaaa.subarray(2));
    expect(again[0]?.subarray(0, 2)).not.toEqual(aaaa.subarray(0, 2));
  });

  it('never uses an id twice, even if chance does', () => {
    const exchange = createUdpExchange(name, () => 0xffff);
    const ids = [...exchange.queries(), ...exchange.queries()].map((query) => Buffer.from(query).readUInt16BE(0));
    expect(ids).toEqual([0xffff, 0, 1, 2]);
  });

  it('notes a second, different answer to one query, and each such answer once', () => {
    const { exchange, a } = start();
    exchange.take(reply(a, ['10.10.34.34']));
    exchange.take(reply(a, ['192.0.2.1', '192.0.2.2']));
    exchange.take(reply(a, ['192.0.2.2', '192.0.2.1']));
    exchange.take(reply(a, ['10.10.34.34']));
    exchange.take(reply(a, [], 3));
    expect(exchange.later().map((records) => records.map((record) => record.address))).toEqual([
      ['192.0.2.1', '192.0.2.2'],
      [],
    ]);
    expect(addressesOf(exchange)[0]).toEqual(['10.10.34.34']);
  });

  it('takes no offence at two answers to two queries', () => {
    const { exchange, a } = start();
    const [again] = exchange.queries();
    if (again === undefined) throw new Error('asked again');
    exchange.take(reply(a, ['192.0.2.1']));
    exchange.take(reply(again, ['192.0.2.2']));
    expect(exchange.later()).toEqual([]);
  });

  it('keeps waiting after a malformed reply, and says so when nothing better comes', () => {
    const { exchange, a } = start();
    const broken = reply(a, ['192.0.2.1']);
    exchange.take(broken.subarray(0, broken.length - 3));
    expect(exchange.answered()).toBe(0);
    expect(addressesOf(exchange)).toEqual(['dns-malformed', 'timeout']);
    expect(exchange.end({ step: 'resolve', kind: 'aborted' })[0]).toMatchObject({ failure: { kind: 'aborted' } });
    exchange.take(reply(a, ['192.0.2.1']));
    expect(addressesOf(exchange)).toEqual([['192.0.2.1'], 'timeout']);
  });

  it('ignores what nobody asked for, and bounds what it keeps', () => {
    const { exchange, a } = start();
    exchange.take(Buffer.of(1));
    const stray = reply(a, ['192.0.2.1']);
    stray.writeUInt16BE(9, 0);
    exchange.take(stray);
    expect(exchange.answered()).toBe(0);
    exchange.take(reply(a, ['192.0.2.1']));
    for (let last = 0; last < 100; last++) exchange.take(reply(a, [`198.51.100.${last}`]));
    expect(exchange.later()).toHaveLength(8);
  });
});
