import type { Duplex } from 'node:stream';
import type { SignedHello } from './client-hello.ts';
import { readServerHello, type ServerHelloReading } from './fake-tls.ts';

/** `ended` in order, before anything was decided. */
export type HelloAnswer = Exclude<ServerHelloReading, { kind: 'more' }> | { readonly kind: 'ended' };

export interface HelloExchange {
  /** Rejects with the error that ended the socket. Has no deadline of its own; whoever gives up destroys the socket. */
  readonly answer: Promise<HelloAnswer>;
  /** Bytes received so far. */
  received(): number;
}

/** Sends a hello and reads what answers it. After `verified` the socket is paused, with what follows the answer still in it. */
export function exchangeHello(socket: Duplex, hello: SignedHello, key: Uint8Array): HelloExchange {
  let bytes = Buffer.alloc(0);
  const answer = new Promise<HelloAnswer>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const reading = readServerHello(bytes, hello, key);
      if (reading.kind === 'more') return;
      leave();
      if (reading.kind === 'verified' && reading.length < bytes.length) socket.unshift(bytes.subarray(reading.length));
      resolve(reading);
    };
    const onEnd = () => {
      leave();
      resolve({ kind: 'ended' });
    };
    const onError = (error: unknown) => {
      leave();
      reject(error);
    };
    const leave = () => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
      socket.pause();
    };
    if (socket.errored !== null) return reject(socket.errored);
    if (socket.destroyed || socket.readableEnded) return resolve({ kind: 'ended' });
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
    socket.resume();
    socket.write(hello.record);
  });
  // Whoever gave up before has stopped listening.
  answer.catch(() => {});
  return { answer, received: () => bytes.length };
}
