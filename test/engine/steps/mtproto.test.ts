import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeReqPq, encodeResPq, encodeTransportError } from '../../../engine/mtproto/req-pq.ts';
import { createFrameDecoder, createFrameEncoder } from '../../../engine/mtproto/transport-framing.ts';
import { nodeClock } from '../../../engine/node-clock.ts';
import { defaultTimeouts, type ObservationDraft, type StepContext } from '../../../engine/step.ts';
import { type MtprotoOptions, mtprotoStep } from '../../../engine/steps/mtproto.ts';
import { acceptTelegramTransport } from '../../../lab/accept-telegram-transport.ts';
import { serveTelegram } from '../../../lab/telegram-server.ts';
import { mtprotoObservationSchema } from '../../../model/observation.ts';

const obfuscated: MtprotoOptions = { dc: 2, transport: 'obfuscated-padded' };
const abridged: MtprotoOptions = { dc: 2, transport: 'abridged' };
const both = [
  { name: 'obfuscated', options: obfuscated },
  { name: 'abridged', options: abridged },
];

const unused = () => {
  throw new Error('a step over a connection needs nothing but the connection');
};

function contextOf(timeout: number, signal = new AbortController().signal) {
  const drafts: ObservationDraft[] = [];
  const clock = nodeClock();
  const context: StepContext = {
    network: { lookup: unused, udp: unused, connect: unused, interfaces: unused },
    clock,
    signal,
    timeouts: { ...defaultTimeouts, mtproto: timeout },
    trust: { secureContext: {}, vouches: unused } as unknown as StepContext['trust'],
    facts: unused,
    record: (_, draft) => `o${drafts.push(draft)}`,
  };
  return { context, drafts };
}

/** Runs the step and checks what holds of every run: one valid observation, and the connection used up. */
async function probe(socket: Duplex, options: MtprotoOptions, timeout = 2000, signal?: AbortSignal) {
  const { context, drafts } = contextOf(timeout, signal);
  const startedAt = context.clock.now();
  const result = await mtprotoStep({ socket, address: '127.0.0.1', port: 443 }, options, context);
  const ms = context.clock.now() - startedAt;
  expect(socket.destroyed).toBe(true);
  expect(drafts.length).toBe(1);
  expect(result.observation).toBe('o1');
  const observation = mtprotoObservationSchema.parse({
    id: 'o1',
    purpose: 'main',
    try: 1,
    startMs: 0,
    ms,
    ...drafts[0],
  });
  expect(observation.failure).toEqual(result.ok ? undefined : result.failure);
  expect(observation.stage).toBe(result.ok ? 'resPQ' : 'sent');
  expect(observation).toMatchObject({ address: '127.0.0.1', port: 443, ...options });
  return { result, observation, ms };
}

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A client's socket connected to `serve` over loopback. */
async function connected(serve: (socket: Socket) => void): Promise<Socket> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

interface Reply {
  /** Frames a payload and encrypts it, as a data centre would. */
  frame(payload: Uint8Array): Buffer;
  /** Encrypts bytes that need not be a frame. */
  encrypt(bytes: Uint8Array): Buffer;
}

/** A peer that speaks the transport correctly and answers each question with what `answer` writes. */
function serveForged(socket: Duplex, answer: (nonce: Uint8Array, reply: Reply, count: number) => void): void {
  let head: Buffer = Buffer.alloc(0);
  let receive: ((chunk: Buffer) => void) | null = null;
  let count = 0;
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    if (receive !== null) return receive(chunk);
    head = Buffer.concat([head, chunk]);
    const transport = acceptTelegramTransport(head);
    if (transport === 'more' || transport === 'garbage') return;
    const decoder = createFrameDecoder(transport.framing, 1024);
    const encode = createFrameEncoder(transport.framing, randomBytes);
    const reply: Reply = {
      frame: (payload) => Buffer.from(transport.encrypt(encode(payload))),
      encrypt: (bytes) => Buffer.from(transport.encrypt(bytes)),
    };
    receive = (bytes) => {
      for (const frame of decoder.push(transport.decrypt(bytes)).frames) {
        const request = decodeReqPq(frame, 15);
        if (request !== null) answer(request.nonce, reply, ++count);
      }
    };
    receive(head.subarray(transport.startLength));
  });
}

