import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSocksReply, type SocksStage } from '../../../engine/route/socks-reply.ts';

const read5 = (stage: SocksStage, ...bytes: number[]) => readSocksReply(5, stage, Uint8Array.from(bytes), true);
const read4 = (...bytes: number[]) => readSocksReply(4, 'reply', Uint8Array.from(bytes), false);
const stages: SocksStage[] = ['method', 'auth', 'reply'];

describe('readSocksReply, version 5', () => {
  it('reads the choice of a method', () => {
    expect(read5('method', 5, 0)).toEqual({ kind: 'next', stage: 'reply' });
    expect(read5('method', 5, 2)).toEqual({ kind: 'next', stage: 'auth' });
    expect(read5('method', 5, 0xff)).toEqual({ kind: 'refused', stage: 'method', failure: 'proxy-auth', code: 255 });
    expect(read5('method', 5, 1)).toEqual({ kind: 'garbage', detail: 'method' });
    expect(read5('method', 0x48, 0x54)).toEqual({ kind: 'garbage', detail: 'http' });
    expect(read5('method', 0x48, 0x45)).toEqual({ kind: 'garbage', detail: 'method' });
  });

  it('takes a password asked for, though none was offered, for a missing password', () => {
    expect(readSocksReply(5, 'method', Uint8Array.of(5, 2), false)).toMatchObject({ failure: 'proxy-auth', code: 2 });
  });

  it('reads the outcome of the password', () => {
    expect(read5('auth', 1, 0)).toEqual({ kind: 'next', stage: 'reply' });
    expect(read5('auth', 5, 0)).toEqual({ kind: 'next', stage: 'reply' });
    expect(read5('auth', 1, 7)).toEqual({ kind: 'refused', stage: 'auth', failure: 'proxy-auth', code: 7 });
    expect(read5('auth', 9, 0)).toEqual({ kind: 'garbage', detail: 'auth' });
  });

  it('reads a granted connection of each address type to its last byte', () => {
    expect(read5('reply', 5, 0, 0, 1, 0)).toEqual({ kind: 'more', size: 10 });
    expect(read5('reply', 5, 0, 0, 1, 0, 0, 0, 0, 0, 0)).toEqual({ kind: 'granted', code: 0 });
    expect(read5('reply', 5, 0, 0, 4, 0)).toEqual({ kind: 'more', size: 22 });
    expect(read5('reply', 5, 0, 0, 3, 255)).toEqual({ kind: 'more', size: 262 });
    expect(read5('reply', 5, 0, 0, 3, 0, 0, 0)).toEqual({ kind: 'granted', code: 0 });
    expect(read5('reply', 5, 0, 0, 2, 0)).toEqual({ kind: 'garbage', detail: 'reply' });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 0xf2])('keeps the refusal %i as it is, from its first two bytes', (code) => {
    expect(read5('reply', 5, code)).toEqual({ kind: 'refused', stage: 'reply', failure: 'proxy-rejected', code });
  });
});

describe('readSocksReply, version 4', () => {
  it('reads every reply', () => {
    expect(read4(0, 0x5a)).toEqual({ kind: 'more', size: 8 });
    expect(read4(0, 0x5a, 0, 0, 0, 0, 0, 0)).toEqual({ kind: 'granted', code: 0x5a });
    expect(read4(4, 0x5a, 0, 0, 0, 0, 0, 0)).toEqual({ kind: 'granted', code: 0x5a });
    expect(read4(0, 0x5b)).toMatchObject({ kind: 'refused', failure: 'proxy-rejected', code: 0x5b });
    expect(read4(0, 0x5c)).toMatchObject({ kind: 'refused', failure: 'proxy-auth', code: 0x5c });
    expect(read4(0, 0x5d)).toMatchObject({ kind: 'refused', failure: 'proxy-auth', code: 0x5d });
    expect(read4(0, 0x5e)).toEqual({ kind: 'garbage', detail: 'reply' });
    expect(read4(5, 0x5a)).toEqual({ kind: 'garbage', detail: 'reply' });
  });
});

describe('readSocksReply, any bytes', () => {
  it('never throws, asks for more only while it can get it, and ends within 262 bytes', () => {
    const anyBytes = fc.uint8Array({ minLength: 262, maxLength: 300 });
    fc.assert(
      fc.property(
        fc.constantFrom(4, 5),
        fc.constantFrom(...stages),
        fc.boolean(),
        anyBytes,
        (version, stage, offers, bytes) => {
          let length = 0;
          for (;;) {
            const reply = readSocksReply(version as 4 | 5, stage, bytes.subarray(0, length), offers);
            if (reply.kind !== 'more') return true;
            expect(reply.size).toBeGreaterThan(length);
            expect(reply.size).toBeLessThanOrEqual(262);
            length = reply.size;
          }
        },
      ),
    );
  });

  it('says the same of a message whatever comes behind it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stages),
        fc.uint8Array({ minLength: 2 }),
        fc.uint8Array(),
        (stage, bytes, behind) => {
          const alone = readSocksReply(5, stage, bytes, true);
          if (alone.kind !== 'more')
            expect(readSocksReply(5, stage, Buffer.concat([bytes, behind]), true)).toEqual(alone);
        },
      ),
    );
  });
});
