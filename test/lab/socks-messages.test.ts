import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Reading,
  readGreeting,
  readPassword,
  readSocks4Request,
  readSocks5Request,
} from '../../lab/socks-messages.ts';

const readers: Record<string, (bytes: Buffer) => Reading<unknown>> = {
  readGreeting,
  readPassword,
  readSocks4Request,
  readSocks5Request,
};
const port = fc.integer({ min: 0, max: 65535 });
const word = fc.stringMatching(/^[a-z0-9.-]{1,255}$/);
const u16 = (value: number) => [value >> 8, value & 0xff];

/** The message is understood, more bytes behind it are left alone, and every strict prefix of it waits. */
function expectMessage<T>(read: (bytes: Buffer) => Reading<T>, message: Buffer, value: unknown): void {
  const followed = Buffer.concat([message, Buffer.from('next')]);
  expect(read(message)).toEqual({ kind: 'message', length: message.length, value });
  expect(read(followed)).toEqual({ kind: 'message', length: message.length, value });
  for (let length = 0; length < message.length; length++) {
    expect(read(message.subarray(0, length)), `${length} bytes`).toEqual({ kind: 'incomplete' });
  }
}

describe('SOCKS messages', () => {
  it('reads greetings', () => {
    const methods = fc.uint8Array({ minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(methods, (offered) => {
        expectMessage(readGreeting, Buffer.from([5, offered.length, ...offered]), [...offered]);
      }),
      { numRuns: 30 },
    );
    expect(readGreeting(Buffer.from([5, 0]))).toEqual({ kind: 'garbage' });
  });

  it('reads passwords, in UTF-8 and of any length up to 255 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), word, (username, password) => {
        const name = Buffer.from(username);
        fc.pre(name.length <= 255 && name.toString() === username);
        const message = Buffer.from([1, name.length, ...name, password.length, ...Buffer.from(password)]);
        expectMessage(readPassword, message, { username, password });
      }),
      { numRuns: 50 },
    );
  });

  it('reads SOCKS5 requests by name and by both families', () => {
    fc.assert(
      fc.property(word, port, (host, to) => {
        const message = Buffer.from([5, 1, 0, 3, host.length, ...Buffer.from(host), ...u16(to)]);
        expectMessage(readSocks5Request, message, { command: 1, host, port: to });
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), port, (address, to) => {
        const message = Buffer.from([5, 1, 0, 1, ...address, ...u16(to)]);
        expectMessage(readSocks5Request, message, { command: 1, host: [...address].join('.'), port: to });
      }),
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), port, (address, to) => {
        const reading = readSocks5Request(Buffer.from([5, 1, 0, 4, ...address, ...u16(to)]));
        if (reading.kind !== 'message') throw new Error('a whole request');
        expect(isIPv6(reading.value.host ?? '')).toBe(true);
      }),
      { numRuns: 50 },
    );
    const six = [0x2a, 0x00, 0x14, 0x50, 0x40, 0x01, 0x08, 0x29, 0, 0, 0, 0, 0, 0, 0x20, 0x04];
    expectMessage(readSocks5Request, Buffer.from([5, 1, 0, 4, ...six, 1, 0xbb]), {
      command: 1,
      host: '2a00:1450:4001:829::2004',
      port: 443,
    });
  });

  it('reads SOCKS4 and 4a requests', () => {
    const user = fc.stringMatching(/^[a-z]{0,20}$/);
    fc.assert(
      fc.property(user, word, port, (userId, host, to) => {
        const byAddress = Buffer.from([4, 1, ...u16(to), 52, 58, 1, 1, ...Buffer.from(`${userId}\0`)]);
        expectMessage(readSocks4Request, byAddress, { command: 1, host: '52.58.1.1', port: to, userId, byName: false });
        const byName = Buffer.from([4, 1, ...u16(to), 0, 0, 0, 7, ...Buffer.from(`${userId}\0${host}\0`)]);
        expectMessage(readSocks4Request, byName, { command: 1, host, port: to, userId, byName: true });
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is no SOCKS at its first byte', () => {
    for (const [name, read] of Object.entries(readers)) {
      expect(read(Buffer.from('GET / HTTP/1.1\r\n')), name).toEqual({ kind: 'garbage' });
    }
  });

  it('is strict about what RFC 1928 fixes', () => {
    expect(readSocks5Request(Buffer.from([5, 1, 9, 1, 1, 1, 1, 1, 0, 80]))).toEqual({ kind: 'garbage' });
    expect(readSocks5Request(Buffer.from([5, 1, 0, 3, 0, 0, 80]))).toEqual({ kind: 'garbage' });
    expect(readSocks4Request(Buffer.from([4, 1, 0, 80, 0, 0, 0, 1, 0, 0]))).toEqual({ kind: 'garbage' });
    expect(readSocks4Request(Buffer.from([4, 1, 0, 80, 1, 1, 1, 1, ...Buffer.alloc(300, 65)]))).toEqual({
      kind: 'garbage',
    });
  });

  it('never throws on noise, and never takes more than there is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(1, 4, 5), (noise, version) => {
        for (const read of Object.values(readers)) {
          const bytes = Buffer.from([version, ...noise]);
          const reading = read(bytes);
          if (reading.kind === 'message') expect(reading.length).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });
});
