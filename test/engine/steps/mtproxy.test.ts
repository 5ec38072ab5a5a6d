import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type MtproxySecret, parseSecret } from '../../../engine/mtproxy/parse-secret.ts';
import { connectStep } from '../../../engine/steps/connect.ts';
import { type MtproxyOptions, mtproxyStep } from '../../../engine/steps/mtproxy.ts';
import { answerHello } from '../../../lab/answer-hello.ts';
import { createMtproxyServer, type MtproxyServerOptions } from '../../../lab/mtproxy-server.ts';
import { serveTelegram } from '../../../lab/telegram-server.ts';
import type { HelloProfile, ObservationOf } from '../../../model/observation.ts';
import { selfSigned } from '../../support/certificates.ts';
import { createRecording } from '../../support/recording-context.ts';
import { serveTcp } from '../../support/tcp-server.ts';

const domain = 'mask.example';
const keyText = '5ca1ab1e0ddba11c0ffee0ddf00dbabe';
const texts = {
  plain: keyText,
  padded: `dd${keyText}`,
  'fake-tls': `ee${keyText}${Buffer.from(domain).toString('hex')}`,
};

function secretOf(text: string): MtproxySecret {
  const parsed = parseSecret(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.secret;
}

const fakeTls = secretOf(texts['fake-tls']);
if (fakeTls.kind !== 'fake-tls') throw new Error('the secret names no domain');
const { key } = fakeTls;
const otherKey = secretOf(texts['fake-tls'].replace('5ca1', '5ca2'));

interface Probed {
  readonly observation: ObservationOf<'mtproto'>;
  readonly ms: number;
}

interface ProbeOptions extends Partial<MtproxyOptions> {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** One connection to `serve`, and what the step makes of it; checks what holds of every run. */
async function probe(serve: (socket: Socket) => void, more: ProbeOptions = {}): Promise<Probed> {
  const server = await serveTcp(serve);
  const { timeoutMs = 2000, signal, ...options } = more;
  const timeouts = { proxy: timeoutMs, mtproto: timeoutMs };
  const recording = createRecording({ timeouts, ...(signal ? { signal } : {}) });
  const connected = await connectStep(server.endpoint, { peer: 'proxy' }, recording.context);
  if (!connected.ok) throw new Error('not connected');
  const startedAt = performance.now();
  const result = await mtproxyStep(
    connected.value,
    { secret: fakeTls, dc: 2, profile: 'modern', clockSkewMs: 0, ...options },
    recording.context,
  );
  const ms = performance.now() - startedAt;
  expect(connected.value.socket.destroyed).toBe(true);
  const [observation, ...others] = recording.of('mtproto');
  if (observation === undefined) throw new Error('nothing was recorded');
  expect(others).toEqual([]);
  expect(observation.failure).toEqual(result.ok ? undefined : result.failure);
  expect(observation.proxyStage === 'resPQ').toBe(result.ok);
  expect(observation.address).toBeUndefined();
  expect(observation.port).toBe(server.port);
  expect(JSON.stringify([result, recording.observations]).toLowerCase()).not.toMatch(/5ca1|babe|mask\.example/);
  await server.drained();
  return { observation, ms };
}

/** A data centre at the end of a pipe, and which ones were asked for. */
function telegram() {
  const asked: number[] = [];
  const dialTelegram = async (dc: number): Promise<Duplex> => {
    asked.push(dc);
    const [near, far] = duplexPair();
    serveTelegram(far, { dc: Math.abs(dc) });
    return near;
  };
  return { asked, dialTelegram };
}

function proxy(options: Partial<MtproxyServerOptions> = {}) {
  return createMtproxyServer({ secret: fakeTls, dialTelegram: telegram().dialTelegram, ...options });
}

const certificate = selfSigned({ names: [domain] });

/** An ordinary TLS site, as a mask or as a proxy that is none. */
function site(options: Parameters<typeof createSecureContext>[0] = {}) {
  const secureContext = createSecureContext({ ...certificate, ...options });
  return (socket: Duplex) => {
    const secured = new TLSSocket(socket as Socket, { isServer: true, secureContext });
    secured.on('error', () => {});
  };
}

/** Opens a pipe to an ordinary site. */
async function dialSite(): Promise<Duplex> {
  const [near, far] = duplexPair();
  site()(far);
  return near;
}

describe('mtproxyStep', () => {
  it.each([
    ['plain', 2, 'obfuscated-intermediate'],
    ['plain', -4, 'obfuscated-intermediate'],
    ['padded', 203, 'obfuscated-padded'],
    ['fake-tls', 5, 'obfuscated-padded'],
    ['fake-tls', -1, 'obfuscated-padded'],
  ] as const)('proves Telegram through a proxy with a %s secret, to data centre %i', async (kind, dc, transport) => {
    const { asked, dialTelegram } = telegram();
    const secret = secretOf(texts[kind]);
    const { observation } = await probe(createMtproxyServer({ secret, dialTelegram }), { secret, dc });
    expect(observation).toMatchObject({ dc, transport, stage: 'resPQ', proxyStage: 'resPQ', production: true });
    expect(observation.pingMs).toBeGreaterThan(0);
    expect(observation.helloProfile).toBe(kind === 'fake-tls' ? 'modern' : undefined);
    expect(asked).toEqual([dc]);
  });

  it.each<HelloProfile>(['modern', 'classic'])('passes with the %s hello, and says which it was', async (profile) => {
    expect((await probe(proxy(), { profile })).observation).toMatchObject({
      proxyStage: 'resPQ',
      helloProfile: profile,
    });
  });

  it('passes when every byte comes alone', async () => {
    const serve = proxy();
    const { observation } = await probe((socket) => {
      const [near, far] = duplexPair();
      socket.setNoDelay(true);
      socket.on('data', (chunk) => near.write(chunk));
      socket.on('close', () => near.destroy());
      near.on('error', () => {});
      near.on('data', (chunk: Buffer) => {
        for (const byte of chunk) socket.write(Uint8Array.of(byte));
      });
      serve(far);
    });
    expect(observation.proxyStage).toBe('resPQ');
  });

  it('never gives the same proxy the same hello, which a replay would be', async () => {
    const serve = proxy({ dialMask: dialSite });
    for (let count = 0; count < 5; count++) expect((await probe(serve)).observation.proxyStage).toBe('resPQ');
  });
});

const notAProxy = { step: 'proxy', kind: 'proxy-protocol', detail: 'ordinary-site' };

describe('mtproxyStep, when the proxy does not know us', () => {
  it('a wrong secret of fake TLS leads to the mask: an ordinary site', async () => {
    const { observation } = await probe(proxy({ dialMask: dialSite }), { secret: otherKey });
    expect(observation).toMatchObject({ proxyStage: 'hello', stage: 'sent', failure: notAProxy });
    expect(observation.bytesReceived).toBeGreaterThan(100);
  });

  it('so does another domain', async () => {
    const secret = { ...fakeTls, domain: 'other.example' };
    expect((await probe(proxy({ dialMask: dialSite }), { secret })).observation.failure).toMatchObject(notAProxy);
  });

  it('a wrong clock does too, and the skew that was measured mends it', async () => {
    const tolerance = { behind: 3, ahead: 3 };
    for (const skewMs of [-60_000, 8000, 60_000]) {
      const serve = () => proxy({ dialMask: dialSite, tolerance, now: () => Date.now() - skewMs });
      expect((await probe(serve())).observation.failure).toMatchObject(notAProxy);
      expect((await probe(serve(), { clockSkewMs: skewMs })).observation.proxyStage).toBe('resPQ');
    }
  });

  it.each(['plain', 'padded'] as const)('a wrong %s secret is silence after the first payload', async (kind) => {
    const wrong = secretOf(texts[kind].replace('5ca1', '5ca2'));
    const { observation, ms } = await probe(proxy({ secret: secretOf(texts[kind]) }), { secret: wrong, timeoutMs: 80 });
    expect(observation).toMatchObject({ proxyStage: 'first-payload', failure: { step: 'mtproto', kind: 'timeout' } });
    expect(ms).toBeLessThan(400);
  });

  it('the stream of one kind is refused where another is wanted', async () => {
    const serve = proxy({ secret: secretOf(texts.padded) });
    const { observation } = await probe(serve, { secret: secretOf(texts.plain), timeoutMs: 80 });
    expect(observation.failure).toMatchObject({ step: 'mtproto', kind: 'timeout' });
  });
});

describe('mtproxyStep, against what is no MTProxy', () => {
  const says =
    (text: string | Buffer, end = false) =>
    (socket: Socket) => {
      socket.once('data', () => (end ? socket.end(text) : socket.write(text)));
    };
  const cases: readonly (readonly [string, (socket: Socket) => void, object])[] = [
    ['a site with TLS 1.3', site(), notAProxy],
    ['a site with TLS 1.2', site({ maxVersion: 'TLSv1.2' }), notAProxy],
    // It asks for another key share, and would wait for it for ever.
    ['a site that wants another curve', site({ ecdhCurve: 'P-384', minVersion: 'TLSv1.3' }), notAProxy],
    [
      'a site that ends with an alert',
      site({ ecdhCurve: 'P-521', minVersion: 'TLSv1.3' }),
      { ...notAProxy, code: '40' },
    ],
    ['a web server in clear', says('HTTP/1.1 400 Bad Request\r\n\r\n', true), { detail: 'not-tls' }],
    ['a mail server', (socket) => void socket.resume().write('220 mail.example ESMTP\r\n'), { detail: 'not-tls' }],
    ['an echo', (socket) => void socket.pipe(socket), notAProxy],
    [
      'a half record and an end',
      says(Buffer.from('160303007a02', 'hex'), true),
      { kind: 'eof', detail: 'server-hello' },
    ],
    ['a half record and silence', says(Buffer.from('160303007a02', 'hex')), { kind: 'stall', detail: 'server-hello' }],
    ['silence', (socket) => void socket.resume(), { kind: 'timeout', detail: 'server-hello' }],
    ['an end', (socket) => void socket.once('data', () => socket.end()), { kind: 'eof', detail: 'server-hello' }],
    [
      'a reset',
      (socket) => void socket.once('data', () => socket.resetAndDestroy()),
      { kind: 'reset', detail: 'server-hello', code: 'ECONNRESET' },
    ],
  ];

  it.each(cases)('names %s', async (_, serve, expected) => {
    const { observation, ms } = await probe(serve, { timeoutMs: 150 });
    expect(observation).toMatchObject({ proxyStage: 'hello', stage: 'sent', failure: { step: 'proxy', ...expected } });
    expect(ms).toBeLessThan(500);
  });

  it.each([
    { proxy: 60, mtproto: 5000 },
    { proxy: 5000, mtproto: 60 },
  ])('waits for silence no longer than for a proxy and for Telegram: %o', async (timeouts) => {
    const recording = createRecording({ timeouts });
    const [socket, far] = duplexPair();
    far.resume();
    const options = { secret: fakeTls, dc: 2, profile: 'modern', clockSkewMs: 0 } as const;
    const startedAt = performance.now();
    await mtproxyStep({ socket, port: 443 }, options, recording.context);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(recording.of('mtproto')[0]?.failure).toEqual({ step: 'proxy', kind: 'timeout', detail: 'server-hello' });
  });

  it('says that nothing was sent where the connection had broken before', async () => {
    const recording = createRecording({ timeouts: { proxy: 200 } });
    const [socket] = duplexPair();
    socket.destroy();
    const options = { secret: fakeTls, dc: 2, profile: 'modern', clockSkewMs: 0 } as const;
    await mtproxyStep({ socket, port: 443 }, options, recording.context);
    expect(recording.of('mtproto')[0]).toMatchObject({
      proxyStage: 'connect',
      failure: { step: 'proxy', kind: 'eof' },
    });
  });
});

describe('mtproxyStep, when the way is cut behind the handshake', () => {
  /** Answers the hello as the proxy would, and then `goesOn`. */
  const afterHello = (goesOn: (socket: Socket) => void) => (socket: Socket) => {
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const gate = {
        key,
        domain,
        now: () => Date.now() / 1000,
        tolerance: { behind: 9, ahead: 9 },
        longestHello: 4096,
        answered: new Set<string>(),
      };
      const reading = answerHello(head, gate);
      if (typeof reading === 'string') return;
      socket.off('data', onData);
      socket.write(reading.answer);
      goesOn(socket);
    };
    socket.on('data', onData);
  };

  it('names silence, an end, a reset and other bytes, at the stage they came', async () => {
    const cases: readonly (readonly [(socket: Socket) => void, object])[] = [
      [(socket) => void socket.resume(), { kind: 'timeout' }],
      [(socket) => void socket.once('data', () => socket.end()), { kind: 'eof' }],
      [(socket) => void socket.once('data', () => socket.resetAndDestroy()), { kind: 'reset' }],
      [(socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'), { kind: 'not-this-service', detail: 'http' }],
      [(socket) => void socket.write(Buffer.from('15030300020228', 'hex')), { kind: 'not-this-service' }],
      [(socket) => void socket.write(Buffer.from('17030300100000', 'hex')), { kind: 'timeout' }],
    ];
    for (const [goesOn, expected] of cases) {
      const { observation } = await probe(afterHello(goesOn), { timeoutMs: 150 });
      expect(observation.failure).toMatchObject({ step: 'mtproto', ...expected });
      expect(['server-hello-verified', 'first-payload']).toContain(observation.proxyStage);
    }
  });

  it('ends within 100 ms of an abort, whatever it waits for', async () => {
    for (const serve of [(socket: Socket) => void socket.resume(), afterHello((socket) => void socket.resume())]) {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 60);
      const { observation, ms } = await probe(serve, { signal: stop.signal });
      expect(observation.failure?.kind).toBe('aborted');
      expect(ms).toBeLessThan(160);
    }
  });
});

describe('mtproxyStep against 10,000 random and truncated replies', () => {
  const gate = { key, domain, now: () => Date.now() / 1000, tolerance: { behind: 60, ahead: 60 }, longestHello: 4096 };
  const flip = (bytes: Buffer, at: number) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ randomInt(1, 256);
    return changed;
  };
  const record = (type: number, length: number) =>
    Buffer.concat([Buffer.of(type, 3, 3, length >> 8, length & 0xff), randomBytes(length)]);
  const forgeries: readonly ((answer: Buffer, hello: Buffer) => Buffer)[] = [
    () => randomBytes(randomInt(0, 8) * 50),
    () => Buffer.concat([record(22, randomInt(0, 200)), record(20, 1), record(23, randomInt(0, 3000))]),
    (answer) => answer.subarray(0, randomInt(0, answer.length)),
    (answer) => flip(answer, randomInt(0, answer.length)),
    (answer) => flip(answer, randomInt(11, 43)),
    // Signed, but for somebody else's hello, or with another key.
    (answer, hello) => resign(answer, flip(hello, 11 + randomInt(0, 32)), key),
    (answer, hello) => resign(answer, hello, randomBytes(16)),
    // Verified, and then: nothing, random bytes, records of random bytes, half a record.
    (answer) => answer,
    (answer) => Buffer.concat([answer, randomBytes(randomInt(1, 300))]),
    (answer) => Buffer.concat([answer, record(23, randomInt(0, 300)), record(23, randomInt(0, 300))]),
    (answer) => Buffer.concat([answer, record(23, 300).subarray(0, randomInt(1, 300))]),
  ];

  function resign(answer: Buffer, hello: Buffer, withKey: Uint8Array): Buffer {
    const forged = Buffer.from(answer).fill(0, 11, 43);
    createHmac('sha256', withKey).update(hello.subarray(11, 43)).update(forged).digest().copy(forged, 11);
    return forged;
  }

  it('neither crashes, nor outlives its deadline, nor passes', { timeout: 60_000 }, async () => {
    const timeouts = { proxy: 40, mtproto: 40 };
    const outcomes = new Map<string, number>();
    const one = async (index: number) => {
      const [near, far] = duplexPair();
      const ending = Math.floor(index / forgeries.length) % 3;
      let head = Buffer.alloc(0);
      far.on('error', () => {});
      far.on('data', (chunk: Buffer) => {
        if (head.length > 600) return;
        head = Buffer.concat([head, chunk]);
        const reading = answerHello(head, { ...gate, answered: new Set() });
        if (typeof reading === 'string') return;
        const bytes = forgeries[index % forgeries.length]?.(reading.answer, head) ?? Buffer.alloc(0);
        const cut = randomInt(0, bytes.length + 1);
        far.write(bytes.subarray(0, cut));
        far.write(bytes.subarray(cut));
        if (ending === 0) far.end();
        if (ending === 1) setImmediate(() => far.destroy());
      });
      const recording = createRecording({ timeouts });
      const profile = index % 10 === 0 ? 'modern' : 'classic';
      const startedAt = performance.now();
      const options = { secret: fakeTls, dc: 2, profile, clockSkewMs: 0 } as const;
      const result = await mtproxyStep({ socket: near, port: 443 }, options, recording.context);
      expect(performance.now() - startedAt).toBeLessThan(80 + 1500);
      expect(near.destroyed).toBe(true);
      expect(result.ok).toBe(false);
      if (result.ok) return;
      const { step, kind } = result.failure;
      expect(recording.of('mtproto')[0]?.proxyStage).not.toBe('resPQ');
      outcomes.set(`${step} ${kind}`, (outcomes.get(`${step} ${kind}`) ?? 0) + 1);
      far.destroy();
    };
    for (let from = 0; from < 10_000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, offset) => one(from + offset)));
    }
    expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
    // Nothing else, and each of them did happen: otherwise the forgeries were not what they were meant to be.
    expect([...outcomes.keys()].sort()).toEqual([
      'mtproto eof',
      'mtproto not-this-service',
      'mtproto timeout',
      'proxy eof',
      'proxy proxy-protocol',
      'proxy stall',
      'proxy timeout',
    ]);
  });
});

