import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClientHello } from '../../../engine/mtproxy/client-hello.ts';
import { drawMlKemKey, drawX25519Key } from '../../../engine/mtproxy/draw-keys.ts';
import { readClientHello, readHelloExtensions } from '../../../lab/client-hello.ts';
import type { HelloProfile } from '../../../model/observation.ts';
import { selfSigned } from '../../support/certificates.ts';
import { requireTool } from '../../support/require-tool.ts';
import { findFreePort, startDaemon } from '../../support/start-daemon.ts';
import { serveTcp } from '../../support/tcp-server.ts';

const key = randomBytes(16);
const domain = 'www.google.com';
const profiles: readonly HelloProfile[] = ['modern', 'classic'];

function hello(profile: HelloProfile, more: { domain?: string; unixTime?: number } = {}) {
  return createClientHello({ profile, key, domain, unixTime: 1_800_000_000, ...more });
}

function extensionsOf(record: Buffer): ReadonlyMap<number, Buffer> {
  const found = readHelloExtensions(record);
  if (found === undefined) throw new Error('not a well-formed hello');
  return found;
}

const prime = 2n ** 255n - 19n;
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = base % prime; rest > 0n; rest >>= 1n, square = (square * square) % prime) {
    if (rest & 1n) result = (result * square) % prime;
  }
  return result;
}

