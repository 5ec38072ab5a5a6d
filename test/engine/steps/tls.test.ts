import type { Socket } from 'node:net';
import { createSecureContext, createServer, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { connectStep } from '../../../engine/steps/connect.ts';
import { type TlsOptions, tlsStep } from '../../../engine/steps/tls.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { createTestAuthority, selfSigned, type TestCertificate } from '../../support/certificates.ts';
import { createStepContext, type TestContextOptions } from '../../support/step-context.ts';
import { serveTcp, type TcpServer } from '../../support/tcp-server.ts';

const authority = createTestAuthority();
const good = authority.issue({ names: ['good.example', '127.0.0.1'] });

async function handshake(
  server: TcpServer,
  options: Partial<TlsOptions> = {},
  contextOptions: TestContextOptions = {},
) {
  const context = createStepContext({ trust: { extra: [authority.pem] }, ...contextOptions });
  const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
  if (!connected.ok) throw new Error('no connection');
  const result = await tlsStep(
    connected.value,
    { peer: 'target', serverName: 'good.example', verify: 'good.example', ...options },
    context,
  );
  const observation = context.seen.find((entry): entry is ObservationOf<'tls'> => entry.step === 'tls');
  if (observation === undefined) throw new Error('nothing recorded');
  expect(context.seen).toHaveLength(2);
  if (!result.ok) {
    expect(observation.failure).toEqual(result.failure);
    expect(connected.value.socket.destroyed).toBe(true);
  }
  return { result, observation, raw: connected.value.socket };
}

/** Answers the ClientHello with what `answer` does; the hello is read first, so that a reset is no accident. */
const onHello = (answer: (socket: Socket) => void) => serveTcp((socket) => socket.once('data', () => answer(socket)));

const serveTls = (certificate: TestCertificate, more: object = {}) =>
  serveTcp((socket) => {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext({ ...certificate }),
      ...more,
    });
    secure.on('error', () => {});
  });

describe('a handshake that succeeds', () => {
  it('gives the version, the chain, who vouches for it and the time to the first byte', async () => {
    const { result, observation } = await handshake(await serveTls(good));
    expect(result.ok).toBe(true);
    expect(observation).toMatchObject({ version: 'TLSv1.3', trust: 'extra', serverName: 'good.example' });
    expect(observation.chain).toHaveLength(2);
    expect(observation.chain[0]).toMatchObject({
      subject: expect.stringContaining('CN=good.example'),
      issuer: expect.stringContaining('CN=Waylight Test Root'),
    });
    expect(observation.chain[0]?.validTo).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(observation.bytesReceived).toBeGreaterThan(300);
    expect(observation.helloMs).toBeGreaterThan(0);
    expect(observation.helloMs).toBeLessThanOrEqual(observation.ms);
    if (result.ok) result.value.socket.destroy();
  });

  it.each(['bundled', 'system'] as const)('tells a root of the %s store', async (store) => {
    const { result, observation } = await handshake(await serveTls(good), {}, { trust: { [store]: [authority.pem] } });
    expect(observation.trust).toBe(store === 'bundled' ? 'public' : 'system');
    if (result.ok) result.value.socket.destroy();
  });

  it('names the root that vouches when the peer sends a cross-signed one whose issuer nobody trusts', async () => {
    const forgotten = createTestAuthority('Forgotten Root');
    const crossed = forgotten.crossSign(authority);
    const server = await serveTls({ key: good.key, cert: `${good.cert}\n${crossed}` });
    const { result, observation } = await handshake(server, {}, { trust: { bundled: [authority.pem] } });
    expect(result.ok).toBe(true);
    expect(observation.trust).toBe('public');
    if (result.ok) result.value.socket.destroy();
  });

  it('sends the name, offers http/1.1, and sends no name for an address', async () => {
    const names: (string | false | null)[] = [];
    const protocols: (string | false | null)[] = [];
    const tlsServer = createServer({ ...good, ALPNProtocols: ['h2', 'http/1.1'] }, (secure) => {
      names.push(secure.servername);
      protocols.push(secure.alpnProtocol);
    });
    const server = await serveTcp((socket) => tlsServer.emit('connection', socket));
    for (const name of ['good.example', '127.0.0.1']) {
      const { result, observation } = await handshake(server, { serverName: name, verify: name });
      expect(result.ok).toBe(true);
      expect(observation.serverName).toBe(name === '127.0.0.1' ? undefined : name);
      if (result.ok) result.value.socket.destroy();
    }
    await expect.poll(() => names).toEqual(['good.example', false]);
    expect(protocols).toEqual(['http/1.1', 'http/1.1']);
  });

  it('works inside another TLS connection and closes everything below with itself', async () => {
    const outer = authority.issue({ names: ['proxy.example'] });
    const server = await serveTcp((socket) => {
      const first = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ ...outer }) });
      const second = new TLSSocket(first, { isServer: true, secureContext: createSecureContext({ ...good }) });
      for (const layer of [first, second]) layer.on('error', () => {});
      second.on('data', (chunk) => second.write(chunk));
    });
    const context = createStepContext({ trust: { extra: [authority.pem] } });
    const connected = await connectStep(server.endpoint, { peer: 'proxy' }, context);
    if (!connected.ok) throw new Error('no connection');
    const proxied = await tlsStep(
      connected.value,
      { peer: 'proxy', serverName: 'proxy.example', verify: 'proxy.example' },
      context,
    );
    if (!proxied.ok) throw new Error('no outer TLS');
    const secured = await tlsStep(
      proxied.value,
      { peer: 'target', serverName: 'good.example', verify: 'good.example' },
      context,
    );
    if (!secured.ok) throw new Error('no inner TLS');
    const echo = new Promise((resolve) => secured.value.socket.once('data', (chunk) => resolve(String(chunk))));
    secured.value.socket.write('ping');
    expect(await echo).toBe('ping');
    secured.value.socket.destroy();
    await server.drained();
    expect(connected.value.socket.destroyed).toBe(true);
  });
});

