import { request } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Failure } from '../../model/failure.ts';
import type { ProxyRoute } from '../../model/route.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { Connection, Destination, Dialer, StepContext, StepResult } from '../step.ts';
import { tlsStep } from '../steps/tls.ts';
import { createProxyConnector } from './reach-proxy.ts';

export type HttpProxyRoute = ProxyRoute & { readonly kind: 'http' | 'https' };

interface TunnelOutcome {
  /** The proxy's HTTP status, where one came. */
  readonly reply?: number;
  readonly failure?: Failure;
}

/** Far above any honest answer to CONNECT; what exceeds it is cut off. */
const mostHeaderBytes = 16 * 1024;

/** RFC 7617 2, in UTF-8. */
function basicAuthorization(credentials: ProxyRoute['credentials']): Record<string, string> {
  if (credentials === undefined) return {};
  const { username, password } = credentials;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** RFC 9110 9.3.6: the target of CONNECT is host and port alone. */
function authorityOf(to: Destination): string {
  return `${isIPv6(to.host) ? `[${to.host}]` : to.host}:${to.port}`;
}

function findObstacle(route: HttpProxyRoute, to: Destination): Failure | undefined {
  const limit = (detail: string): Failure => ({ step: 'proxy', kind: 'local-limit', detail });
  // RFC 7617 2: the first colon ends the user-id, so one inside it would move a part of it into the password.
  if (route.credentials?.username.includes(':')) return limit('credentials-characters');
  if (isIPv6(to.host)) return undefined;
  return to.host.length > 255 || !/^[a-z0-9._-]+$/i.test(to.host) ? limit('host') : undefined;
}

function judgeStatus(status: number): TunnelOutcome {
  if (status >= 200 && status < 300) return { reply: status };
  const code = String(status);
  // Nobody but the proxy answers a CONNECT, so 401 is its own too; tinyproxy says it to a wrong password.
  if (status === 407 || status === 401) return { reply: status, failure: { step: 'proxy', kind: 'proxy-auth', code } };
  // node:http takes any status for the final one here, and an interim response (RFC 9110 15.2) is none.
  if (status < 200)
    return { reply: status, failure: { step: 'proxy', kind: 'proxy-protocol', code, detail: 'interim' } };
  return { reply: status, failure: { step: 'proxy', kind: 'proxy-rejected', code } };
}

/** Asks for the tunnel and puts what came behind the response back into the socket. Rejects with the socket's error. */
function requestTunnel(
  socket: Duplex,
  to: Destination,
  authorization: Record<string, string>,
  signal: AbortSignal,
): Promise<TunnelOutcome> {
  return new Promise((resolve, reject) => {
    // Broken between two steps; node:http would call it a reset.
    if (socket.errored !== null) return reject(socket.errored);
    let ended = socket.readableEnded;
    socket.once('end', () => {
      ended = true;
    });
    const authority = authorityOf(to);
    const asking = request({
      method: 'CONNECT',
      path: authority,
      headers: { Host: authority, Connection: 'keep-alive', ...authorization },
      createConnection: () => socket,
      maxHeaderSize: mostHeaderBytes,
      signal,
    });
    asking.once('connect', (response, _socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(judgeStatus(response.statusCode ?? 0));
    });
    asking.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(signal.reason);
      else if (error.code?.startsWith('HPE_')) {
        resolve({ failure: { step: 'proxy', kind: 'proxy-protocol', code: error.code } });
      }
      // node:http calls a connection closed without a response a reset, which is another thing.
      else if (ended) resolve({ failure: { step: 'proxy', kind: 'eof', detail: 'reply' } });
      else reject(error);
    });
    asking.end();
  });
}

/**
 * Dials through an HTTP proxy with CONNECT (RFC 9110 9.3.6), in the clear or over TLS. The proxy resolves names. Over TLS the
 * proxy's certificate is verified against the proxy's host before any credential is sent.
 */
export function createHttpConnectDialer(route: HttpProxyRoute): Dialer {
  const connect = createProxyConnector(route.host, route.port);
  const authorization = basicAuthorization(route.credentials);

  async function reachProxy(context: StepContext): Promise<StepResult<Connection>> {
    const connected = await connect(context);
    if (!connected.ok || route.kind === 'http') return connected;
    return tlsStep(connected.value, { peer: 'proxy', serverName: route.host, verify: route.host }, context);
  }

  async function negotiate(socket: Duplex, to: Destination, context: StepContext): Promise<TunnelOutcome> {
    try {
      return await withDeadline(context.clock, context.timeouts.proxy, context.signal, (signal) =>
        requestTunnel(socket, to, authorization, signal),
      );
    } catch (error) {
      return { failure: classifyError('proxy', error, context.signal) };
    }
  }

  return {
    remoteDns: true,
    async dial(to, context): Promise<StepResult<Connection>> {
      const requested = { step: 'proxy', requested: to.host, port: to.port } as const;
      const obstacle = findObstacle(route, to);
      if (obstacle !== undefined) {
        const observation = context.record(context.clock.now(), { ...requested, failure: obstacle });
        return { ok: false, failure: obstacle, observation };
      }
      const reached = await reachProxy(context);
      if (!reached.ok) return reached;
      const { socket } = reached.value;
      const startedAt = context.clock.now();
      const outcome = await negotiate(socket, to, context);
      const observation = context.record(startedAt, { ...requested, ...outcome });
      if (outcome.failure !== undefined) {
        socket.destroy();
        return { ok: false, failure: outcome.failure, observation };
      }
      const address = isIP(to.host) === 0 ? {} : { address: to.host };
      return { ok: true, value: { socket, port: to.port, ...address }, observation };
    },
  };
}
