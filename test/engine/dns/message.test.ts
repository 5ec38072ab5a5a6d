import { type Answer, decode, encode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../../engine/addresses.ts';
import { decodeReply, encodeQuery, isQueryName, type Question } from '../../../engine/dns/message.ts';

const question: Question = { name: 'www.example.com', type: 'A' };
const responseFlags = (rcode: number, more = 0) => 0x180 | more | rcode;

function reply(
  answers: Answer[],
  options: { id?: number; rcode?: number; asked?: Question; flags?: number } = {},
): Buffer {
  const { id = 7, rcode = 0, asked = question, flags = 0 } = options;
  return encode({ type: 'response', id, flags: responseFlags(rcode, flags), questions: [asked], answers });
}

const a = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, data, ttl });
const cname = (name: string, data: string, ttl = 300): Answer => ({ type: 'CNAME', name, data, ttl });
const records = (message: Uint8Array, asked = question) => {
  const read = decodeReply(message, 7, asked);
  return read.kind === 'reply' ? read.records.map((record) => record.address) : read.kind;
};

describe('isQueryName', () => {
  it.each(['example.com', 'example.com.', 'xn--e1afmkfd.xn--p1ai', '_dns.example', 'a'])('takes %s', (name) => {
    expect(isQueryName(name)).toBe(true);
  });
  it.each(['', '.', 'a..b', '.a', 'пример.рф', 'a b', 'a\0b', `${'a'.repeat(64)}.com`, `${'a.'.repeat(127)}a`])(
    'refuses %j',
    (name) => {
      expect(isQueryName(name)).toBe(false);
      expect(() => encodeQuery(1, { name, type: 'A' })).toThrow(RangeError);
    },
  );
});

describe('encodeQuery', () => {
  it('round-trips', () => {
    const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
    const anyName = fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(anyName, fc.constantFrom('A' as const, 'AAAA' as const), fc.nat(0xffff), (name, type, id) => {
        const packet = decode(Buffer.from(encodeQuery(id, { name, type })));
        expect(packet).toMatchObject({ id, type: 'query', flag_rd: true, questions: [{ name, type, class: 'IN' }] });
        expect(packet.questions).toHaveLength(1);
      }),
    );
  });
});

