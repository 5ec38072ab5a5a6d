import type { Socket } from 'node:net';
import type { Endpoint } from '../model/address.ts';
import type { Isp, PayloadFate } from './isp.ts';
import { joinStreams } from './join-streams.ts';

export interface RelayPath {
  readonly to: Endpoint;
  /** One way, in milliseconds. */
  readonly delayMs: number;
  /** Who looks at the bytes on the way; absent on a path without middleboxes. */
  readonly isp?: Isp | undefined;
  /** Opens the connection to the real server behind `to`. */
  dialServer(): Promise<Socket>;
  /** Opens a connection to the provider's own TLS server that stands in for `to`. */
  dialInterceptor(): Promise<Socket>;
}

/**
 * The way from a client's accepted socket to the server it asked for, and every middlebox on it. The client's first bytes are
 * held until the provider has made up its mind; then they flow on, or the connection meets its fate. (No server in the lab
 * speaks first, so nothing is lost by dialling it only then.)
 */
export function relay(client: Socket, path: RelayPath): void {
  client.on('error', () => {});
  if (path.isp === undefined) {
    forward(client, path.dialServer(), path, {});
    return;
  }
  inspect(client, path.to, path.isp, (fate) => {
    if (fate.kind === 'pass') forward(client, path.dialServer(), path, fate.limits);
    else if (fate.kind === 'intercept') forward(client, path.dialInterceptor(), path, {});
    else cut(client, fate);
  });
}

function forward(
  client: Socket,
  dialling: Promise<Socket>,
  { delayMs }: RelayPath,
  limits: Extract<PayloadFate, { kind: 'pass' }>['limits'],
): void {
  dialling.then(
    (server) => {
      if (client.destroyed) {
        server.destroy();
        return;
      }
      const { toClient, toServer } = joinStreams(client, server, delayMs);
      toClient.limit(limits);
      toServer.limit({ freezeAfter: limits.clientFreezesAfter, bytesPerSecond: limits.clientBytesPerSecond });
    },
    () => client.resetAndDestroy(),
  );
}

/** Gathers first bytes until they decide the connection's fate, and puts them back before telling it. */
function inspect(client: Socket, to: Endpoint, isp: Isp, onFate: (fate: PayloadFate) => void): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const fate = isp.onFirstPayload(to, head);
    if (fate.kind === 'incomplete') return;
    client.off('data', onData);
    client.off('end', onEnd);
    client.pause();
    client.unshift(head);
    onFate(fate);
  };
  const onEnd = () => client.end();
  client.on('data', onData);
  client.on('end', onEnd);
}

function cut(client: Socket, fate: Exclude<PayloadFate, { kind: 'pass' | 'intercept' }>): void {
  if (fate.kind === 'reset') {
    client.resetAndDestroy();
    return;
  }
  // Read and forgotten until the client gives up: bytes left unread would turn the end into a reset.
  client.on('end', () => client.destroy());
  client.resume();
  if (fate.kind === 'close') client.end();
  if (fate.kind === 'respond') client.end(fate.bytes);
}
