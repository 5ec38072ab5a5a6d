import type { Socket } from 'node:net';
import { readClientHello } from '../../lab/client-hello.ts';

/** What a connection first says: all bytes read so far, and the name in them, in lower case. */
export interface FirstWords {
  readonly bytes: Buffer;
  readonly name: string | undefined;
}

/** `more` asks for further bytes. */
type Reading = { readonly name: string | undefined } | 'more';

function helloName(bytes: Buffer): Reading {
  const reading = readClientHello(bytes);
  if (reading.kind === 'incomplete') return 'more';
  return { name: reading.kind === 'hello' ? reading.serverName : undefined };
}

/** The Host header of an HTTP/1 request head (RFC 9112 3.2), without port; bytes that are no HTTP name nobody. */
function hostName(bytes: Buffer): Reading {
  const head = bytes.toString('latin1');
  if (head.length >= 8 && !/^(GET|HEAD|POST|PUT|OPTIONS) /.test(head)) return { name: undefined };
  if (!head.includes('\r\n\r\n') && head.length < 16_384) return 'more';
  return { name: /\r\nhost: *([^:\r\n]+)/i.exec(head)?.[1]?.toLowerCase() };
}

function readFirst(socket: Socket, read: (bytes: Buffer) => Reading): Promise<FirstWords> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const reading = read(bytes);
      if (reading === 'more') return;
      socket.pause();
      socket.off('data', onData);
      resolve({ bytes, name: reading.name });
    };
    socket.on('data', onData);
    socket.once('close', () => reject(new Error('closed before its first words')));
  });
}

/** Reads a whole ClientHello; the socket is left paused, its bytes consumed. Rejects when it closes before. */
export function waitForHello(socket: Socket): Promise<FirstWords> {
  return readFirst(socket, helloName);
}

/** Reads a whole HTTP request head; the socket is left paused, its bytes consumed. Rejects when it closes before. */
export function waitForRequest(socket: Socket): Promise<FirstWords> {
  return readFirst(socket, hostName);
}
