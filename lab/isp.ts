import { BlockList, isIP } from 'node:net';
import type { Endpoint } from '../model/address.ts';
import { readHelloExtensions } from './client-hello.ts';
import { coversName } from './covers-name.ts';
import { readFirstPayload } from './first-payload.ts';
import type { IspRules } from './scenario.ts';

/** What becomes of a SYN. `portal` completes the handshake in the server's stead. */
export type ConnectFate = 'pass' | 'drop' | 'refuse' | 'unreachable' | 'portal';

export interface Limits {
  /** Bytes from the server after which nothing more arrives, and nothing says so. */
  readonly freezeAfter?: number;
  readonly bytesPerSecond?: number;
  /** The same the other way: bytes from the client. */
  readonly clientFreezesAfter?: number;
  readonly clientBytesPerSecond?: number;
}

export type PayloadFate =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'pass'; readonly limits: Limits }
  | { readonly kind: 'reset' | 'close' | 'silence' | 'intercept' }
  /** Bytes sent in the server's stead, then the end. */
  | { readonly kind: 'respond'; readonly bytes: Buffer };

export type DnsFate =
  | { readonly kind: 'true' | 'nxdomain' | 'servfail' | 'refused' | 'silence' }
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly trueAnswerFollows: boolean };

/** The provider's decisions, free of any effect: `relay` and the resolvers carry them out on real bytes. */
export interface Isp {
  onConnect(to: Endpoint): ConnectFate;
  /** @param ownResolver whether the question goes to the provider's own resolver. */
  onQuery(name: string, ownResolver: boolean): DnsFate;
  /** Asked again with more bytes for as long as it answers `incomplete`. */
  onFirstPayload(to: Endpoint, bytes: Uint8Array): PayloadFate;
}

interface PathSelector {
  readonly prefixes?: readonly string[] | undefined;
  readonly ports?: readonly number[] | undefined;
}

export function createIsp(rules: IspRules): Isp {
  const connect = rules.connect.map((rule) => ({ applies: pathMatcher(rule), action: rule.action }));
  const limits = rules.limits.map((rule) => ({ applies: pathMatcher(rule), rule }));

  const limitsOf = (to: Endpoint, name?: string): Limits => {
    const found: { -readonly [K in keyof Limits]: Limits[K] } = {};
    for (const { applies, rule } of limits) {
      const named = rule.names === undefined || (name !== undefined && coversName(rule.names, name));
      if (!named || !applies(to)) continue;
      const [freezes, rate] =
        rule.direction === 'down'
          ? (['freezeAfter', 'bytesPerSecond'] as const)
          : (['clientFreezesAfter', 'clientBytesPerSecond'] as const);
      if (rule.freezeAfterKib !== undefined) found[freezes] = rule.freezeAfterKib * 1024;
      if (rule.kibPerSecond !== undefined) found[rate] = rule.kibPerSecond * 1024;
    }
    return found;
  };

  const tlsFate = (name: string | undefined, hello: Uint8Array, found: Limits): PayloadFate => {
    const named = rules.tls.find((candidate) => name !== undefined && coversName(candidate.names, name));
    if (named?.action === 'silence-after-hello') {
      return { kind: 'pass', limits: { ...found, clientFreezesAfter: hello.length } };
    }
    if (named !== undefined) return { kind: named.action };
    const [known] = rules.hellos.length > 0 && isClassicHello(hello) ? rules.hellos : [];
    return known === undefined ? { kind: 'pass', limits: found } : { kind: known.action };
  };

  return {
    onConnect: (to) => {
      if (rules.portal !== undefined) return 'portal';
      return connect.find((rule) => rule.applies(to))?.action ?? 'pass';
    },
    onQuery: (name, ownResolver) => {
      const rule = rules.dns.find(
        (candidate) => coversName(candidate.names, name) && (ownResolver || candidate.resolvers === 'all'),
      );
      return rule?.action ?? { kind: 'true' };
    },
    onFirstPayload: (to, bytes) => {
      const payload = readFirstPayload(bytes);
      const pass = (name?: string): PayloadFate => ({ kind: 'pass', limits: limitsOf(to, name) });
      switch (payload.kind) {
        case 'incomplete':
          return { kind: 'incomplete' };
        case 'tls':
          return tlsFate(payload.serverName, bytes, limitsOf(to, payload.serverName));
        case 'http': {
          const host = payload.host;
          const rule = rules.http.find((candidate) => host !== undefined && coversName(candidate.names, host));
          return rule === undefined ? pass(host) : httpFate(rule.action);
        }
        case 'socks':
          return pass();
        case 'unknown':
          return rules.unknownProtocol === 'swallow' ? { kind: 'silence' } : pass();
      }
    },
  };
}

/** The extensions of the hello that apps of Telegram sent to MTProxies from about 2020 on, always in this order. */
const classicExtensions = [0, 23, 0xff01, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 21];

function isClassicHello(bytes: Uint8Array): boolean {
  const found = readHelloExtensions(bytes);
  return found !== undefined && [...found.keys()].join() === classicExtensions.join();
}

function httpFate(action: IspRules['http'][number]['action']): PayloadFate {
  if (action.kind === 'redirect') return { kind: 'respond', bytes: response(302, '', [`Location: ${action.to}`]) };
  if (action.kind === 'page') return { kind: 'respond', bytes: response(action.status, action.body, []) };
  return { kind: action.kind };
}

function response(status: number, body: string, headers: readonly string[]): Buffer {
  const bytes = Buffer.from(body, 'utf8');
  const head = [
    `HTTP/1.1 ${status} ${status === 302 ? 'Found' : 'OK'}`,
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${bytes.length}`,
    'Connection: close',
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** A selector without prefixes means every address, without ports every port. */
function pathMatcher({ prefixes, ports }: PathSelector): (to: Endpoint) => boolean {
  const list = new BlockList();
  for (const prefix of prefixes ?? []) {
    const [address = '', length] = prefix.split('/');
    list.addSubnet(address, Number(length), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return (to) =>
    (ports === undefined || ports.includes(to.port)) &&
    (prefixes === undefined || list.check(to.address, isIP(to.address) === 6 ? 'ipv6' : 'ipv4'));
}
