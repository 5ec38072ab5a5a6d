import { lookup } from 'node:dns';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A request is complete at the zero byte after the user id, or after the name where the address is 0.0.0.x. */
function readRequest(bytes: Buffer): { name: string; port: number; length: number } | undefined {
  const userEnd = bytes.indexOf(0, 8);
  if (bytes.length < 9 || userEnd < 0) return undefined;
  const named = bytes.readUInt32BE(4) >>> 8 === 0 && bytes[7] !== 0;
  const nameEnd = named ? bytes.indexOf(0, userEnd + 1) : userEnd;
  if (nameEnd < 0) return undefined;
  const name = named ? bytes.toString('latin1', userEnd + 1, nameEnd) : bytes.subarray(4, 8).join('.');
  return { name, port: bytes.readUInt16BE(2), length: nameEnd + 1 };
}

/** 90 granted, 91 rejected (SOCKS4 protocol, NEC). */
function reply(code: 90 | 91): Buffer {
  return Buffer.from([0, code, 0, 0, 0, 0, 0, 0]);
}

function relay(client: Socket, first: Buffer, address: string, port: number): void {
  const server = connect(port, address, () => {
    client.write(reply(90));
    server.write(first);
    client.pipe(server).pipe(client);
  });
  server.once('error', () => client.end(reply(91)));
  client.once('close', () => server.destroy());
  server.once('close', () => client.end());
}

/**
 * A SOCKS4a server (the extension by Ying-Da Lee): none of Debian's small daemons speaks it, Dante takes the name for the
 * address 0.0.0.1. It resolves names with its own namespace's resolver.
 */
export function createSocks4aServer(): Server {
  return createServer((client) => {
    client.on('error', () => client.destroy());
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const request = readRequest(bytes);
      if (request === undefined) return;
      client.off('data', onData);
      client.pause();
      lookup(request.name, { family: 4 }, (error, address) => {
        if (error) client.end(reply(91));
        else relay(client, bytes.subarray(request.length), address, request.port);
      });
    };
    client.on('data', onData);
  });
}
