import { isIPv4, isIPv6 } from 'node:net';
import type { Answer, Observation, ObservationOf } from '../../model/observation.ts';
import type { RouteSummary } from '../../model/route.ts';
import { toOoniFailure } from './ooni-failure.ts';

/** Seconds from the start of the measurement, to the microsecond. A file may hold any number, so never infinity. */
export function toSeconds(ms: number): number {
  return Number((Math.min(Math.max(ms, 0), Number.MAX_VALUE) / 1000).toFixed(6));
}

/**
 * What was seen in OONI's archival form: `queries` (df-002), `tcp_connect` (df-005), `tls_handshakes` (df-006), `requests`
 * (df-001, latest first), `network_events` (df-008). These speak of the target alone: what was done with a route's proxy stands
 * in `x_steps`, in the form of `waylight.report/1`, because a reader of `tcp_connect` would take a dead proxy for a blocked
 * site. So does what OONI has no list for.
 * @param startMs the start of the measurement, in milliseconds from the start of the run
 */
export function toOoniTestKeys(observations: readonly Observation[], route: RouteSummary, startMs: number) {
  const ofTarget = observations.filter((item) => !isOfProxy(item, route));
  const write = <S extends Observation['step'], T>(step: S, toEntry: (item: ObservationOf<S>, when: When) => T): T[] =>
    ofTarget
      .filter((item): item is ObservationOf<S> => item.step === step)
      .map((item) => toEntry(item, describe(item, startMs)));
  const latestFirst = write('http', toRequest).toSorted((a, b) => b.t0 - a.t0);
  return {
    agent: 'redirect',
    socksproxy: route.kind.startsWith('socks') ? route.endpoint : null,
    queries: write('resolve', toQuery),
    tcp_connect: write('connect', toTcpConnect).flat(),
    tls_handshakes: write('tls', toHandshake),
    requests: latestFirst,
    network_events: ofTarget.flatMap((item) => toEvents(item, describe(item, startMs))).toSorted((a, b) => a.t - b.t),
    x_steps: observations.filter((item) => isOfProxy(item, route) || !ooniSteps.has(item.step)),
  };
}

const ooniSteps: ReadonlySet<Observation['step']> = new Set(['resolve', 'connect', 'tls', 'http']);

function isOfProxy(item: Observation, { kind, endpoint }: RouteSummary): boolean {
  if (item.step === 'connect' || item.step === 'tls') return item.peer === 'proxy';
  if (item.step === 'mtproto') return item.proxyStage !== undefined;
  if (item.step !== 'resolve' || kind === 'direct' || kind === 'interface') return item.step === 'proxy';
  // The strict redaction takes the place away and puts this word for the name.
  const host = endpoint === null ? 'proxy' : endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return item.name.toLowerCase() === host.toLowerCase();
}

/** What every entry has. */
interface When {
  readonly t0: number;
  readonly t: number;
  readonly tags: readonly string[];
  /** The observation's id, which a verdict's evidence names. */
  readonly x_id: string;
}

function describe(item: Observation, startMs: number): When {
  const from = item.startMs - startMs;
  return {
    t0: toSeconds(from),
    t: toSeconds(from + item.ms),
    tags: [`purpose=${item.purpose}`, `try=${item.try}`],
    x_id: item.id,
  };
}

const engines = { system: 'getaddrinfo', udp: 'udp', doh: 'doh' } as const;

/** RFC 1035 4.1.1 and the registry that followed it. */
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

function toQuery(item: ObservationOf<'resolve'>, when: When) {
  const rcode = rcodes.indexOf(item.rcode ?? '');
  return {
    engine: engines[item.resolver],
    hostname: item.name,
    // One lookup of both families, as OONI writes getaddrinfo's too; over UDP and HTTPS these were two questions.
    query_type: 'ANY',
    ...(item.resolver === 'system' ? {} : { x_query_types: ['A', 'AAAA'] }),
    resolver_address: item.server ?? '',
    resolver_hostname: null,
    resolver_port: null,
    failure: toOoniFailure(item.failure),
    ...(rcode < 0 ? {} : { rcode }),
    answers: item.answers.map(toAnswer),
    ...(item.laterAnswers && { x_later_answers: item.laterAnswers.map((answers) => answers.map(toAnswer)) }),
    ...when,
  };
}