describe('decodeReply', () => {
  it('reads addresses with their TTL, once each, in order', () => {
    const message = reply([
      a('WWW.example.com', '192.0.2.2'),
      a('www.example.com', '192.0.2.1', 5),
      a('www.example.com', '192.0.2.2'),
    ]);
    expect(decodeReply(message, 7, question)).toEqual({
      kind: 'reply',
      rcode: 'NOERROR',
      truncated: false,
      records: [
        { address: '192.0.2.2', ttl: 60 },
        { address: '192.0.2.1', ttl: 5 },
      ],
    });
  });

  it('follows aliases, in any order, with the smallest TTL', () => {
    const message = reply([
      a('c.example', '192.0.2.1', 400),
      cname('b.example', 'c.example', 30),
      cname('www.example.com', 'b.example'),
    ]);
    expect(decodeReply(message, 7, question)).toMatchObject({ records: [{ address: '192.0.2.1', ttl: 30 }] });
  });

  it('ends in a loop of aliases', () => {
    expect(records(reply([cname('www.example.com', 'b.example'), cname('b.example', 'www.example.com')]))).toEqual([]);
  });

  it('takes nothing that belongs to another name, type or class', () => {
    expect(records(reply([a('other.example', '192.0.2.1')]))).toEqual([]);
    expect(records(reply([cname('other.example', 'c.example'), a('c.example', '192.0.2.1')]))).toEqual([]);
    expect(records(reply([{ type: 'AAAA', name: 'www.example.com', data: '2001:db8::1' }]))).toEqual([]);
    expect(records(reply([{ type: 'A', name: 'www.example.com', data: '192.0.2.1', class: 'CH' }]))).toEqual([]);
  });

  it('writes IPv6 canonically', () => {
    const asked: Question = { name: 'www.example.com', type: 'AAAA' };
    const message = reply([{ type: 'AAAA', name: 'www.example.com', data: '2001:0db8:0:0:1:0:0:1' }], { asked });
    expect(records(message, asked)).toEqual(['2001:db8::1:0:0:1']);
  });

  it('takes no reply to another query', () => {
    const good = reply([a('www.example.com', '192.0.2.1')]);
    expect(decodeReply(good, 8, question)).toEqual({ kind: 'unrelated' });
    expect(decodeReply(good, 7, { ...question, type: 'AAAA' })).toEqual({ kind: 'unrelated' });
    expect(decodeReply(good, 7, { name: 'www.example.org', type: 'A' })).toEqual({ kind: 'unrelated' });
    expect(decodeReply(encodeQuery(7, question), 7, question)).toEqual({ kind: 'unrelated' });
    expect(decodeReply(Buffer.alloc(0), 7, question)).toEqual({ kind: 'unrelated' });
  });

  it('tells a dot in a label from a dot between labels', () => {
    const asked = Buffer.from(encodeQuery(7, question));
    const forged = reply([a('www.example.com', '192.0.2.1')]);
    // "www" "example.com" instead of "www" "example" "com": the same text, another name.
    forged.writeUInt8(11, 16);
    forged.write('.', 24);
    expect(asked.subarray(16, 24).toString('latin1')).toContain('example');
    expect(decodeReply(forged, 7, question)).toEqual({ kind: 'unrelated' });
  });

  it('reads error codes, also from a server that repeats no question', () => {
    expect(decodeReply(reply([], { rcode: 3 }), 7, question)).toMatchObject({ rcode: 'NXDOMAIN', records: [] });
    const bare = encode({ type: 'response', id: 7, flags: responseFlags(1) });
    expect(decodeReply(bare, 7, question)).toMatchObject({ rcode: 'FORMERR' });
    const bareSuccess = encode({ type: 'response', id: 7, flags: responseFlags(0) });
    expect(decodeReply(bareSuccess, 7, question)).toEqual({ kind: 'malformed' });
  });

  it('takes no addresses from an error', () => {
    expect(records(reply([a('www.example.com', '192.0.2.1')], { rcode: 3 }))).toEqual([]);
  });

  it('notes truncation', () => {
    expect(decodeReply(reply([], { flags: 0x200 }), 7, question)).toMatchObject({ truncated: true });
  });

  it('reads the answers whatever stands in the sections nobody needs', () => {
    const message = Buffer.concat([reply([a('www.example.com', '192.0.2.1')]), Buffer.of(0, 0, 41, 255)]);
    message.writeUInt16BE(1, 10);
    expect(records(message)).toEqual(['192.0.2.1']);
  });

  it('calls answers it cannot read malformed', () => {
    const message = reply([a('www.example.com', '192.0.2.1')]);
    expect(records(message.subarray(0, message.length - 6))).toBe('malformed');
    message.writeUInt16BE(60_000, 6);
    expect(records(message)).toBe('malformed');
  });

  it('gives nothing of a reply that was cut anywhere', () => {
    const whole = reply([
      cname('www.example.com', 'b.example'),
      a('b.example', '192.0.2.1'),
      a('b.example', '192.0.2.2'),
    ]);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeReply(whole.subarray(0, length), 7, question).kind).not.toBe('reply');
    }
  });

  it('gives at most 32 addresses', () => {
    const many = Array.from({ length: 100 }, (_, index) => a('www.example.com', `192.0.2.${index}`));
    expect(records(reply(many))).toHaveLength(32);
  });

  it('never throws, never loops, and never gives what is no address, whatever the bytes', () => {
    const head = Buffer.from(encodeQuery(7, question));
    head.writeUInt16BE(0x8180, 2);
    const anyBytes = fc.uint8Array({ maxLength: 600 });
    const seeded = fc.tuple(fc.nat(300), anyBytes).map(([count, tail]) => {
      const message = Buffer.concat([head, tail]);
      message.writeUInt16BE(count, 6);
      return message;
    });
    fc.assert(
      fc.property(fc.oneof(anyBytes, seeded), (bytes) => {
        const read = decodeReply(bytes, 7, question);
        if (read.kind !== 'reply') return;
        for (const { address, ttl } of read.records) {
          expect(canonicalAddress(address)).toBe(address);
          expect(ttl).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('flips of any byte never turn a reply into one for another question', () => {
    const good = reply([cname('www.example.com', 'b.example'), a('b.example', '192.0.2.1')]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bent = Buffer.from(good);
        bent.writeUInt8(value, at);
        const read = decodeReply(bent, 7, question);
        if (read.kind !== 'reply' || read.records.length === 0) return;
        expect(bent.subarray(0, 2)).toEqual(good.subarray(0, 2));
        const length = encodeQuery(7, question).length;
        const asked = (message: Buffer) => message.subarray(12, length).toString('latin1').toLowerCase();
        expect(asked(bent)).toBe(asked(good));
      }),
    );
  });

  it('is not slowed down by chains of compression pointers', () => {
    const message = Buffer.alloc(65_535);
    Buffer.from(encodeQuery(7, question)).copy(message);
    message.writeUInt16BE(0x8180, 2);
    message.writeUInt16BE(256, 6);
    const start = encodeQuery(7, question).length;
    message.writeUInt16BE(0xc00c, start);
    // Compression pointers hold 14 bits, so a chain lies in the first 16 KiB; answers behind it all lead into its end.
    let at = start + 2;
    for (; at < 16_000; at += 2) message.writeUInt16BE(0xc000 | (at - 2), at);
    const before = performance.now();
    decodeReply(message, 7, question);
    for (let offset = start; offset < 65_000; offset += 12)
      message.writeUInt16BE(0xc000 | Math.min(offset - 2, 15_000), offset);
    decodeReply(message, 7, question);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
