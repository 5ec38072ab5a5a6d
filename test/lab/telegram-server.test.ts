import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createObfuscatedInit, type ObfuscatedFraming } from '../../engine/mtproto/obfuscation.ts';
import { decodeResPq, encodeReqPqMulti } from '../../engine/mtproto/req-pq.ts';
import {
  createFrameDecoder,
  createFrameEncoder,
  type Framing,
  framingPrefix,
} from '../../engine/mtproto/transport-framing.ts';
import { serveTelegram, type TelegramServerOptions } from '../../lab/telegram-server.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A client's end of a connection to the server, with all that was received so far. */
function dial(options: TelegramServerOptions) {
  const [socket, far] = duplexPair();
  serveTelegram(far, options);
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  return { socket, far, received: () => Buffer.concat(received) };
}

function framesOf(framing: Framing, bytes: Uint8Array): readonly Buffer[] {
  const { frames, broken } = createFrameDecoder(framing, 1024).push(bytes);
  expect(broken).toBe(false);
  return frames;
}

const nonce = randomBytes(16);
const question = encodeReqPqMulti({ nonce, messageId: 4n });

function isPrime(value: bigint): boolean {
  for (let factor = 2n; factor * factor <= value; factor++) if (value % factor === 0n) return false;
  return value > 1n;
}

/** Pollard's rho, as a Telegram client factors pq. */
function factor(product: bigint): bigint {
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  for (let constant = 1n; ; constant++) {
    let slow = 2n;
    let fast = 2n;
    let divisor = 1n;
    const step = (x: bigint) => (x * x + constant) % product;
    while (divisor === 1n) {
      slow = step(slow);
      fast = step(step(fast));
      divisor = gcd(slow > fast ? slow - fast : fast - slow, product);
    }
    if (divisor !== product) return divisor;
  }
}