function resPq(nonce: Uint8Array, fingerprints = ['d09d1d85de64fd85']): Buffer {
  return encodeResPq({ nonce, serverNonce: randomBytes(16), pq: randomBytes(8), fingerprints, messageId: 5n });
}

describe.each(both)('mtprotoStep, $name, against a data centre', ({ options }) => {
  it('passes, times a second question and finds the production key', async () => {
    const { result, observation } = await probe(await connected((socket) => serveTelegram(socket, { dc: 2 })), options);
    expect(result.ok && result.value.pingMs).toBeGreaterThan(0);
    expect(observation).toMatchObject({
      production: true,
      fingerprints: ['d09d1d85de64fd85'],
      pingMs: expect.any(Number),
    });
    expect(observation.bytesReceived).toBeUndefined();
  });

  it('tells a test server from production', async () => {
    const socket = await connected((peer) => serveTelegram(peer, { dc: 2, production: false }));
    const { observation } = await probe(socket, options);
    expect(observation).toMatchObject({ production: false, fingerprints: ['b25898df208d2603'] });
  });

  it('passes when the reply arrives one byte at a time', async () => {
    const socket = await connected((peer) => {
      const [near, far] = duplexPair();
      serveTelegram(far, { dc: 2 });
      peer.setNoDelay(true);
      peer.on('data', (chunk) => {
        for (const byte of chunk) near.write(Uint8Array.of(byte));
      });
      near.on('data', async (chunk: Buffer) => {
        for (const byte of chunk) {
          peer.write(Uint8Array.of(byte));
          await new Promise(setImmediate);
        }
      });
    });
    const { result } = await probe(socket, options);
    expect(result.ok && result.value.pingMs).toBeGreaterThan(0);
  });

  it('times the second question only', async () => {
    const delays = [450, 60];
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply, count) => {
        setTimeout(() => peer.write(reply.frame(resPq(nonce))), delays[count - 1]);
      }),
    );
    const { result } = await probe(socket, options);
    const pingMs = result.ok ? result.value.pingMs : undefined;
    expect(pingMs).toBeGreaterThan(55);
    expect(pingMs).toBeLessThan(400);
  });

  it.each([
    ['silence', () => {}],
    ['a closed connection', (peer: Socket) => peer.end()],
    ['a reset', (peer: Socket) => peer.resetAndDestroy()],
    ['garbage', (peer: Socket) => peer.write(randomBytes(500))],
  ])('passes without a ping when the second question meets %s', async (_, second) => {
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply, count) => (count === 1 ? peer.write(reply.frame(resPq(nonce))) : second(peer))),
    );
    const { result, observation } = await probe(socket, options, 200);
    expect(result).toMatchObject({ ok: true, value: {} });
    expect(observation.pingMs).toBeUndefined();
    expect(observation.production).toBe(true);
  });

  it('passes on a good reply glued to garbage, which then spoils the ping only', async () => {
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => peer.write(Buffer.concat([reply.frame(resPq(nonce)), randomBytes(400)]))),
    );
    const { result, observation } = await probe(socket, options, 300);
    expect(result.ok).toBe(true);
    expect(observation.pingMs).toBeUndefined();
  });

  it('asks with a fresh nonce each time', async () => {
    const nonces: string[] = [];
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => {
        nonces.push(Buffer.from(nonce).toString('hex'));
        peer.write(reply.frame(resPq(nonce)));
      }),
    );
    await probe(socket, options);
    expect(new Set(nonces).size).toBe(2);
  });

  it('keeps at most 16 fingerprints and finds the production key beyond them', async () => {
    const offered = Array.from({ length: 40 }, (_, index) => index.toString(16).padStart(16, '0'));
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => peer.write(reply.frame(resPq(nonce, [...offered, 'd09d1d85de64fd85'])))),
    );
    const { observation } = await probe(socket, options);
    expect(observation.fingerprints).toEqual(offered.slice(0, 16));
    expect(observation.production).toBe(true);
  });
});