describe('the practice MTProxy', () => {
  it('shows its mask to who brings a hello again, byte for byte', async () => {
    const { asked, dialTelegram } = telegram();
    const seen: Buffer[] = [];
    const server = await serveTcp(proxy({ dialTelegram, dialMask: dialSite }));
    const record = await helloOf(fakeTls);
    for (let count = 0; count < 2; count++) {
      const socket = connect(server.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(record);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      seen.push(answer);
      socket.destroy();
    }
    const signed = seen.map((answer) => isSigned(answer, record));
    expect(signed).toEqual([true, false]);
    expect(asked).toEqual([]);
  });
});

/** The first bytes the step sends. */
async function helloOf(secret: MtproxySecret): Promise<Buffer> {
  const [near, far] = duplexPair();
  const hello = once(far, 'data');
  const { context } = createRecording({ timeouts: { proxy: 20 } });
  await mtproxyStep({ socket: near, port: 1 }, { secret, dc: 2, profile: 'modern', clockSkewMs: 0 }, context);
  return (await hello)[0];
}

function isSigned(answer: Buffer, hello: Buffer): boolean {
  const zeroed = Buffer.from(answer).fill(0, 11, 43);
  const expected = createHmac('sha256', key).update(hello.subarray(11, 43)).update(zeroed).digest();
  return expected.equals(answer.subarray(11, 43));
}
