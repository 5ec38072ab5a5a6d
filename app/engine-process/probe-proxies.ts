import { once } from 'node:events';
import type { Socket } from 'node:net';
import { withDeadline } from '../../engine/deadline.ts';
import type { Network } from '../../engine/network.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import type { ListeningProxy } from './protocol.ts';

/** The one address this ever dials. */
const address = '127.0.0.1';
/** Per question; a program on this very machine answers in a few milliseconds or is none of ours. */
const patienceMs = 800;
/** A hostile listener may send without end: what tells one kind from the other stands at the beginning. */
const mostBytes = 4096;

/**
 * Which of these ports on this machine answer as a proxy, each asked in no more than two connections. Offers no credentials, and
 * asks no proxy to go anywhere but back to this machine. Never rejects.
 */
export async function findListeningProxies(
  ports: readonly number[],
  network: Pick<Network, 'connect'>,
): Promise<ListeningProxy[]> {
  const found = await Promise.all(ports.map((port) => askPort(port, network).catch(() => undefined)));
  return found.flatMap((kind, index) => {
    const port = ports[index];
    return kind === undefined || port === undefined ? [] : [{ kind, host: address, port }];
  });
}

async function askPort(port: number, network: Pick<Network, 'connect'>): Promise<'socks5h' | 'http' | undefined> {
  const socks = await exchange(port, network, greeting, (bytes) => bytes.length >= 2);
  if (isSocks5(socks)) return 'socks5h';
  const http = await exchange(port, network, connectRequest, (bytes) => bytes.includes('\r\n\r\n'));
  return isHttpProxy(http.toString('latin1')) ? 'http' : undefined;
}

/** RFC 1928 3: one method, "no authentication". */
const greeting = Buffer.from([5, 1, 0]);
/** Port 443, since some proxies lead to no other; whatever listens there on this machine is only connected to. */
const connectRequest = Buffer.from(`CONNECT ${address}:443 HTTP/1.1\r\nHost: ${address}:443\r\n\r\n`, 'latin1');

/** It takes us as we are (0), wants a password (2) or another method it may not choose (255). */
function isSocks5(reply: Buffer): boolean {
  return reply[0] === 5 && (reply[1] === 0 || reply[1] === 2 || reply[1] === 0xff);
}

/**
 * What a proxy says to CONNECT and a web server does not: 407, a gateway's error, or a 2xx without the headers of a body, which
 * RFC 9110 9.3.6 forbids there.
 */
function isHttpProxy(reply: string): boolean {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(reply)?.[1] ?? 0);
  if (status === 407 || (status >= 502 && status <= 504)) return true;
  if (/^(proxy-[a-z-]+|via):/im.test(reply)) return true;
  return status >= 200 && status < 300 && !/^(content-length|content-type|transfer-encoding):/im.test(reply);
}

/** The first bytes that came back; empty where nothing did. Rejects where nobody listens. */
async function exchange(
  port: number,
  network: Pick<Network, 'connect'>,
  question: Buffer,
  isEnough: (bytes: Buffer) => boolean,
): Promise<Buffer> {
  const clock = nodeClock();
  const { signal } = new AbortController();
  const socket = await withDeadline(clock, patienceMs, signal, (inner) =>
    network.connect({ address, port }, { signal: inner }),
  );
  const received = { bytes: Buffer.alloc(0) };
  try {
    socket.write(question);
    await withDeadline(clock, patienceMs, signal, (inner) => readUntil(socket, received, isEnough, inner));
  } catch {
    // Silence and a broken connection are answers too: it is not that kind of proxy.
  } finally {
    socket.destroy();
  }
  return received.bytes;
}

async function readUntil(
  socket: Socket,
  received: { bytes: Buffer },
  isEnough: (bytes: Buffer) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const ended = once(socket, 'close', { signal });
  await new Promise<void>((resolve, reject) => {
    ended.then(() => resolve(), reject);
    socket.on('data', (chunk: Buffer) => {
      received.bytes = Buffer.concat([received.bytes, chunk.subarray(0, mostBytes - received.bytes.length)]);
      if (received.bytes.length >= mostBytes || isEnough(received.bytes)) resolve();
    });
  });
}