describe('serveTelegram', () => {
  it.each<Framing>(['abridged', 'intermediate', 'padded', 'full'])(
    'answers over the plain %s transport',
    async (framing) => {
      const { socket, received } = dial({ dc: 2 });
      const encode = createFrameEncoder(framing, randomBytes);
      socket.write(Buffer.concat([framingPrefix(framing), encode(question), encode(question)]));
      await settled();
      const replies = framesOf(framing, received()).map((frame) => decodeResPq(frame, framing === 'padded' ? 15 : 0));
      expect(replies).toMatchObject([
        { kind: 'resPQ', nonce, fingerprints: ['d09d1d85de64fd85'] },
        { kind: 'resPQ', nonce, fingerprints: ['d09d1d85de64fd85'] },
      ]);
      const ids = replies.map((reply) => (reply.kind === 'resPQ' ? reply.messageId : 0n));
      expect(ids.map((id) => id % 4n)).toEqual([1n, 1n]);
      expect(ids[1]).toBeGreaterThan(ids[0] ?? 0n);
    },
  );

  it.each<ObfuscatedFraming>(['abridged', 'intermediate', 'padded'])(
    'answers obfuscated %s, byte by byte',
    async (tag) => {
      const { socket, received } = dial({ dc: 203, production: false });
      const init = createObfuscatedInit({ tag, dc: 203, random: randomBytes });
      const encode = createFrameEncoder(tag, randomBytes);
      for (const byte of Buffer.concat([init.header, init.encrypt(encode(question))]))
        socket.write(Uint8Array.of(byte));
      await settled();
      const frames = framesOf(tag, init.decrypt(received()));
      expect(frames.map((frame) => decodeResPq(frame, 15))).toMatchObject([
        { kind: 'resPQ', nonce, fingerprints: ['b25898df208d2603'] },
      ]);
    },
  );

  it('serves a client written from the specification alone', async () => {
    const { socket, received } = dial({ dc: 2 });
    const init = randomBytes(64);
    init.write('0102030405060708', 'hex');
    init.write('dddddddd0200', 56, 'hex');
    const up = createCipheriv('aes-256-ctr', init.subarray(8, 40), init.subarray(40, 56));
    const back = Buffer.from(init.subarray(8, 56)).reverse();
    const down = createDecipheriv('aes-256-ctr', back.subarray(0, 32), back.subarray(32));
    const wire = up.update(init);
    init.copy(wire, 0, 0, 56);
    const message = `0000000000000000040000000000000014000000f18e7ebe${nonce.toString('hex')}`;
    socket.write(Buffer.concat([wire, up.update(Buffer.from(`2b000000${message}a1a2a3`, 'hex'))]));
    await settled();
    const plain = down.update(received());
    expect(plain.readUInt32LE(0)).toBe(plain.length - 4);
    expect(plain.subarray(4, 12)).toEqual(Buffer.alloc(8));
    expect(plain.readUInt32LE(24)).toBe(0x05162463);
    expect(plain.subarray(28, 44)).toEqual(nonce);
  });

  it('offers a product of two primes and a new server nonce each time', async () => {
    const { socket, received } = dial({ dc: 1 });
    const encode = createFrameEncoder('abridged', randomBytes);
    socket.write(Buffer.concat([framingPrefix('abridged'), encode(question), encode(question)]));
    await settled();
    const replies = framesOf('abridged', received()).map((frame) => decodeResPq(frame));
    const nonces = replies.map((reply) =>
      reply.kind === 'resPQ' ? Buffer.from(reply.serverNonce).toString('hex') : '',
    );
    expect(new Set(nonces).size).toBe(2);
    for (const reply of replies) {
      if (reply.kind !== 'resPQ') throw new Error(reply.kind);
      const pq = Buffer.from(reply.pq).readBigUInt64BE();
      expect(pq).toBeLessThan(1n << 63n);
      const p = factor(pq);
      expect(isPrime(p) && isPrime(pq / p)).toBe(true);
    }
  });

  it.each([
    ['an encrypted message', Buffer.alloc(64, 7)],
    ['another method', Buffer.concat([question.subarray(0, 20), Buffer.from('eeff0011', 'hex'), nonce])],
    ['a word', Buffer.alloc(4)],
  ])('answers -404 to %s', async (_, payload) => {
    const { socket, received } = dial({ dc: 2 });
    socket.write(Buffer.concat([framingPrefix('abridged'), createFrameEncoder('abridged', randomBytes)(payload)]));
    await settled();
    expect(received().toString('hex')).toBe('016cfeffff');
  });

  it('answers -444 to a client that asks for another data centre, and takes media connections', async () => {
    for (const [dc, kind] of [
      [3, 'error'],
      [2, 'resPQ'],
      [-2, 'resPQ'],
    ] as const) {
      const { socket, received } = dial({ dc: 2 });
      const init = createObfuscatedInit({ tag: 'intermediate', dc, random: randomBytes });
      socket.write(
        Buffer.concat([init.header, init.encrypt(createFrameEncoder('intermediate', randomBytes)(question))]),
      );
      await settled();
      const [frame] = framesOf('intermediate', init.decrypt(received()));
      expect(decodeResPq(frame ?? Buffer.alloc(0))).toMatchObject(kind === 'error' ? { kind, code: -444 } : { kind });
    }
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['TLS', Buffer.concat([Buffer.from('1603010200', 'hex'), randomBytes(100)])],
    ['an obfuscated start without a tag', Buffer.concat([Buffer.from('0102030405060708', 'hex'), Buffer.alloc(56)])],
    ['a gigabyte', Buffer.from('eeeeeeee00000040', 'hex')],
    ['a quick acknowledgement', Buffer.from('ef8a', 'hex')],
  ])('closes on %s', async (_, bytes) => {
    const { socket, far, received } = dial({ dc: 2 });
    const closed = once(far, 'close');
    socket.on('error', () => {});
    socket.write(bytes);
    await closed;
    expect(received().length).toBe(0);
  });

  it('waits for more, and ends with its client', async () => {
    const { socket, far, received } = dial({ dc: 2 });
    socket.write(Buffer.from('0102', 'hex'));
    await settled();
    expect(far.destroyed).toBe(false);
    const closed = once(far, 'close');
    socket.end();
    await closed;
    expect(received().length).toBe(0);
  });

  it('swallows everything and stays open, when told to', async () => {
    const { socket, far, received } = dial({ dc: 2, swallow: true });
    const drained = Buffer.concat([framingPrefix('abridged'), createFrameEncoder('abridged', randomBytes)(question)]);
    for (let i = 0; i < 1000; i++) socket.write(drained);
    await settled();
    expect(received().length).toBe(0);
    expect(socket.writableLength).toBe(0);
    expect(far.destroyed).toBe(false);
    socket.destroy();
  });

  it('serves as a MTProxy to those who know its key only', async () => {
    const secret = randomBytes(16);
    const ask = async (bytes: Buffer) => {
      const { socket, far, received } = dial({ dc: 4, secret });
      socket.on('error', () => {});
      socket.write(bytes);
      await settled();
      return { received: received(), closed: far.destroyed };
    };
    const encode = createFrameEncoder('padded', randomBytes);
    const init = createObfuscatedInit({ tag: 'padded', dc: 4, random: randomBytes, secret });
    const known = await ask(Buffer.concat([init.header, init.encrypt(encode(question))]));
    const [frame] = framesOf('padded', init.decrypt(known.received));
    expect(decodeResPq(frame ?? Buffer.alloc(0), 15).kind).toBe('resPQ');
    const stranger = createObfuscatedInit({ tag: 'padded', dc: 4, random: randomBytes });
    expect(await ask(Buffer.concat([stranger.header, stranger.encrypt(encode(question))]))).toEqual({
      received: Buffer.alloc(0),
      closed: true,
    });
    const plain = await ask(Buffer.concat([framingPrefix('abridged'), randomBytes(80)]));
    expect(plain).toEqual({ received: Buffer.alloc(0), closed: true });
  });

  it('stops reading from a client that never reads', async () => {
    const [socket, far] = duplexPair();
    serveTelegram(far, { dc: 2 });
    const frame = createFrameEncoder('abridged', randomBytes)(question);
    socket.write(framingPrefix('abridged'));
    const batch = Buffer.concat(Array.from({ length: 100 }, () => frame));
    let batches = 0;
    while (batches < 200 && socket.write(batch)) {
      batches++;
      await new Promise(setImmediate);
    }
    expect(batches).toBeLessThan(200);
    expect(far.writableLength).toBeLessThan(256 * 1024);
    socket.destroy();
  });

  it('survives random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 120 }), { maxLength: 6 }), async (chunks) => {
        const { socket, far, received } = dial({ dc: 2 });
        socket.on('error', () => {});
        for (const chunk of chunks) if (!socket.destroyed) socket.write(chunk);
        await new Promise(setImmediate);
        // At most refusals: nothing random is a question.
        expect(received().length).toBeLessThan(1000);
        socket.destroy();
        far.destroy();
      }),
      { numRuns: 200 },
    );
  });
});
