import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { speakWebsocket } from '../../../engine/job/speak-websocket.ts';
import { obfuscatedInitLength } from '../../../engine/mtproto/obfuscation.ts';
import { connectStep } from '../../../engine/steps/connect.ts';
import { serveTelegram } from '../../../lab/telegram-server.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import type { Target } from '../../../model/target.ts';
import { createStepContext } from '../../support/step-context.ts';
import { serveTcp } from '../../support/tcp-server.ts';

interface Seen {
  readonly origin: string | undefined;
  readonly protocol: string | undefined;
  readonly frames: readonly { readonly bytes: Buffer; readonly isBinary: boolean }[];
}

/** A WebSocket server on `/apiws`, and what its one client showed of itself. */
async function serveWebsocket(converse: (stream: Duplex) => void) {
  const seen: { origin?: string; protocol?: string; frames: { bytes: Buffer; isBinary: boolean }[] } = { frames: [] };
  const http = createServer((_request, response) => response.end('a page'));
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });
  http.on('upgrade', (request, socket, head) => {
    if (request.url !== '/apiws') {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (request.headers.origin !== undefined) seen.origin = request.headers.origin;
    const protocol = request.headers['sec-websocket-protocol'];
    if (protocol !== undefined) seen.protocol = protocol;
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('message', (bytes, isBinary) => seen.frames.push({ bytes: Buffer.from(bytes as Buffer), isBinary }));
      converse(createWebSocketStream(opened).on('error', () => {}));
    });
  });
  onTestFinished(() => sockets.close());
  return { server: await serveTcp((socket) => http.emit('connection', socket)), seen: seen as Seen };
}

async function speak(
  converse: (stream: Duplex) => void,
  telegram: Target['telegram'] = { dc: 2, media: false },
  { path = '/apiws', signal }: { path?: string; signal?: AbortSignal } = {},
) {
  const { server, seen } = await serveWebsocket(converse);
  const context = createStepContext({ timeouts: { mtproto: 250 }, ...(signal && { signal }) });
  const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
  if (!connected.ok) throw new Error('no connection');
  const url = new URL(`ws://kws2.web.telegram.example${path}`);
  const target: Target = {
    id: 'ws',
    name: 'ws',
    group: 'telegram',
    protocol: 'websocket',
    url: url.href,
    host: url.hostname,
    port: 80,
    ...(telegram && { telegram }),
  };
  const close = () => connected.value.socket.destroy();
  const reached = { ok: true, connection: connected.value, path: [connected.observation], close } as const;
  const outcome = await speakWebsocket(target, url, reached, context);
  const exchange = context.seen.find((item): item is ObservationOf<'mtproto'> => item.step === 'mtproto');
  close();
  await server.drained();
  return { outcome, exchange, seen, observations: context.seen };
}

const dataCentre = (dc: number) => (stream: Duplex) => serveTelegram(stream, { dc });

describe('speakWebsocket', () => {
  it('passes on a resPQ with our own nonce, asked for in obfuscated binary messages', async () => {
    const { outcome, exchange, seen, observations } = await speak(dataCentre(2));
    expect(outcome.ok).toBe(true);
    expect(outcome.path).toEqual(observations.map(({ id }) => id));
    expect(observations.map(({ step }) => step)).toEqual(['connect', 'websocket', 'mtproto']);
    expect(exchange).toMatchObject({ dc: 2, transport: 'obfuscated-padded', stage: 'resPQ', production: true });
    expect(exchange?.pingMs).toBeGreaterThanOrEqual(0);
    expect(seen).toMatchObject({ origin: 'https://web.telegram.org', protocol: 'binary' });
    // One question, and one more to time it.
    expect(seen.frames).toHaveLength(2);
    expect(seen.frames.every(({ isBinary }) => isBinary)).toBe(true);
    expect(seen.frames[0]?.bytes.length).toBeGreaterThan(obfuscatedInitLength);
    expect(Buffer.concat(seen.frames.map(({ bytes }) => bytes)).includes(Buffer.from('f18e7ebe', 'hex'))).toBe(false);
  });

  it('asks the media twin for media of the same data centre', async () => {
    const { outcome, exchange } = await speak(dataCentre(4), { dc: 4, media: true });
    expect(outcome.ok).toBe(true);
    expect(exchange?.dc).toBe(-4);
  });

  it.each<[string, (stream: Duplex) => void, object]>([
    ['swallows it', (stream) => stream.resume(), { kind: 'timeout' }],
    ['closes', (stream) => stream.once('data', () => stream.end()), { kind: 'eof' }],
    ['echoes', (stream) => stream.pipe(stream), { kind: 'not-this-service', detail: 'echo' }],
    ['says hello', (stream) => stream.write('HTTP/1.1 200 OK\r\n\r\n'), { kind: 'not-this-service', detail: 'http' }],
    ['is another data centre', dataCentre(5), { kind: 'not-this-service', detail: 'transport-error', code: '-444' }],
  ])('an open WebSocket proves nothing: one that %s fails', async (_case, converse, failure) => {
    const { outcome, exchange } = await speak(converse);
    expect(outcome).toMatchObject({ ok: false, failure: { step: 'mtproto', ...failure } });
    expect(exchange?.stage).toBe('sent');
  });

  it('says nothing over a WebSocket that does not open', async () => {
    const { outcome, exchange } = await speak(dataCentre(2), { dc: 2, media: false }, { path: '/elsewhere' });
    expect(outcome).toMatchObject({ ok: false, failure: { step: 'websocket', kind: 'http-status', code: '404' } });
    expect(exchange).toBeUndefined();
  });

  it('stops within 100 ms', async () => {
    const stop = new AbortController();
    let abortedAt = Number.NaN;
    const work = speak(
      (stream) =>
        stream.once('data', () => {
          abortedAt = performance.now();
          stop.abort();
        }),
      undefined,
      { signal: stop.signal },
    );
    expect((await work).outcome).toMatchObject({ ok: false, failure: { kind: 'aborted' } });
    expect(performance.now() - abortedAt).toBeLessThan(100);
  });
});
