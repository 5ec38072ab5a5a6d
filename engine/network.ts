import type { Socket } from 'node:net';
import type { Endpoint } from '../model/address.ts';

export interface LookupOptions {
  readonly signal: AbortSignal;
}

export interface OpenOptions {
  /** Source address to bind, which is how an interface route leaves through its interface. */
  readonly localAddress?: string;
  readonly signal: AbortSignal;
}

/** A connected UDP socket. Opening one sends no packet, but makes the kernel choose a source address. */
export interface UdpChannel {
  readonly localAddress: string;
  send(message: Uint8Array): Promise<void>;
  /** One listener at a time; it gets every datagram and every asynchronous error (ICMP port unreachable). */
  listen(onMessage: (message: Uint8Array) => void, onError: (error: Error) => void): void;
  close(): void;
}

export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
  readonly family: 4 | 6;
  /** True for loopback. */
  readonly internal: boolean;
}

/**
 * The only door to the outside world. `nodeNetwork` is the real one; the practice network is another, so the very same
 * engine runs over both. Every method rejects with a Node error carrying a `code` (ECONNREFUSED, ENOTFOUND, …), and with
 * the signal's reason within 100 ms of an abort, leaving no socket behind. None has a deadline of its own.
 */
export interface Network {
  /** The system's resolver (getaddrinfo), all families, in its order. */
  lookup(name: string, options: LookupOptions): Promise<readonly string[]>;
  udp(endpoint: Endpoint, options: OpenOptions): Promise<UdpChannel>;
  /** Resolves when the TCP handshake is done. */
  connect(endpoint: Endpoint, options: OpenOptions): Promise<Socket>;
  interfaces(): readonly InterfaceAddress[];
}