function toAnswer({ address, ttl, asn }: Answer) {
  const shared = { ttl: ttl ?? null, ...(asn === undefined ? {} : { asn }) };
  if (isIPv4(address)) return { answer_type: 'A', ipv4: address, ...shared };
  if (isIPv6(address)) return { answer_type: 'AAAA', ipv6: address, ...shared };
  // The user's own address, of which the redaction has left the class.
  return { answer_type: /6$/.test(address) ? 'AAAA' : 'A', x_hidden: address, ...shared };
}

/** Without an address there is nothing to list; the event tells of it. */
function toTcpConnect({ address = '', port, failure }: ObservationOf<'connect'>, when: When) {
  if (!isIPv4(address) && !isIPv6(address)) return [];
  return [{ ip: address, port, status: { failure: toOoniFailure(failure), success: failure === undefined }, ...when }];
}

/** `IP:port`; undefined where the address is not known or hidden. */
function toEndpoint({ address = '', port }: { readonly address?: string | undefined; readonly port: number }) {
  if (isIPv4(address)) return `${address}:${port}`;
  return isIPv6(address) ? `[${address}]:${port}` : undefined;
}

function toHandshake(item: ObservationOf<'tls'>, when: When) {
  return {
    network: 'tcp',
    address: toEndpoint(item) ?? '',
    server_name: item.serverName ?? '',
    failure: toOoniFailure(item.failure),
    tls_version: item.version ?? '',
    cipher_suite: '',
    negotiated_protocol: '',
    no_tls_verify: false,
    // Only fingerprints are kept, never the certificates themselves.
    peer_certificates: [],
    x_peer_certificates: item.chain.map(({ fingerprint256, subject, issuer, validFrom, validTo }) => ({
      sha256: fingerprint256,
      subject,
      issuer,
      not_before: validFrom,
      not_after: validTo,
    })),
    ...(item.trust && { x_trust: item.trust }),
    x_bytes_received: item.bytesReceived,
    ...when,
  };
}

function toRequest(item: ObservationOf<'http'>, when: When) {
  const address = toEndpoint(item);
  return {
    network: 'tcp',
    ...(address === undefined ? {} : { address }),
    failure: toOoniFailure(item.failure),
    request: {
      method: 'GET',
      url: item.url,
      headers: {},
      headers_list: [],
      body: '',
      body_is_truncated: false,
      tor: { exit_ip: null, exit_name: null, is_tor: false },
      x_transport: 'tcp',
    },
    response: {
      code: item.status ?? 0,
      headers: item.headers,
      headers_list: Object.entries(item.headers),
      body: '',
      // Pages are not kept: of any body all is cut off.
      body_is_truncated: item.bodyBytes > 0,
      x_body_bytes: item.bodyBytes,
      ...(item.bodySha256 === undefined ? {} : { x_body_sha256: item.bodySha256 }),
      ...(item.title === undefined ? {} : { x_title: item.title }),
    },
    ...(item.mark === undefined ? {} : { x_block_page_mark: item.mark }),
    ...(item.foreignHost === undefined ? {} : { x_foreign_host: item.foreignHost }),
    ...when,
  };
}

function toEvents(item: Observation, when: When) {
  const address = 'address' in item ? toEndpoint(item) : undefined;
  const shared = { proto: 'tcp', ...(address === undefined ? {} : { address }) };
  const failure = toOoniFailure(item.failure);
  /** How much a connection had received when the step was over. */
  const received = (bytes: number | undefined) =>
    bytes === undefined
      ? []
      : [
          {
            ...shared,
            operation: 'bytes_received_cumulative',
            failure: null,
            num_bytes: bytes,
            ...when,
            t0: when.t,
          },
        ];
  switch (item.step) {
    case 'connect':
      return [{ ...shared, operation: 'connect', failure, ...when }];
    case 'tls':
      return received(item.bytesReceived);
    case 'http':
      return received(item.receivedBytes);
    case 'transfer': {
      const operation = item.direction === 'down' ? 'read' : 'write';
      return [{ ...shared, operation, failure, num_bytes: item.bytes, ...when }, ...received(item.receivedBytes)];
    }
    case 'mtproto': {
      const bytes = item.bytesReceived === undefined ? {} : { num_bytes: item.bytesReceived };
      return [{ ...shared, operation: 'read', failure, ...bytes, ...when }];
    }
    case 'websocket':
      return [{ ...shared, operation: 'read', failure, ...when }];
    default:
      return [];
  }
}
