import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';

export interface RefusingListener {
  /** TCP and UDP on 127.0.0.1. */
  readonly port: number;
  /** How often somebody came since it was last cleared. */
  contacts(): number;
  clear(): void;
  close(): void;
}

/**
 * Whatever a command under test would talk to first, so that nothing leaves the machine even where a test fails: it takes every
 * connection and drops it.
 */
export async function startRefusingListener(): Promise<RefusingListener> {
  let contacts = 0;
  const server = createServer((socket) => {
    contacts += 1;
    socket.destroy();
  });
  const udp = createSocket('udp4');
  udp.on('message', () => {
    contacts += 1;
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => udp.bind(port, '127.0.0.1', done));
  return {
    port,
    contacts: () => contacts,
    clear: () => {
      contacts = 0;
    },
    close: () => {
      server.close();
      udp.close();
    },
  };
}
