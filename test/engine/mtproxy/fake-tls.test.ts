import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientStream } from '../../../engine/mtproto/client-stream.ts';
import { createClientHello } from '../../../engine/mtproxy/client-hello.ts';
import { createRecordOpener, readServerHello, toRecords, wrapInRecords } from '../../../engine/mtproxy/fake-tls.ts';
import { answerHello } from '../../../lab/answer-hello.ts';

const key = randomBytes(16);
const domain = 'mask.example';
const unixTime = 1_800_000_000;
const tolerance = { behind: 0, ahead: 0 };

function shake() {
  const hello = createClientHello({ profile: 'classic', key, domain, unixTime });
  const gate = { key, domain, now: () => unixTime, tolerance, longestHello: 4096, answered: new Set<string>() };
  const reading = answerHello(hello.record, gate);
  if (typeof reading === 'string') throw new Error(reading);
  return { hello, answer: reading.answer };
}

/** Opens `bytes` cut into pieces of the given sizes, over and over. */
function openInPieces(bytes: Buffer, sizes: readonly number[]) {
  const open = createRecordOpener();
  const parts: Buffer[] = [];
  let broken = false;
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const opened = open(bytes.subarray(at, at + size));
    parts.push(opened.payload);
    broken = opened.broken;
    at += size;
  }
  return { payload: Buffer.concat(parts), broken };
}

const sizes = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 5 });

describe('readServerHello', () => {
  it('waits at every cut of a true answer and accepts it at its last byte, whatever follows', () => {
    const { hello, answer } = shake();
    for (let length = 0; length < answer.length; length++) {
      expect(readServerHello(answer.subarray(0, length), hello, key), `after ${length} bytes`).toEqual({
        kind: 'more',
      });
    }
    const followed = Buffer.concat([answer, randomBytes(50)]);
    expect(readServerHello(followed, hello, key)).toEqual({ kind: 'verified', length: answer.length });
  });

  it('follows the specification, byte by byte: three records, signed over the client’s random and themselves', () => {
    const { hello } = shake();
    const serverHello = Buffer.concat([
      Buffer.from('0303', 'hex'),
      Buffer.alloc(32),
      Buffer.from('20', 'hex'),
      randomBytes(72),
    ]);
    const answer = Buffer.concat([
      Buffer.from('160303', 'hex'),
      Buffer.of(0, serverHello.length + 4, 2, 0, 0, serverHello.length),
      serverHello,
      Buffer.from('140303000101', 'hex'),
      Buffer.from('1703030005', 'hex'),
      randomBytes(5),
    ]);
    const signature = createHmac('sha256', key)
      .update(Buffer.concat([hello.random, answer]))
      .digest();
    signature.copy(answer, 11);
    expect(readServerHello(answer, hello, key)).toEqual({ kind: 'verified', length: answer.length });
    expect(readServerHello(answer, hello, randomBytes(16)).kind).toBe('ordinary-site');
    expect(readServerHello(answer, shake().hello, key).kind).toBe('ordinary-site');
  });

  it('accepts no answer in which one bit differs', () => {
    const { hello, answer } = shake();
    fc.assert(
      fc.property(fc.nat(answer.length * 8 - 1), (bit) => {
        const forged = Buffer.from(answer);
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(readServerHello(forged, hello, key).kind).not.toBe('verified');
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws, and never verifies what is random', () => {
    const { hello } = shake();
    const start = fc.constantFrom(
      '',
      '16',
      '160303',
      '1603030080',
      '160303000402000000',
      '15030300020228',
      '1603034000',
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (hex, rest) => {
        const bytes = Buffer.concat([Buffer.from(hex, 'hex'), rest]);
        expect(['more', 'not-tls', 'ordinary-site']).toContain(readServerHello(bytes, hello, key).kind);
      }),
      { numRuns: 2000 },
    );
  });

  it('names the alert of a server that refuses', () => {
    const { hello } = shake();
    const alert = Buffer.from('15030300020228', 'hex');
    expect(readServerHello(alert, hello, key)).toEqual({ kind: 'ordinary-site', alert: 40 });
    expect(readServerHello(alert.subarray(0, 6), hello, key)).toEqual({ kind: 'more' });
  });

  it('waits for no record longer than TLS allows', () => {
    const { hello } = shake();
    expect(readServerHello(Buffer.from('1603034101', 'hex'), hello, key)).toEqual({ kind: 'not-tls' });
  });
});

describe('records', () => {
  it('carry any bytes in pieces of at most 2878, and give them back however they are chopped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 10_000 }), sizes, (bytes, pieces) => {
        const records = toRecords(Buffer.from(bytes));
        for (let at = 0; at < records.length; ) {
          expect(records.toString('hex', at, at + 3)).toBe('170303');
          expect(records.readUInt16BE(at + 3)).toBeLessThanOrEqual(2878);
          at += 5 + records.readUInt16BE(at + 3);
        }
        expect(openInPieces(records, pieces)).toEqual({ payload: Buffer.from(bytes), broken: false });
      }),
    );
  });

  it('are taken up to the longest that TLS allows, empty ones too', () => {
    const long = randomBytes(16_640);
    const bytes = Buffer.concat([Buffer.from('1703030000', 'hex'), Buffer.from('1703034100', 'hex'), long]);
    expect(openInPieces(bytes, [1000, 1])).toEqual({ payload: long, broken: false });
    expect(openInPieces(Buffer.from('1703034101', 'hex'), [5]).broken).toBe(true);
  });

  it('of any other kind break the stream at their first byte, and give nothing that came after', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ minLength: 1 }), sizes, (good, bad, pieces) => {
        fc.pre(bad[0] !== 0x17);
        const bytes = Buffer.concat([toRecords(Buffer.from(good)), bad]);
        expect(openInPieces(bytes, pieces)).toEqual({ payload: Buffer.from(good), broken: true });
      }),
    );
  });

  it('wrap a stream: a change of cipher spec and the 64 bytes of its start once, records from then on', () => {
    const stream = wrapInRecords(
      createClientStream({ transport: 'obfuscated-padded', dc: 2, secret: key, random: randomBytes }),
    );
    const first = stream.send(Buffer.alloc(40));
    expect(first.toString('hex', 0, 9)).toBe('140303000101170303');
    expect(first.length).toBe(6 + 5 + first.readUInt16BE(9));
    expect(first.readUInt16BE(9)).toBeGreaterThanOrEqual(64 + 44);
    expect(stream.send(Buffer.alloc(40)).toString('hex', 0, 3)).toBe('170303');
    expect(stream.receive(Buffer.from('1503030002', 'hex'))).toMatchObject({ frames: [], broken: true });
  });
});