/** Whether v = u³ + 486662 u² + u is a square: then u is a point of curve25519 (RFC 7748 4.1), not of its twist. */
function isOnCurve(key: Uint8Array): boolean {
  const u = BigInt(`0x${Buffer.from(key).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  return power((u ** 3n + 486662n * u ** 2n + u) % prime, (prime - 1n) / 2n) === 1n;
}

describe.each(profiles)('the %s ClientHello', (profile) => {
  it('is signed as telegram.md says: HMAC over the record with its random zeroed, the time in the last four bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (unixTime) => {
        const { record, random } = hello(profile, { unixTime });
        expect(record.subarray(11, 43)).toEqual(random);
        const zeroed = Buffer.from(record).fill(0, 11, 43);
        const expected = createHmac('sha256', key).update(zeroed).digest();
        expect(random.subarray(0, 28)).toEqual(expected.subarray(0, 28));
        expect((random.readUInt32LE(28) ^ expected.readUInt32LE(28)) >>> 0).toBe(unixTime);
      }),
      { numRuns: 30 },
    );
  });

  it('names any domain, is one whole record of 517 bytes or more, and has a session id of 32 bytes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.-]{1,182}$/), (name) => {
        const { record } = hello(profile, { domain: name });
        expect(readClientHello(record)).toEqual({ kind: 'hello', serverName: name });
        expect(readHelloExtensions(record)?.size).toBeGreaterThan(10);
        expect(record.length).toBe(5 + record.readUInt16BE(3));
        expect(record.length).toBeGreaterThanOrEqual(517);
        // The largest that Telegram's own MTProxy reads.
        expect(record.length).toBeLessThan(4096);
        expect(record[43]).toBe(32);
      }),
      { numRuns: 60 },
    );
  });

  it('is never the same twice, nor are its session id and keys', () => {
    const many = Array.from({ length: 200 }, () => hello(profile).record);
    const parts: ((record: Buffer) => Buffer | undefined)[] = [
      (record) => record,
      (record) => record.subarray(11, 43),
      (record) => record.subarray(44, 76),
      (record) => extensionsOf(record).get(51),
    ];
    for (const part of parts) {
      expect(new Set(many.map((record) => part(record)?.toString('hex'))).size).toBe(many.length);
    }
  });

  it('puts GREASE where browsers do: first cipher, first and last extension, never one extension twice', () => {
    for (let count = 0; count < 300; count++) {
      const { record } = hello(profile);
      const types = allTypes(record);
      const isGrease = (value: number | undefined) => value !== undefined && (value & 0x0f0f) === 0x0a0a;
      expect(isGrease(record.readUInt16BE(78))).toBe(true);
      expect(record.readUInt16BE(80)).toBe(0x1301);
      expect(types.filter(isGrease).length).toBe(2);
      expect(isGrease(types[0])).toBe(true);
      expect(isGrease(types.at(types.at(-1) === 21 ? -2 : -1))).toBe(true);
      expect(new Set(types).size).toBe(types.length);
    }
  });

  it('gets a ServerHello from this machine’s TLS library, with the key share it offered', async () => {
    const { cert, key: privateKey } = selfSigned({ names: [domain] });
    const secureContext = createSecureContext({ cert, key: privateKey, minVersion: 'TLSv1.3' });
    const named = Promise.withResolvers<string>();
    const server = await serveTcp((socket) => {
      const secured = new TLSSocket(socket, {
        isServer: true,
        secureContext,
        SNICallback: (name, done) => {
          named.resolve(name);
          done(null, secureContext);
        },
        ALPNProtocols: ['h2', 'http/1.1'],
      });
      secured.on('error', () => {});
    });
    const answer = await ask(server.port, hello(profile).record);
    expect(await named.promise).toBe(domain);
    const { sessionId, group } = readServerHello(answer);
    expect(sessionId.length).toBe(32);
    expect(group).toBe(profile === 'modern' ? 0x11ec : 29);
  });

  it.skipIf(!requireTool(['openssl']))(
    'gets a ServerHello from openssl s_server, without a second question',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'waylight-hello-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const { cert, key: privateKey } = selfSigned({ names: [domain] });
      writeFileSync(join(folder, 'cert.pem'), cert);
      writeFileSync(join(folder, 'key.pem'), privateKey);
      const port = await findFreePort();
      const files = ['-cert', join(folder, 'cert.pem'), '-key', join(folder, 'key.pem')];
      const daemon = await startDaemon(
        'openssl',
        ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-quiet'],
        port,
      );
      onTestFinished(() => daemon.stop());
      const { group } = readServerHello(await ask(port, hello(profile).record));
      expect([29, 0x11ec]).toContain(group);
    },
  );
});

describe('the two profiles', () => {
  it('modern draws the order of its extensions anew, offers a post-quantum share, ECH and ALPN', () => {
    const records = Array.from({ length: 20 }, () => hello('modern').record);
    const orders = records.map((record) => [...extensionsOf(record).keys()]);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(15);
    expect(new Set(orders.map((order) => String(order.toSorted((a, b) => a - b)))).size).toBe(1);
    const extensions = extensionsOf(hello('modern').record);
    expect([...extensions.keys()].toSorted((a, b) => a - b)).toEqual([
      0, 5, 10, 11, 13, 16, 18, 23, 27, 35, 43, 45, 51, 17_613, 0xfe0d, 0xff01,
    ]);
    expect(extensions.get(16)?.toString('latin1')).toBe('\0\x0c\x02h2\x08http/1.1');
    const share = extensions.get(51) ?? Buffer.alloc(0);
    expect(share.length).toBe(2 + 5 + 4 + 1216 + 4 + 32);
    expect([share.readUInt16BE(7), share.readUInt16BE(9)]).toEqual([0x11ec, 1216]);
    expect([share.readUInt16BE(1227), share.readUInt16BE(1229)]).toEqual([29, 32]);
    const lengths = records.map((record) => extensionsOf(record).get(0xfe0d)?.length ?? 0);
    for (const length of lengths) expect([144, 176, 208, 240]).toContain(length - 5 - 1 - 34 - 2);
  });

  it('classic is always 517 bytes in one order, which is how filters know it', () => {
    const records = ['a', domain, 'd'.repeat(182)].map((name) => hello('classic', { domain: name }).record);
    expect(records.map(({ length }) => length)).toEqual([517, 517, 517]);
    for (const record of records) {
      const order = [...extensionsOf(record).keys()].filter((type) => type !== 21);
      expect(order).toEqual([0, 23, 0xff01, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27]);
    }
  });
});

describe('the keys in it', () => {
  it('are points of curve25519, which random bytes often are not', () => {
    const drawn = Array.from({ length: 40 }, drawX25519Key);
    expect(drawn.every(isOnCurve)).toBe(true);
    expect(Array.from({ length: 40 }, () => randomBytes(32)).every(isOnCurve)).toBe(false);
  });

  it('are ML-KEM keys: every coefficient is below 3329, and all of that range is used', () => {
    const drawn = Array.from({ length: 20 }, drawMlKemKey);
    const coefficients = drawn.flatMap((bytes) =>
      Array.from({ length: 384 }, (_, pair) => bytes.readUIntLE(pair * 3, 3)).flatMap((both) => [
        both & 0xfff,
        both >> 12,
      ]),
    );
    expect(drawn.map(({ length }) => length)).toEqual(Array.from({ length: 20 }, () => 1184));
    expect(Math.max(...coefficients)).toBeLessThan(3329);
    expect(Math.max(...coefficients)).toBeGreaterThan(3300);
    expect(coefficients.reduce((sum, value) => sum + value, 0) / coefficients.length / 3328).toBeCloseTo(0.5, 1);
  });

  it('would be refused by a TLS library if they were not: one coefficient too large is an alert', async () => {
    const { cert, key: privateKey } = selfSigned({ names: [domain] });
    const secureContext = createSecureContext({ cert, key: privateKey });
    const server = await serveTcp((socket) => {
      new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {});
    });
    const { record } = hello('modern');
    const share = extensionsOf(record).get(51) ?? Buffer.alloc(0);
    const at = record.indexOf(share) + 2 + 5 + 4;
    record.writeUInt16LE((record.readUInt16LE(at) & 0xf000) | 3329, at);
    expect((await ask(server.port, record))[0]).toBe(21);
  });
});

function allTypes(record: Buffer): number[] {
  // 5 + 4 + 2 + 32 + 1 + 32 = 76: then cipher suites, one compression method, and the extensions.
  let at = 76 + 2 + record.readUInt16BE(76) + 2 + 2;
  const types: number[] = [];
  while (at < record.length) {
    types.push(record.readUInt16BE(at));
    at += 4 + record.readUInt16BE(at + 2);
  }
  return types;
}

/** Sends bytes and gives back the first record that comes. */
async function ask(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(bytes);
  let answer = Buffer.alloc(0);
  for await (const chunk of socket) {
    answer = Buffer.concat([answer, chunk]);
    if (answer.length >= 5 && answer.length >= 5 + answer.readUInt16BE(3)) break;
  }
  return answer;
}

function readServerHello(record: Buffer): { readonly sessionId: Buffer; readonly group: number | undefined } {
  expect([record[0], record[5]]).toEqual([22, 2]);
  // RFC 8446 4.1.4: this random marks a request for another key share.
  const retry = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
  expect(record.toString('hex', 11, 43)).not.toBe(retry);
  const sessionEnd = 44 + (record[43] ?? 0);
  let at = sessionEnd + 2 + 1 + 2;
  while (at < 5 + record.readUInt16BE(3)) {
    if (record.readUInt16BE(at) === 51)
      return { sessionId: record.subarray(44, sessionEnd), group: record.readUInt16BE(at + 4) };
    at += 4 + record.readUInt16BE(at + 2);
  }
  return { sessionId: record.subarray(44, sessionEnd), group: undefined };
}
