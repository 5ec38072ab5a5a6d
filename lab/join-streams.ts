import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Pump, pump } from './pump.ts';

export interface Joined {
  readonly toClient: Pump;
  readonly toServer: Pump;
}

/** Carries bytes both ways between two open streams until either is gone. */
export function joinStreams(client: Duplex, server: Duplex, delayMs: number): Joined {
  const joined = { toClient: pump(server, client, delayMs), toServer: pump(client, server, delayMs) };
  const tie = (gone: Duplex, other: Duplex) => {
    gone.on('error', () => {});
    gone.once('close', () => endWith(other, gone.errored !== null));
  };
  tie(client, server);
  tie(server, client);
  return joined;
}

/** A reset on one side is a reset on the other; after an orderly end, what is still on its way arrives. */
export function endWith(stream: Duplex, reset: boolean): void {
  if (stream.destroyed) return;
  if (!reset) stream.end();
  else if (stream instanceof Socket) stream.resetAndDestroy();
  else stream.destroy();
}