describe('a handshake that is cut', () => {
  it('reset at the ClientHello: reset, and nothing received', async () => {
    const { result, observation } = await handshake(await onHello((socket) => socket.resetAndDestroy()));
    expect(result).toMatchObject({ ok: false, failure: { step: 'tls', kind: 'reset', code: 'ECONNRESET' } });
    expect(result.ok || result.failure.detail).toBeUndefined();
    expect(observation.bytesReceived).toBe(0);
    expect(observation.helloMs).toBeUndefined();
  });

  it('closed in order at the ClientHello: eof, not reset', async () => {
    const { result, observation } = await handshake(await onHello((socket) => socket.end()));
    expect(result).toMatchObject({ ok: false, failure: { step: 'tls', kind: 'eof' } });
    expect(observation.bytesReceived).toBe(0);
  });

  it('silence: timeout by our own clock', async () => {
    const started = performance.now();
    const { result, observation } = await handshake(await onHello(() => {}), {}, { timeouts: { tls: 150 } });
    expect(result).toMatchObject({ ok: false, failure: { step: 'tls', kind: 'timeout' } });
    expect(observation.bytesReceived).toBe(0);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('reset after half a ServerHello: reset, with the bytes that came', async () => {
    const { result, observation } = await handshake(
      await onHello((socket) => {
        socket.write(Buffer.from('160303007a0200', 'hex'));
        setTimeout(() => socket.resetAndDestroy(), 30);
      }),
    );
    expect(result).toMatchObject({ ok: false, failure: { kind: 'reset' } });
    expect(observation.bytesReceived).toBe(7);
    expect(observation.helloMs).toBeGreaterThan(0);
  });

  it('broken before the ClientHello was due: says that the name cannot be why', async () => {
    const server = await serveTcp((socket) => setTimeout(() => socket.resetAndDestroy(), 20));
    const context = createStepContext();
    const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
    if (!connected.ok) throw new Error('no connection');
    await expect.poll(() => connected.value.socket.destroyed).toBe(true);
    const result = await tlsStep(connected.value, { peer: 'target', serverName: 'good.example' }, context);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'reset', detail: 'before-hello' } });
  });
});

