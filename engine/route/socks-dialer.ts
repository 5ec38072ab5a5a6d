import { isIP, isIPv6 } from 'node:net';
import { SocksProxyAgent } from 'socks-proxy-agent';
import type { Failure } from '../../model/failure.ts';
import type { ProxyRoute } from '../../model/route.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { Connection, Destination, Dialer, StepContext, StepResult } from '../step.ts';
import { createProxyConnector } from './reach-proxy.ts';
import { type SocksOutcome, socksHandshake } from './socks-handshake.ts';

export type SocksRoute = ProxyRoute & { readonly kind: 'socks4' | 'socks4a' | 'socks5' | 'socks5h' };

/** One length byte in SOCKS 5 (RFC 1928 4, RFC 1929 2); the library writes it unchecked inside an event handler. */
const mostBytes = 255;
/** How much later than ours the library's own timer goes off: ours must be the one that decides. */
const timerSlackMs = 1000;

/** The agent reads version, name resolution and credentials from a URL, the one notation its users know. */
function readProxy(route: SocksRoute): Pick<SocksProxyAgent, 'proxy' | 'shouldLookup'> {
  const host = isIPv6(route.host) ? `[${route.host}]` : route.host;
  // Credentials are put in after parsing, because the error of a URL that cannot be parsed shows all of it.
  const url = new URL(`${route.kind}://${host}:${route.port}`);
  if (route.credentials !== undefined) {
    url.username = encodeURIComponent(route.credentials.username.toWellFormed());
    url.password = encodeURIComponent(route.credentials.password.toWellFormed());
  }
  const { proxy, shouldLookup } = new SocksProxyAgent(url);
  return { proxy, shouldLookup };
}

/** Why the protocol cannot carry this request; asked before anything is sent. */
function findObstacle(route: SocksRoute, to: Destination): Failure | undefined {
  const isVersion4 = route.kind === 'socks4' || route.kind === 'socks4a';
  const { username = '', password = '' } = route.credentials ?? {};
  const limit = (detail: string): Failure => ({ step: 'proxy', kind: 'local-limit', detail });
  if (Buffer.byteLength(username) > mostBytes || Buffer.byteLength(password) > mostBytes) {
    return limit('credentials-length');
  }
  // SOCKS 4 ends its fields with a zero byte: one inside would turn the rest into another field.
  if (isVersion4 && username.includes('\0')) return limit('credentials-characters');
  if (to.host.length > mostBytes || !/^[\x21-\x7e]+$/.test(to.host)) return limit('host');
  if (isVersion4 && isIPv6(to.host)) return { step: 'proxy', kind: 'proxy-rejected', detail: 'no-ipv6' };
  return undefined;
}

async function negotiate(
  connection: Connection,
  proxy: SocksProxyAgent['proxy'],
  to: Destination,
  context: StepContext,
): Promise<SocksOutcome> {
  try {
    return await withDeadline(context.clock, context.timeouts.proxy, context.signal, (signal) =>
      socksHandshake(connection.socket, proxy, to, { signal, timeoutMs: context.timeouts.proxy + timerSlackMs }),
    );
  } catch (error) {
    return { failure: classifyError('proxy', error, context.signal) };
  }
}

/**
 * Dials through a SOCKS proxy: version 4 (memo by Ying-Da Lee), 4a, 5 (RFC 1928) or 5 with names resolved by the proxy, with
 * RFC 1929 credentials. Throws a TypeError when a version that resolves locally is given a name.
 */
export function createSocksDialer(route: SocksRoute): Dialer {
  const { proxy, shouldLookup } = readProxy(route);
  const connect = createProxyConnector(route.host, route.port);

  function report(startedAt: number, to: Destination, outcome: SocksOutcome, context: StepContext): string {
    return context.record(startedAt, { step: 'proxy', requested: to.host, port: to.port, ...outcome });
  }

  return {
    remoteDns: !shouldLookup,
    async dial(to, context): Promise<StepResult<Connection>> {
      if (shouldLookup && isIP(to.host) === 0) throw new TypeError(`a ${route.kind} route dials addresses, not names`);
      const obstacle = findObstacle(route, to);
      if (obstacle !== undefined) {
        const observation = report(context.clock.now(), to, { failure: obstacle }, context);
        return { ok: false, failure: obstacle, observation };
      }
      const connected = await connect(context);
      if (!connected.ok) return connected;
      const { socket } = connected.value;
      const startedAt = context.clock.now();
      const outcome = await negotiate(connected.value, proxy, to, context);
      const observation = report(startedAt, to, outcome, context);
      if (outcome.failure !== undefined) {
        socket.destroy();
        return { ok: false, failure: outcome.failure, observation };
      }
      const address = isIP(to.host) === 0 ? {} : { address: to.host };
      return { ok: true, value: { socket, port: to.port, ...address }, observation };
    },
  };
}
