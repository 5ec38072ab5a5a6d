import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { connectStep } from '../../../engine/steps/connect.ts';
import { type WebsocketOptions, websocketStep } from '../../../engine/steps/websocket.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { createStepContext, type TestContextOptions } from '../../support/step-context.ts';
import { serveTcp, type TcpServer } from '../../support/tcp-server.ts';

async function open(
  server: TcpServer,
  options: Partial<WebsocketOptions> = {},
  contextOptions: TestContextOptions = {},
) {
  const context = createStepContext(contextOptions);
  const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
  if (!connected.ok) throw new Error('no connection');
  const result = await websocketStep(
    connected.value,
    { url: 'wss://kws2.example/apiws', protocol: 'binary', ...options },
    context,
  );
  const observation = context.seen.find((entry): entry is ObservationOf<'websocket'> => entry.step === 'websocket');
  if (observation === undefined) throw new Error('nothing recorded');
  expect(observation.failure).toEqual(result.ok ? undefined : result.failure);
  if (!result.ok) await server.drained();
  return { result, observation };
}

async function serveEcho(): Promise<TcpServer> {
  const http = createServer();
  const server = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
  });
  server.on('connection', (socket) => socket.on('message', (message) => socket.send(message)));
  onTestFinished(() => server.close());
  return serveTcp((socket) => http.emit('connection', socket));
}

const answering = (answer: (socket: Socket) => void) => serveTcp((socket) => socket.once('data', () => answer(socket)));

describe('websocketStep', () => {
  it('opens, carries bytes both ways, and closes all below it', async () => {
    const server = await serveEcho();
    const { result, observation } = await open(server);
    expect(observation).toMatchObject({ stage: 'open', status: 101 });
    if (!result.ok) throw new Error('not open');
    const echo = new Promise<Buffer>((resolve) => result.value.socket.once('data', resolve));
    result.value.socket.write(Buffer.of(0, 1, 2, 255));
    expect(await echo).toEqual(Buffer.of(0, 1, 2, 255));
    result.value.socket.destroy();
    await server.drained();
  });

  it.each<[string, (socket: Socket) => void, object, number?]>([
    [
      'a page instead',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
      { kind: 'http-status', code: '200' },
      200,
    ],
    [
      'a refusal',
      (socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
      { kind: 'http-status', code: '403' },
      403,
    ],
    [
      'a redirect, which is not followed',
      (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: http://x.example/\r\nContent-Length: 0\r\n\r\n'),
      { kind: 'http-status', code: '302' },
      302,
    ],
    [
      'a 101 that does not know the key',
      (socket) =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n',
        ),
      { kind: 'http-malformed', detail: 'handshake' },
      101,
    ],
    ['garbage', (socket) => socket.end('what?\r\n'), { kind: 'http-malformed' }],
    ['a reset', (socket) => socket.resetAndDestroy(), { kind: 'reset' }],
    ['a close', (socket) => socket.end(), { kind: 'eof' }],
    ['silence', () => {}, { kind: 'timeout' }],
  ])('%s', async (_case, answer, failure, status) => {
    const { result, observation } = await open(await answering(answer), {}, { timeouts: { firstByte: 200 } });
    expect(result).toMatchObject({ ok: false, failure: { step: 'websocket', ...failure } });
    expect(observation.stage).toBe('request');
    expect(observation.status).toBe(status);
  });

  it('a server that does not agree to the subprotocol fails it', async () => {
    const { result } = await open(await serveEcho(), { protocol: 'other' });
    expect(result).toMatchObject({ failure: { kind: 'http-malformed', detail: 'handshake' } });
  });

  it('an abort while open closes it within 100 ms', async () => {
    const controller = new AbortController();
    const server = await serveEcho();
    const { result } = await open(server, {}, { signal: controller.signal });
    expect(result.ok).toBe(true);
    controller.abort();
    await server.drained(100);
  });
});
