import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TcpServer {
  readonly port: number;
  readonly endpoint: { readonly address: string; readonly port: number };
  /** Connections that are still open. */
  open(): number;
  /** Resolves when no connection is open any more; rejects after `ms`. */
  drained(ms?: number): Promise<void>;
}

/** A server on 127.0.0.1 for one test, closed with all its connections when the test ends. */
export async function serveTcp(onSocket: (socket: Socket) => void): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    endpoint: { address: '127.0.0.1', port: address.port },
    open: () => sockets.size,
    drained: async (ms = 1000) => {
      const until = Date.now() + ms;
      while (sockets.size > 0) {
        if (Date.now() > until) throw new Error(`${sockets.size} connections still open`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}
