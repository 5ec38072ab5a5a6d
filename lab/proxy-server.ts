import { timingSafeEqual } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { acceptTls } from './accept-tls.ts';
import type { Authority } from './authority.ts';
import type { Internet, Service } from './internet.ts';
import type { Loopback } from './loopback.ts';
import { pause } from './pause.ts';
import type { LabProxy } from './scenario.ts';
import { createConnectServer } from './serve-connect.ts';
import { serveSocks4, serveSocks5 } from './serve-socks.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type Dialled = { readonly ok: true; readonly socket: Socket } | { readonly ok: false; readonly code: string };

/** What the protocols of a proxy have in common: whom it lets in, and how it goes on from there. */
export interface ProxyServer {
  readonly credentials: Credentials | undefined;
  accepts(typed: Credentials): boolean;
  /** Dials from abroad, by name or address; gives up when `client` leaves. Fails with an errno name. */
  dial(host: string, port: number, client: Duplex): Promise<Dialled>;
  /** One way from the proxy to a server, in milliseconds. */
  readonly delayMs: number;
}

export interface Abroad {
  readonly internet: Internet;
  readonly loopback: Loopback;
  readonly latencyMs: number;
  readonly unlisted: 'silence' | 'unreachable';
}

/** How long a proxy waits for a server that does not answer. */
const dialDeadlineMs = 10_000;

/** Puts a proxy on its address; a broken one leaves the address silent, or the port shut. */
export function serveProxy(proxy: LabProxy, abroad: Abroad, authority: Authority): void {
  const { internet } = abroad;
  const at = { address: proxy.address, port: proxy.port };
  if (isIP(proxy.host) === 0) internet.name(proxy.host, [proxy.address]);
  if (proxy.state === 'silent') internet.silenceAddress(proxy.address);
  else if (proxy.state === 'refuses') internet.serve(at, null);
  else internet.serve(at, createFront(proxy, createProxyServer(proxy, abroad), authority));
}

function createFront(proxy: LabProxy, server: ProxyServer, authority: Authority): Service {
  switch (proxy.kind) {
    case 'socks5':
    case 'socks5h':
      return (socket) => serveSocks5(socket, server);
    case 'socks4':
    case 'socks4a':
      return (socket) => serveSocks4(socket, server, proxy.kind === 'socks4a');
    case 'http':
      return createConnectServer(server);
    case 'https': {
      const enter = createConnectServer(server);
      return (socket) => acceptTls(socket, () => authority.serverContext(proxy.host), enter);
    }
  }
}

function createProxyServer(proxy: LabProxy, abroad: Abroad): ProxyServer {
  const { credentials } = proxy;
  return {
    credentials,
    delayMs: abroad.latencyMs / 2,
    accepts: (typed) =>
      credentials === undefined ||
      (equals(typed.username, credentials.username) && equals(typed.password, credentials.password)),
    dial: async (host, port, client) => {
      if (proxy.state === 'unreachable-beyond') return { ok: false, code: 'ENETUNREACH' };
      const gone = new AbortController();
      const leave = () => gone.abort(new Error('the client has left'));
      client.once('close', leave);
      try {
        return await dialFrom(abroad, host, port, gone.signal);
      } finally {
        client.off('close', leave);
      }
    },
  };
}

async function dialFrom(abroad: Abroad, host: string, port: number, signal: AbortSignal): Promise<Dialled> {
  const { internet, loopback } = abroad;
  const records = isIP(host) === 0 ? internet.resolve(host.toLowerCase()) : undefined;
  const address = isIP(host) === 0 ? (records?.a[0] ?? records?.aaaa[0]) : host;
  if (address === undefined) return { ok: false, code: 'ENOTFOUND' };
  const to = { address, port };
  await pause(abroad.latencyMs, signal, loopback.closing);
  const state = internet.state(to);
  if (state === 'listening') return { ok: true, socket: await internet.dial(to, 'abroad') };
  if (state === 'closed') return { ok: false, code: 'ECONNREFUSED' };
  if (state === 'absent' && abroad.unlisted === 'unreachable') return { ok: false, code: 'EHOSTUNREACH' };
  await pause(dialDeadlineMs, signal, loopback.closing);
  return { ok: false, code: 'ETIMEDOUT' };
}

function equals(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
