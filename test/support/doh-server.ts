import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Answer, decode, encode } from 'dns-packet';
import { onTestFinished } from 'vitest';
import type { TestAuthority } from './certificates.ts';

/** Every name has these two addresses. */
export function answerTo(message: Buffer): Buffer {
  const packet = decode(message);
  const [asked] = packet.questions ?? [];
  const type = asked?.type as 'A' | 'AAAA';
  const data = type === 'A' ? '192.0.2.1' : '2001:db8::1';
  const answers: Answer[] = [{ type, name: asked?.name ?? '', data, ttl: 60 }];
  return encode({ type: 'response', id: packet.id ?? 0, flags: 0x180, questions: packet.questions ?? [], answers });
}

interface Request {
  readonly message: Buffer;
  readonly head: IncomingMessage;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export type Respond = (response: ServerResponse, message: Buffer, index: number) => void;
export const sendAnswer: Respond = (response, message) => {
  response.writeHead(200, { 'Content-Type': 'application/dns-message' });
  response.end(answerTo(message));
};

/** A DoH server on 127.0.0.1 for one test, with a certificate of `authority`'s for `certifiedFor`. */
export async function startDohServer(authority: TestAuthority, certifiedFor: string, respond: Respond = sendAnswer) {
  const requests: Request[] = [];
  const connections: Duplex[] = [];
  const server = createServer(authority.issue({ names: [certifiedFor] }), async (head, response) => {
    const message = await readBody(head);
    requests.push({ head, message });
    respond(response, message, requests.length - 1);
  });
  server.on('connection', (socket) => {
    connections.push(socket);
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = () => connections.filter((socket) => !socket.destroyed).length;
  return { port, requests, connections, open, server };
}
