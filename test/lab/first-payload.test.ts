import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFirstPayload } from '../../lab/first-payload.ts';
import { realClientHello } from './real-client-hello.ts';

const text = (line: string) => Buffer.from(line, 'latin1');

describe('readFirstPayload', () => {
  it('knows TLS by its name', async () => {
    const hello = await realClientHello({ servername: 'a.example' });
    expect(readFirstPayload(hello)).toEqual({ kind: 'tls', serverName: 'a.example' });
    expect(readFirstPayload(hello.subarray(0, 40))).toEqual({ kind: 'incomplete' });
  });

  it('knows HTTP by its Host, whatever the spelling, and waits at every cut', () => {
    const request = text('GET / HTTP/1.1\r\nAccept: */*\r\nhOsT:  News.Example:80 \r\n\r\n');
    expect(readFirstPayload(request)).toEqual({ kind: 'http', host: 'news.example' });
    for (let length = 0; length < request.length; length++) {
      expect(readFirstPayload(request.subarray(0, length))).toEqual({ kind: 'incomplete' });
    }
  });

  it('does not take a body for a header', () => {
    const request = text('POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\nx\r\nHost: body.example\r\n');
    expect(readFirstPayload(request)).toEqual({ kind: 'http', host: undefined });
  });

  it('knows SOCKS greetings, so that a proxy is not taken for MTProto', () => {
    expect(readFirstPayload(Buffer.from([5, 1, 0]))).toEqual({ kind: 'socks' });
    expect(readFirstPayload(Buffer.from([5, 2, 0, 2]))).toEqual({ kind: 'socks' });
    expect(readFirstPayload(Buffer.from([5, 2, 0]))).toEqual({ kind: 'incomplete' });
    expect(readFirstPayload(Buffer.from([4, 1, 0, 80, 52, 58, 1, 1, 0]))).toEqual({ kind: 'socks' });
    expect(readFirstPayload(text('\x04\x01\x00\x50\x00\x00\x00\x01me\x00a.example\x00'))).toEqual({ kind: 'socks' });
  });

  it('knows no other payload, even where random bytes begin like one it knows', () => {
    for (const first of [0xef, 0x16, 0x05, 0x04, 0x47, 0x00]) {
      const payload = randomBytes(64);
      payload.set([first, 0xfe], 0);
      expect(readFirstPayload(payload), `first byte ${first}`).toEqual({ kind: 'unknown' });
    }
    expect(readFirstPayload(text('SSH-2.0-OpenSSH'))).toEqual({ kind: 'unknown' });
  });

  it('never waits for more of an obfuscated start: 64 bytes, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.constantFrom(4, 5, 0x47, 0xef),
        fc.nat(255),
        (bytes, a, b) => {
          const start = Buffer.from(bytes);
          start.set([a, b], 0);
          expect(readFirstPayload(start).kind).not.toBe('incomplete');
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never throws, and always decides within its bound', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readFirstPayload(bytes)));
    for (const start of ['GET / HTTP/1.1\r\n', '\x16\x03\x01\x3f\xff\x01\x00\x3f\x00', '\x05\xff', '\x04\x01']) {
      const long = Buffer.concat([text(start), Buffer.alloc(20_000, 0x41)]);
      expect(readFirstPayload(long).kind).not.toBe('incomplete');
    }
  });
});