describe.each(both)('mtprotoStep, $name, against anything else', ({ options }) => {
  const notThisService = (detail: string) => ({ step: 'mtproto', kind: 'not-this-service', detail });
  const uponData = (write: (peer: Socket, received: Buffer) => void) => (peer: Socket) => {
    peer.once('data', (chunk: Buffer) => write(peer, chunk));
  };

  it.each([
    ['a portal that answers in HTTP', 'http', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    [
      'a portal with a longer page',
      'http',
      `HTTP/1.1 302 Found\r\nlocation: http://portal/\r\n\r\n${'x'.repeat(4000)}`,
    ],
    ['a bare page', 'http', '<!DOCTYPE html><html><body>Log in</body></html>'],
    ['a TLS alert', 'malformed', Buffer.from('15030300020228', 'hex')],
    ['a TLS record', 'malformed', Buffer.concat([Buffer.from('1603030100', 'hex'), randomBytes(256)])],
    ['a banner', 'malformed', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a mail server', 'malformed', '220 mail\r\n'],
    ['a gigabyte of nothing', 'malformed', Buffer.from('000000400000000000000000', 'hex')],
    ['ones', 'malformed', Buffer.alloc(2000, 0xff)],
  ])('is not taken in by %s', async (_, detail, text) => {
    const { result, observation, ms } = await probe(await connected(uponData((peer) => peer.write(text))), options);
    expect(result).toMatchObject({ ok: false, failure: notThisService(detail) });
    expect(observation.bytesReceived).toBeGreaterThan(0);
    // Told at once, not at the deadline: the connection was left open.
    expect(ms).toBeLessThan(1500);
  });

  it('is not taken in by an echo of its own nonce', async () => {
    const { result } = await probe(await connected((peer) => peer.pipe(peer)), options);
    expect(result).toMatchObject({ ok: false, failure: notThisService('echo') });
  });

  it('is not taken in by the answer to another question', async () => {
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => {
        const other = Buffer.from(nonce);
        other[15] = (other[15] ?? 0) ^ 1;
        peer.write(reply.frame(resPq(other)));
      }),
    );
    const { result } = await probe(socket, options);
    expect(result).toMatchObject({ ok: false, failure: notThisService('nonce') });
  });

  it('is not taken in by its own question, well framed', async () => {
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => {
        const question = resPq(nonce);
        question.writeUInt32LE(0xbe7e8ef1, 20);
        peer.write(reply.frame(question));
      }),
    );
    const { result } = await probe(socket, options);
    expect(result).toMatchObject({ ok: false, failure: notThisService('malformed') });
  });

  it("names Telegram's own refusal", async () => {
    const socket = await connected((peer) =>
      serveForged(peer, (_, reply) => peer.write(reply.frame(encodeTransportError(-404)))),
    );
    const { result } = await probe(socket, options);
    expect(result).toMatchObject({ ok: false, failure: { ...notThisService('transport-error'), code: '-404' } });
  });

  it('breaks off at a frame of a gigabyte', async () => {
    const header = options.transport === 'abridged' ? '7f000010' : '00000040';
    const socket = await connected((peer) =>
      serveForged(peer, (_, reply) => peer.write(reply.encrypt(Buffer.from(header, 'hex')))),
    );
    const { result, observation, ms } = await probe(socket, options);
    expect(result).toMatchObject({ ok: false, failure: notThisService('malformed') });
    expect(observation.bytesReceived).toBe(4);
    expect(ms).toBeLessThan(1500);
  });

  it('times out on silence, without having received anything', async () => {
    const socket = await connected((peer) => serveTelegram(peer, { dc: 2, swallow: true }));
    const { result, observation, ms } = await probe(socket, options, 150);
    expect(result).toMatchObject({ ok: false, failure: { step: 'mtproto', kind: 'timeout' } });
    expect(observation.bytesReceived).toBe(0);
    expect(ms).toBeGreaterThan(140);
    expect(ms).toBeLessThan(1500);
  });

  it('times out on half a reply, and says how much came', async () => {
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => peer.write(reply.frame(resPq(nonce)).subarray(0, 50))),
    );
    const { result, observation } = await probe(socket, options, 150);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
    expect(observation.bytesReceived).toBe(50);
  });

  it('sees the end of a connection, before and within a reply', async () => {
    const first = await probe(await connected(uponData((peer) => peer.end())), options);
    expect(first.result).toMatchObject({ ok: false, failure: { step: 'mtproto', kind: 'eof' } });
    expect(first.observation.bytesReceived).toBe(0);
    const socket = await connected((peer) =>
      serveForged(peer, (nonce, reply) => peer.end(reply.frame(resPq(nonce)).subarray(0, 50))),
    );
    const second = await probe(socket, options);
    expect(second.result).toMatchObject({ ok: false, failure: { step: 'mtproto', kind: 'eof' } });
    expect(second.observation.bytesReceived).toBe(50);
  });

  it('sees a reset after the payload', async () => {
    const { result, observation } = await probe(await connected(uponData((peer) => peer.resetAndDestroy())), options);
    expect(result).toMatchObject({ ok: false, failure: { step: 'mtproto', kind: 'reset' } });
    expect(observation.bytesReceived).toBe(0);
  });

  it('fails on a connection that is already over', async () => {
    const socket = await connected(() => {});
    socket.destroy();
    const { result } = await probe(socket, options);
    expect(result).toMatchObject({ ok: false, failure: { step: 'mtproto', kind: 'eof' } });
  });

  it('stops within 100 ms of an abort and leaves no socket behind', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | null = null;
    const socket = await connected((peer) => {
      closed = once(peer, 'close');
      peer.resume();
    });
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      controller.abort();
    }, 50);
    const { result } = await probe(socket, options, 5000, controller.signal);
    const ms = performance.now() - abortedAt;
    expect(result).toMatchObject({ ok: false, failure: { step: 'mtproto', kind: 'aborted' } });
    expect(ms).toBeLessThan(100);
    await closed;
  });

  it('sends nothing when it was aborted before', async () => {
    const received: Buffer[] = [];
    const socket = await connected((peer) => peer.on('data', (chunk) => received.push(chunk)));
    const closed = once(socket, 'close');
    const { result } = await probe(socket, options, 5000, AbortSignal.abort());
    expect(result).toMatchObject({ ok: false, failure: { kind: 'aborted' } });
    await closed;
    expect(received).toEqual([]);
  });
});

