import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMessageIds,
  decodeReqPq,
  decodeResPq,
  encodeReqPqMulti,
  encodeResPq,
  encodeTransportError,
} from '../../../engine/mtproto/req-pq.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const messageId = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const fingerprint = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => value.toString(16).padStart(16, '0'));
const reply = fc.record({
  messageId,
  nonce: bytes(16),
  serverNonce: bytes(16),
  pq: fc.uint8Array({ maxLength: 12 }),
  fingerprints: fc.array(fingerprint, { maxLength: 5 }),
});

const nonce = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
// Laid out by hand from the scheme, field by field.
const resPqBytes = Buffer.from(
  [
    '0000000000000000',
    '01c8831ec97ae551',
    '40000000',
    '63241605',
    '000102030405060708090a0b0c0d0e0f',
    'a5cf4d33f4a11ea877ba4aa573907330',
    '0817ed48941a08f981000000',
    '15c4b51c',
    '01000000',
    '85fd64de851d9dd0',
  ].join(''),
  'hex',
);

describe('encodeReqPqMulti', () => {
  it('lays out the unencrypted message', () => {
    const encoded = encodeReqPqMulti({ nonce, messageId: 0x51e57ac91e83c800n });
    expect(encoded.toString('hex')).toBe(
      '0000000000000000' + '00c8831ec97ae551' + '14000000' + 'f18e7ebe' + '000102030405060708090a0b0c0d0e0f',
    );
  });

  it('refuses a nonce of another length', () => {
    for (const length of [0, 15, 17]) {
      expect(() => encodeReqPqMulti({ nonce: Buffer.alloc(length), messageId: 4n })).toThrow(RangeError);
    }
  });
});

describe('decodeReqPq', () => {
  it('reads req_pq_multi and the older req_pq, with padding only where it is allowed', () => {
    const encoded = encodeReqPqMulti({ nonce, messageId: 8n });
    expect(decodeReqPq(encoded)).toEqual({ nonce, messageId: 8n });
    const older = Buffer.from(encoded);
    older.writeUInt32LE(0x60469778, 20);
    expect(decodeReqPq(older)).toEqual({ nonce, messageId: 8n });
    const padded = Buffer.concat([encoded, Buffer.alloc(15, 7)]);
    expect(decodeReqPq(padded)).toBeNull();
    expect(decodeReqPq(padded, 15)).toEqual({ nonce, messageId: 8n });
  });

  it('refuses other methods, keys and lengths', () => {
    const encoded = encodeReqPqMulti({ nonce, messageId: 8n });
    for (const at of [0, 7, 16, 20]) {
      const changed = Buffer.from(encoded);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(decodeReqPq(changed), String(at)).toBeNull();
    }
  });
});

describe('decodeResPq', () => {
  it('reads a reply', () => {
    expect(decodeResPq(resPqBytes)).toEqual({
      kind: 'resPQ',
      messageId: 0x51e57ac91e83c801n,
      nonce,
      serverNonce: Buffer.from('a5cf4d33f4a11ea877ba4aa573907330', 'hex'),
      pq: Buffer.from('17ed48941a08f981', 'hex'),
      fingerprints: ['d09d1d85de64fd85'],
    });
  });

  it('inverts encodeResPq, with up to 15 bytes behind where padding is allowed', () => {
    fc.assert(
      fc.property(reply, fc.uint8Array({ maxLength: 15 }), (sent, padding) => {
        const frame = Buffer.concat([encodeResPq(sent), padding]);
        const decoded = decodeResPq(frame, 15);
        expect(decoded.kind).toBe('resPQ');
        if (decoded.kind !== 'resPQ') return;
        expect(decoded).toEqual({
          kind: 'resPQ',
          messageId: sent.messageId,
          nonce: Buffer.from(sent.nonce),
          serverNonce: Buffer.from(sent.serverNonce),
          pq: Buffer.from(sent.pq),
          fingerprints: sent.fingerprints,
        });
        if (padding.length > 0) expect(decodeResPq(frame).kind).toBe('malformed');
      }),
    );
    const tooLong = Buffer.concat([resPqBytes, Buffer.alloc(16)]);
    expect(decodeResPq(tooLong, 15).kind).toBe('malformed');
  });

  it('reads bare negative numbers as errors of the transport', () => {
    for (const code of [-404, -429, -444]) {
      expect(decodeResPq(encodeTransportError(code))).toEqual({ kind: 'error', code });
      const padded = Buffer.concat([encodeTransportError(code), Buffer.alloc(15, 9)]);
      expect(decodeResPq(padded, 15)).toEqual({ kind: 'error', code });
      expect(decodeResPq(padded).kind).toBe('malformed');
    }
    for (const code of [0, 404, -1000, -2_000_000_000]) {
      expect(decodeResPq(encodeTransportError(code)).kind, String(code)).toBe('malformed');
    }
  });

  it('takes no truncation of a reply for a reply', () => {
    for (let length = 0; length < resPqBytes.length; length++) {
      expect(decodeResPq(resPqBytes.subarray(0, length), 15).kind, String(length)).toBe('malformed');
    }
  });

  it('takes neither our own question nor a reply with a changed structure for a reply', () => {
    expect(decodeResPq(encodeReqPqMulti({ nonce, messageId: 4n }), 15).kind).toBe('malformed');
    // auth_key_id, length, constructor, length of pq, vector, count.
    for (const at of [0, 7, 16, 19, 20, 23, 56, 68, 72, 75]) {
      const changed = Buffer.from(resPqBytes);
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      expect(decodeResPq(changed, 15).kind, String(at)).toBe('malformed');
    }
  });

  it('never throws and never finds a reply in random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(0, 15), (frame, padding) => {
        expect(decodeResPq(frame, padding).kind).not.toBe('resPQ');
        expect(decodeReqPq(frame, padding)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws on replies with damaged bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat(resPqBytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.nat(resPqBytes.length), (changes, length) => {
        const frame = Buffer.from(resPqBytes);
        for (const [at, value] of changes) frame[at] = value;
        expect(['resPQ', 'malformed', 'error']).toContain(decodeResPq(frame.subarray(0, length), 15).kind);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('createMessageIds', () => {
  it('counts Unix time in 2^-32 seconds, in steps of 4', () => {
    const next = createMessageIds(() => 1_700_000_000_500);
    expect(next()).toBe((1_700_000_000n << 32n) + (1n << 31n));
    expect(next()).toBe((1_700_000_000n << 32n) + (1n << 31n) + 4n);
  });

  it('increases whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 4e12, noNaN: true }), { minLength: 2, maxLength: 20 }), (times) => {
        let turn = 0;
        const next = createMessageIds(() => times[turn++] ?? 0);
        let last = 0n;
        for (const _ of times) {
          const id = next();
          expect(id % 4n).toBe(0n);
          expect(id).toBeGreaterThan(last);
          last = id;
        }
      }),
    );
  });
});
