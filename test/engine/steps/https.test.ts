import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepContext } from '../../../engine/step.ts';
import { connectStep } from '../../../engine/steps/connect.ts';
import { httpStep } from '../../../engine/steps/http.ts';
import { tlsStep } from '../../../engine/steps/tls.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { createStepContext, type TestContextOptions } from '../../support/step-context.ts';
import { serveTcp, type TcpServer } from '../../support/tcp-server.ts';

const authority = createTestAuthority();
const certificate = authority.issue({ names: ['site.example'] });
const secureContext = createSecureContext({ ...certificate });
const trust = { extra: [authority.pem] };

/** Reads one request over TLS, then lets `answer` act on the TLS stream or the TCP socket below it. */
const serve = (answer: (secure: TLSSocket, socket: Socket) => void, options: object = {}) =>
  serveTcp((socket) => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext, ...options });
    secure.on('error', () => {});
    secure.once('data', () => answer(secure, socket));
  });

async function fetchOver(server: TcpServer, context: StepContext) {
  const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
  if (!connected.ok) return connected;
  const name = 'site.example';
  const secured = await tlsStep(connected.value, { peer: 'target', serverName: name, verify: name }, context);
  if (!secured.ok) return secured;
  return httpStep(secured.value, { url: `https://${name}/`, redirects: [], marks: { marks: [], never: [] } }, context);
}

async function get(server: TcpServer, options: TestContextOptions = {}) {
  const context = createStepContext({ trust, ...options });
  const result = await fetchOver(server, context);
  await server.drained();
  return { result, observation: context.seen.at(-1) };
}

describe('http over tls', () => {
  it('brings a body whole', async () => {
    const body = randomBytes(200_000).toString('hex');
    const server = await serve((secure) =>
      secure.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    const { result, observation } = await get(server);
    expect(result.ok).toBe(true);
    expect(observation).toMatchObject({ status: 200, bodyBytes: 400_000, bodyTruncated: false });
  });

  const half = `HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n${'x'.repeat(16_384)}`;

  it.each<[string, (secure: TLSSocket, socket: Socket) => void, string]>([
    ['reset below TLS', (_secure, socket) => socket.resetAndDestroy(), 'reset'],
    ['closed below TLS, without a word of TLS', (_secure, socket) => socket.end(), 'eof'],
    ['closed in order', (secure) => secure.end(), 'eof'],
    ['silent', () => {}, 'stall'],
  ])('in the middle of a body %s', async (_case, cut, kind) => {
    const server = await serve((secure, socket) => {
      secure.write(half);
      setTimeout(() => cut(secure, socket), 40);
    });
    const { result, observation } = await get(server, { timeouts: { stall: 200 } });
    expect(result).toMatchObject({ ok: false, failure: { step: 'http', kind } });
    expect(observation).toMatchObject({ status: 200, bodyBytes: 16_384 });
    // A freeze is counted below TLS: the handshake and the records are part of it.
    const { receivedBytes = 0 } = observation?.step === 'http' ? observation : {};
    expect(receivedBytes).toBeGreaterThan(half.length + 500);
    expect(receivedBytes).toBeLessThan(half.length + 6000);
  });

  it('a record that is long on its way is not silence', async () => {
    const body = 'x'.repeat(12_000);
    const server = await serveTcp((outer) => {
      // TLS speaks to a stream of ours, which lets what it says trickle on: 1 KiB every 30 ms.
      const inner = new Duplex({
        read: () => {},
        write: (chunk: Buffer, _encoding, done) => {
          const send = (at: number) => {
            if (at >= chunk.length || outer.destroyed) return done();
            outer.write(chunk.subarray(at, at + 1024));
            setTimeout(() => send(at + 1024), chunk.length > 8000 ? 30 : 0);
          };
          send(0);
        },
      });
      outer.on('data', (chunk) => inner.push(chunk));
      outer.on('close', () => inner.destroy());
      const secure = new TLSSocket(inner, { isServer: true, secureContext });
      secure.on('error', () => {});
      secure.once('data', () => secure.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`));
    });
    const { result, observation } = await get(server, { timeouts: { firstByte: 150, stall: 150 } });
    expect(result.ok).toBe(true);
    expect(observation?.ms).toBeGreaterThan(300);
  });

  it('an alert after the handshake is an alert', async () => {
    // In TLS 1.3 a client learns only now that it should have shown a certificate.
    const server = await serve(() => {}, { requestCert: true, rejectUnauthorized: true });
    const { result } = await get(server);
    expect(result).toMatchObject({
      ok: false,
      failure: { step: 'http', kind: 'tls-alert', code: '116', detail: 'certificate_required' },
    });
  });

  it('a reset between the handshake and the request is a reset', async () => {
    const server = await serveTcp((socket) => {
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on('error', () => {});
      secure.on('secure', () => setTimeout(() => socket.resetAndDestroy(), 20));
    });
    const context = createStepContext({ trust });
    const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
    if (!connected.ok) throw new Error('no connection');
    const secured = await tlsStep(
      connected.value,
      { peer: 'target', serverName: 'site.example', verify: 'site.example' },
      context,
    );
    if (!secured.ok) throw new Error('no TLS');
    await expect.poll(() => secured.value.socket.destroyed).toBe(true);
    const result = await httpStep(
      secured.value,
      { url: 'https://site.example/', redirects: [], marks: { marks: [], never: [] } },
      context,
    );
    expect(result).toMatchObject({ ok: false, failure: { step: 'http', kind: 'reset', code: 'ECONNRESET' } });
  });

  it('an abort at any moment leaves no connection after 100 ms, and only valid observations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 15 }), async (ms) => {
        const server = await serve((secure) => {
          secure.write(half);
          secure.on('drain', () => secure.write(half));
        });
        const controller = new AbortController();
        const context = createStepContext({ trust, signal: controller.signal });
        const timer = setTimeout(() => controller.abort(), ms);
        await fetchOver(server, context);
        clearTimeout(timer);
        controller.abort();
        await server.drained(100);
      }),
      { numRuns: 40 },
    );
  });
});
