import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface ScriptedServer {
  readonly port: number;
  /** Everything received on each connection, in the order of the connections. */
  readonly received: readonly Buffer[];
  openConnections(): number;
  close(): Promise<void>;
}

/** A TCP server on 127.0.0.1 (or `host`) that hands every connection to `serve`, and remembers what came in. */
export async function startScriptedServer(
  serve: (socket: Socket, index: number) => void,
  host = '127.0.0.1',
): Promise<ScriptedServer> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const index = received.push(Buffer.alloc(0)) - 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      received[index] = Buffer.concat([received[index] ?? Buffer.alloc(0), chunk]);
    });
    serve(socket, index);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    openConnections: () => sockets.size,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What a lying server does when the next message has come in. */
export type Move =
  | { readonly send: Uint8Array | string; readonly drip?: boolean; readonly after?: 'end' | 'reset' }
  | 'end'
  | 'reset'
  | 'hang';

async function drip(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Answers the first message with the first move, the second with the second, and says nothing more after the last. */
export function playMoves(socket: Socket, moves: readonly Move[]): void {
  const left = [...moves];
  socket.setNoDelay(true);
  const finish = (how: 'end' | 'reset' | undefined) => {
    if (how === 'end') socket.end();
    if (how === 'reset') socket.resetAndDestroy();
  };
  socket.on('data', () => {
    const move = left.shift();
    if (move === undefined || move === 'hang') return;
    if (typeof move === 'string') return finish(move);
    const bytes = Buffer.from(move.send as Uint8Array);
    if (move.drip === true) void drip(socket, bytes).then(() => finish(move.after));
    else socket.write(bytes, () => finish(move.after));
  });
}
