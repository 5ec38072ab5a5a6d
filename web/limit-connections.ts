import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** A browser opens six for one origin; programs that only hold connections open must not shut the page out. */
const maxUnknown = 64;
/** Descriptors that may be in use within one turn of the event loop, before the oldest are let go. */
const hardLimit = 1024;

/**
 * Keeps the number of connections small without refusing new ones: the oldest that has never shown a token is cut instead.
 * Returns how a connection is said to have shown one.
 */
export function limitConnections(server: Server): (socket: Socket) => void {
  server.maxConnections = hardLimit;
  const unknown = new Set<Socket>();
  server.on('connection', (socket) => {
    unknown.add(socket);
    socket.once('close', () => unknown.delete(socket));
    const [oldest] = unknown;
    if (unknown.size > maxUnknown) {
      unknown.delete(oldest ?? socket);
      oldest?.destroy();
    }
  });
  return (socket) => unknown.delete(socket);
}