describe('mtprotoStep against 2,000 random replies', () => {
  type Forge = (nonce: Uint8Array, reply: Reply) => Buffer;
  const mutated = (nonce: Uint8Array, at: number) => {
    const bytes = resPq(nonce);
    bytes[at] = (bytes[at] ?? 0) ^ randomInt(1, 256);
    return bytes;
  };
  const forgeries: readonly Forge[] = [
    () => randomBytes(randomInt(0, 300)),
    (_, reply) => reply.encrypt(randomBytes(randomInt(0, 300))),
    (_, reply) => reply.frame(randomBytes(randomInt(1, 60) * 4)),
    (nonce, reply) => {
      const whole = reply.frame(resPq(nonce));
      // The padded framing ends in padding, but its frame counts only when it is whole.
      return whole.subarray(0, randomInt(0, whole.length));
    },
    // Our nonce, the constructor, the vector, the length, the key id.
    (nonce, reply) => reply.frame(mutated(nonce, 24 + randomInt(0, 16))),
    (nonce, reply) => reply.frame(mutated(nonce, randomInt(20, 24))),
    (nonce, reply) => reply.frame(mutated(nonce, randomInt(68, 72))),
    (nonce, reply) => reply.frame(mutated(nonce, randomInt(17, 20))),
    (nonce, reply) => reply.frame(mutated(nonce, randomInt(0, 8))),
  ];

  it('neither crashes, nor outlives its deadline, nor passes', { timeout: 60_000 }, async () => {
    const timeout = 40;
    const outcomes: string[] = [];
    const one = async (index: number) => {
      const [near, far] = duplexPair();
      const forge = forgeries[index % forgeries.length];
      if (forge === undefined) throw new Error('unreachable');
      // Every forgery over both transports with every ending: 9, 2 and 3 turn at different paces.
      const ending = Math.floor(index / 18) % 3;
      serveForged(far, (nonce, reply) => {
        const bytes = forge(nonce, reply);
        const cut = randomInt(0, bytes.length + 1);
        far.write(bytes.subarray(0, cut));
        far.write(bytes.subarray(cut));
        if (ending === 0) far.end();
        if (ending === 1) setImmediate(() => far.destroy());
      });
      const options = index % 2 === 0 ? obfuscated : abridged;
      const { result, ms } = await probe(near, options, timeout);
      expect(ms).toBeLessThan(timeout + 1000);
      outcomes.push(result.ok ? `passed: forgery ${index % forgeries.length}` : result.failure.kind);
      far.destroy();
    };
    for (let from = 0; from < 2000; from += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, offset) => one(from + offset)));
    }
    expect(outcomes.length).toBe(2000);
    // Nothing else, and each of them did happen: otherwise the forgeries were not what they were meant to be.
    expect([...new Set(outcomes)].sort()).toEqual(['eof', 'not-this-service', 'timeout']);
  });
});
