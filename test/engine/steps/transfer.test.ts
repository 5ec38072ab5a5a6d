import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectStep } from '../../../engine/steps/connect.ts';
import { type TransferOptions, transferStep } from '../../../engine/steps/transfer.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import { createStepContext, type TestContextOptions } from '../../support/step-context.ts';
import { serveTcp, type TcpServer } from '../../support/tcp-server.ts';

const KiB = 1024;

async function transfer(server: TcpServer, options: Partial<TransferOptions>, contextOptions: TestContextOptions = {}) {
  const context = createStepContext(contextOptions);
  const connected = await connectStep(server.endpoint, { peer: 'target' }, context);
  if (!connected.ok) throw new Error('no connection');
  const result = await transferStep(
    connected.value,
    { url: 'http://site.example/big', direction: 'down', bytes: 128 * KiB, ...options },
    context,
  );
  const observation = context.seen.find((entry): entry is ObservationOf<'transfer'> => entry.step === 'transfer');
  if (observation === undefined) throw new Error('nothing recorded');
  expect(observation.failure).toEqual(result.ok ? undefined : result.failure);
  await server.drained();
  return { result, observation };
}

function serveHttp(listener: RequestListener): Promise<TcpServer> {
  const server = createServer(listener);
  return serveTcp((socket) => server.emit('connection', socket));
}

const afterHead = (answer: (socket: Socket) => void) => serveTcp((socket) => socket.once('data', () => answer(socket)));

describe('down', () => {
  it('reads what was asked for, and tells the rate it came at', async () => {
    // 16 KiB every 10 ms: 1.6 MB a second.
    const server = await serveHttp((_request, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(16 * KiB)), 10);
      response.on('close', () => clearInterval(timer));
    });
    const { result, observation } = await transfer(server, {});
    expect(result.ok).toBe(true);
    expect(observation.bytes).toBeGreaterThanOrEqual(128 * KiB);
    expect(observation.bytes).toBeLessThan(256 * KiB);
    // Wide, for a busy machine: unthrottled, loopback brings hundreds of megabytes a second.
    expect(observation.goodput).toBeGreaterThan(50_000);
    expect(observation.goodput).toBeLessThan(16_000_000);
  });

  it('holds the amount between 128 KiB and 4 MiB', async () => {
    const server = await serveHttp((_request, response) => void response.end(Buffer.alloc(8192 * KiB)));
    expect((await transfer(server, { bytes: 1 })).observation.bytes).toBeGreaterThanOrEqual(128 * KiB);
    const { observation } = await transfer(server, { bytes: 1e9 });
    expect(observation.bytes).toBeGreaterThanOrEqual(4096 * KiB);
    expect(observation.bytes).toBeLessThan(4400 * KiB);
  });

  it('a freeze after 16 KiB is a stall with the bytes and reads until then', async () => {
    const server = await afterHead((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n${'x'.repeat(16 * KiB)}`),
    );
    const { result, observation } = await transfer(server, {}, { timeouts: { stall: 120 } });
    expect(result).toMatchObject({ ok: false, failure: { step: 'transfer', kind: 'stall' } });
    expect(observation.bytes).toBe(16 * KiB);
    expect(observation.chunks).toBeGreaterThan(0);
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['an early close', (socket) => socket.end(), 'eof'],
    ['a reset', (socket) => socket.resetAndDestroy(), 'reset'],
  ])('%s is told', async (_case, cut, kind) => {
    const server = await afterHead((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n${'x'.repeat(1000)}`);
      setTimeout(() => cut(socket), 30);
    });
    const { result, observation } = await transfer(server, {});
    expect(result).toMatchObject({ ok: false, failure: { kind } });
    expect(observation.bytes).toBe(1000);
  });

  it('a status is not a transfer', async () => {
    const server = await serveHttp((_request, response) => void response.writeHead(404).end());
    expect((await transfer(server, {})).result).toMatchObject({ failure: { kind: 'http-status', code: '404' } });
  });
});

describe('up', () => {
  const up = { direction: 'up', bytes: 200 * KiB } as const;

  it('sends all of it, and is done when the server says so', async () => {
    let received = 0;
    const server = await serveHttp((request, response) => {
      request.on('data', (chunk) => (received += chunk.length));
      request.on('end', () => void setTimeout(() => response.end(), 50));
    });
    const { result, observation } = await transfer(server, up);
    expect(result.ok).toBe(true);
    expect(received).toBe(200 * KiB);
    expect(observation).toMatchObject({ direction: 'up', bytes: 200 * KiB, chunks: 13, status: 200 });
    // What the kernel took at once is not what arrived: the answer ends the clock.
    expect(observation.goodput).toBeLessThan((200 * KiB) / 0.045);
  });

  it('a server that stops reading is a stall', async () => {
    const server = await serveTcp((socket) => {
      socket.pause();
      // A paused socket would not see the end either.
      setTimeout(() => socket.resume(), 500);
    });
    const { result, observation } = await transfer(
      server,
      { ...up, bytes: 4096 * KiB },
      { timeouts: { stall: 150, firstByte: 150 } },
    );
    expect(result).toMatchObject({ ok: false, failure: { kind: 'stall' } });
    expect(observation.bytes).toBeGreaterThan(0);
  });

  it('an error after all bytes is as good as any answer, where the server had asked for them', async () => {
    let received = 0;
    const server = await serveHttp((request, response) => {
      request.on('data', (chunk) => (received += chunk.length));
      request.on('end', () => void response.writeHead(404).end());
    });
    const { result, observation } = await transfer(server, up);
    expect(result.ok).toBe(true);
    expect(received).toBe(200 * KiB);
    expect(observation).toMatchObject({ bytes: 200 * KiB, status: 404 });
    expect(observation.goodput).toBeGreaterThan(0);
  });

  it('an answer that overtakes the last write still answers the whole', async () => {
    const server = await serveHttp((request, response) => {
      request.resume().once('end', () => response.writeHead(204).end());
    });
    for (let round = 0; round < 25; round += 1) {
      const { result, observation } = await transfer(server, up);
      expect(result.ok).toBe(true);
      expect(observation.bytes).toBe(200 * KiB);
    }
  });

  it('a server that never asks is sent the body, and its error then proves nothing', async () => {
    const answer = (status: string) =>
      serveTcp((socket) => {
        let received = 0;
        socket.on('data', (chunk) => {
          received += chunk.length;
          if (received > 200 * KiB) socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
        });
      });
    const good = await transfer(await answer('200 OK'), up);
    expect(good.observation).toMatchObject({ bytes: 200 * KiB, status: 200 });
    expect(good.result.ok).toBe(true);
    const refused = await transfer(await answer('405 No'), up);
    expect(refused.result).toMatchObject({ ok: false, failure: { kind: 'http-status', code: '405' } });
    expect(refused.observation.goodput).toBeUndefined();
  });

  it('a refusal before the end is a status, and a cut is told', async () => {
    const refusing = await afterHead((socket) => socket.end('HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n'));
    const { result, observation } = await transfer(refusing, up);
    expect(result).toMatchObject({ failure: { kind: 'http-status', code: '413' } });
    expect(observation).toMatchObject({ bytes: 0, status: 413 });
    const cutting = await afterHead((socket) => socket.resetAndDestroy());
    expect((await transfer(cutting, { ...up, bytes: 4096 * KiB })).result).toMatchObject({
      failure: { kind: 'reset' },
    });
  });
});
