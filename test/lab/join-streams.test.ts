import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { joinStreams } from '../../lab/join-streams.ts';
import { createLoopback, type Loopback } from '../../lab/loopback.ts';

let loopback: Loopback | undefined;
afterEach(async () => {
  await loopback?.close();
});

/** A client whose connection is carried on to `serve`; resolves with what the client received and how it ended. */
async function through(serve: (socket: Socket) => void): Promise<{ text: string; end: string }> {
  const on = createLoopback();
  loopback = on;
  const server = await on.listen('server', serve);
  const middle = await on.listen('middle', (socket) => {
    on.dial(server, on.closing).then((onward) => joinStreams(socket, onward, 2));
  });
  const client = await on.dial(middle, on.closing);
  client.write('hello');
  let text = '';
  client.on('data', (chunk) => {
    text += chunk.toString();
  });
  const end = await new Promise<string>((resolve) => {
    client.once('end', () => resolve('end'));
    client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
  return { text, end };
}

describe('joinStreams', () => {
  it('passes on what was said before an orderly end, and the end', async () => {
    expect(await through((socket) => socket.once('data', () => socket.end('goodbye')))).toEqual({
      text: 'goodbye',
      end: 'end',
    });
  });

  it('passes on a reset as a reset', async () => {
    const reset = through((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await reset).toEqual({ text: '', end: 'ECONNRESET' });
  });

  it('tells the server that the client is gone', async () => {
    const on = createLoopback();
    loopback = on;
    const gone = new Promise<void>((resolve) => {
      on.listen('server', (socket) => socket.resume().once('close', resolve)).then(async (server) => {
        const middle = await on.listen('middle', (socket) => {
          on.dial(server, on.closing).then((onward) => joinStreams(socket, onward, 0));
        });
        const client = await on.dial(middle, on.closing);
        client.write('hello', () => client.resetAndDestroy());
      });
    });
    await gone;
  });
});