describe('a server that answers, but with no handshake', () => {
  it.each([
    ['protocol_version', 70],
    ['unrecognized_name', 112],
    ['handshake_failure', 40],
  ])('alert %s', async (name, number) => {
    const { result } = await handshake(await onHello((socket) => socket.end(Buffer.of(0x15, 3, 3, 0, 2, 2, number))));
    expect(result).toMatchObject({
      ok: false,
      failure: { step: 'tls', kind: 'tls-alert', code: String(number), detail: name },
    });
  });

  it('an alert followed by a reset is still an alert', async () => {
    const { result } = await handshake(
      await onHello((socket) => socket.write(Buffer.of(0x15, 3, 3, 0, 2, 2, 80), () => socket.resetAndDestroy())),
    );
    expect(result).toMatchObject({ ok: false, failure: { kind: 'tls-alert', code: '80', detail: 'internal_error' } });
  });

  it('a server whose choice of a certificate fails only closes: eof, with nothing received', async () => {
    const refuse = { SNICallback: (_name: string, done: (error: Error) => void) => done(new Error('no')) };
    const { result, observation } = await handshake(await serveTls(good, refuse));
    expect(result).toMatchObject({ ok: false, failure: { kind: 'eof' } });
    expect(observation.bytesReceived).toBe(0);
  });

  it('a real server with which no cipher suite is shared', async () => {
    const strict = { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_CCM_SHA256' } as const;
    const server = await serveTcp((socket) => {
      const secureContext = createSecureContext({ ...good, ...strict });
      new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {});
    });
    const { result } = await handshake(server);
    expect(result).toMatchObject({ failure: { kind: 'tls-alert', code: '40', detail: 'handshake_failure' } });
  });

  it('a warning alert before a good handshake does no harm', async () => {
    const server = await serveTcp((socket) => {
      socket.write(Buffer.of(0x15, 3, 3, 0, 2, 1, 112));
      new TLSSocket(socket, {
        isServer: true,
        secureContext: createSecureContext({ ...good, maxVersion: 'TLSv1.2' }),
      }).on('error', () => {});
    });
    const { result, observation } = await handshake(server);
    expect(result.ok).toBe(true);
    expect(observation.version).toBe('TLSv1.2');
    if (result.ok) result.value.socket.destroy();
  });

  it('plain HTTP on the port', async () => {
    const { result } = await handshake(await onHello((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(result).toMatchObject({ failure: { kind: 'tls-protocol', detail: 'not-tls' } });
  });
});

describe('a certificate that does not hold', () => {
  const yesterday = () => new Date(Date.now() - 86_400_000);
  const lastMonth = () => new Date(Date.now() - 30 * 86_400_000);

  it.each<[string, () => TestCertificate, object]>([
    [
      'self-signed',
      () => selfSigned({ names: ['good.example'] }),
      { kind: 'cert-untrusted', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    ],
    [
      'of a stranger',
      () => createTestAuthority('Stranger').issue({ names: ['good.example'] }),
      { kind: 'cert-untrusted', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    ],
    [
      'of a stranger who sends the root along',
      () => {
        const stranger = createTestAuthority('Stranger');
        const leaf = stranger.issue({ names: ['good.example'] });
        return { key: leaf.key, cert: `${leaf.cert}\n${stranger.pem}` };
      },
      { kind: 'cert-untrusted', code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    ],
    [
      'of a stranger who borrows the name of a trusted root',
      () => createTestAuthority().issue({ names: ['good.example'] }),
      { kind: 'cert-untrusted' },
    ],
    ['for another host', () => authority.issue({ names: ['other.example'] }), { kind: 'cert-host' }],
    [
      'expired',
      () => authority.issue({ names: ['good.example'], notBefore: lastMonth(), notAfter: yesterday() }),
      { kind: 'cert-expired', code: 'CERT_HAS_EXPIRED' },
    ],
    [
      'not valid yet',
      () => authority.issue({ names: ['good.example'], notBefore: new Date(Date.now() + 86_400_000) }),
      { kind: 'cert-expired', code: 'CERT_NOT_YET_VALID' },
    ],
    [
      'self-signed and expired, which says more than expired',
      () => selfSigned({ names: ['good.example'], notBefore: lastMonth(), notAfter: yesterday() }),
      { kind: 'cert-untrusted' },
    ],
    [
      'expired and for another host',
      () => authority.issue({ names: ['other.example'], notBefore: lastMonth(), notAfter: yesterday() }),
      { kind: 'cert-host' },
    ],
  ])('%s', async (_case, issue, failure) => {
    const server = await serveTls(issue());
    const { result, observation } = await handshake(server);
    expect(result).toMatchObject({ ok: false, failure: { step: 'tls', ...failure } });
    expect(observation.chain.length).toBeGreaterThan(0);
    const untrusted = !result.ok && result.failure.kind === 'cert-untrusted';
    expect(observation.trust).toBe(untrusted ? 'none' : 'extra');
    await server.drained();
  });

  it('an address is checked against the addresses in the certificate', async () => {
    const { result } = await handshake(await serveTls(good), { verify: '127.0.0.2', serverName: undefined });
    expect(result).toMatchObject({ failure: { kind: 'cert-host' } });
  });

  it('without `verify` nothing about it fails the step, and it is recorded all the same', async () => {
    const { result, observation } = await handshake(await serveTls(selfSigned({ names: ['x.example'] })), {
      verify: undefined,
    });
    expect(result.ok).toBe(true);
    expect(observation.trust).toBe('none');
    expect(observation.chain[0]?.subject).toContain('CN=x.example');
    if (result.ok) result.value.socket.destroy();
  });

  it('a subject with control characters and bidirectional overrides is recorded without them', async () => {
    const own = createTestAuthority('Evil\u001b[31m\u202eRoot\nO=Good');
    const { observation } = await handshake(await serveTls(own.issue({ names: ['good.example'] })));
    expect(observation.chain[0]?.issuer).toContain('CN=Evil');
    expect(observation.chain[0]?.issuer).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('abort', () => {
  it('during the handshake: aborted, and nothing stays open', async () => {
    const controller = new AbortController();
    const server = await onHello(() => controller.abort());
    const { result } = await handshake(server, {}, { signal: controller.signal });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'aborted' } });
    await server.drained(100);
  });

  it('after the handshake: the socket dies with the signal', async () => {
    const controller = new AbortController();
    const server = await serveTls(good);
    const { result } = await handshake(server, {}, { signal: controller.signal });
    expect(result.ok).toBe(true);
    controller.abort();
    await server.drained(100);
  });
});
