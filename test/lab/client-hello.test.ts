import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClientHello } from '../../lab/client-hello.ts';
import { realClientHello } from './real-client-hello.ts';

/** Cuts the handshake message into several records (RFC 8446 5.1 allows it; censors' parsers trip over it). */
function splitRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(records);
}

describe('readClientHello', () => {
  it('finds the name in a hello of a real TLS library', async () => {
    const hello = await realClientHello({ servername: 'Www.Example.org' });
    expect(readClientHello(hello)).toEqual({ kind: 'hello', serverName: 'www.example.org' });
  });

  it('finds it with TLS 1.2 and long ALPN lists', async () => {
    const ALPNProtocols = Array.from({ length: 60 }, (_, index) => `protocol-${index}`);
    const hello = await realClientHello({ servername: 'a.example', maxVersion: 'TLSv1.2', ALPNProtocols });
    expect(readClientHello(hello)).toEqual({ kind: 'hello', serverName: 'a.example' });
  });

  it('says so when no name is sent', async () => {
    expect(readClientHello(await realClientHello({}))).toEqual({ kind: 'hello', serverName: undefined });
  });

  it('waits at every cut of a real hello, and decides at the last byte', async () => {
    const hello = await realClientHello({ servername: 'cut.example' });
    for (let length = 0; length < hello.length; length++) {
      expect(readClientHello(hello.subarray(0, length)), `after ${length} bytes`).toEqual({ kind: 'incomplete' });
    }
    expect(readClientHello(hello).kind).toBe('hello');
  });

  it('joins a hello that is cut into records of any size, and waits at every cut of those too', async () => {
    const hello = await realClientHello({ servername: 'records.example' });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: hello.length }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (size, where) => {
          const records = splitRecords(hello, size);
          expect(readClientHello(records)).toEqual({ kind: 'hello', serverName: 'records.example' });
          const cut = Math.floor(where * (records.length - 1));
          expect(readClientHello(records.subarray(0, cut))).toEqual({ kind: 'incomplete' });
        },
      ),
    );
  });

  it('ignores what follows the hello', async () => {
    const hello = await realClientHello({ servername: 'tail.example' });
    const followed = Buffer.concat([hello, Buffer.from([23, 3, 3, 0, 1, 0])]);
    expect(readClientHello(followed)).toEqual({ kind: 'hello', serverName: 'tail.example' });
  });

  it('never throws on noise, and never sees a hello in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(['incomplete', 'not-tls']).toContain(readClientHello(bytes).kind);
      }),
    );
  });

  it('never throws on a real hello with a byte changed, and never makes up a longer name', async () => {
    const hello = await realClientHello({ servername: 'changed.example' });
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(hello);
        changed[at] = value;
        const reading = readClientHello(changed);
        if (reading.kind === 'hello') expect(reading.serverName?.length ?? 0).toBeLessThanOrEqual(255);
      }),
      { numRuns: 2000 },
    );
  });

  it('stops waiting at its bound', () => {
    const endless = Buffer.alloc(40_000);
    for (let at = 0; at + 6 <= endless.length; at += 6) endless.set([22, 3, 1, 0, 1, at === 0 ? 1 : 0], at);
    expect(readClientHello(endless)).toEqual({ kind: 'not-tls' });
    expect(readClientHello(Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]))).toEqual({ kind: 'not-tls' });
  });
});
