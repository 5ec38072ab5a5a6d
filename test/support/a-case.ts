import type { JudgeInput, NeutralRatios } from '../../engine/judge/case.ts';
import { judgeTarget } from '../../engine/judge/judge-target.ts';
import type { ObservationDraft } from '../../engine/step.ts';
import type { Environment } from '../../model/environment.ts';
import type { Failure, FailureKind, Step } from '../../model/failure.ts';
import type { Certificate, Observation, Purpose } from '../../model/observation.ts';
import type { Result, ResultState } from '../../model/result.ts';
import type { RouteKind, RouteSummary } from '../../model/route.ts';
import { resolvesRemotely } from '../../model/route.ts';
import type { Target } from '../../model/target.ts';
import type { Verdict } from '../../model/verdict.ts';

/** The service of every situation: its name, its true address and network, and those of a stranger and of a block page. */
export const name = 'service.example';
export const home = '104.16.7.1';
export const secondHome = '104.16.9.9';
export const stranger = '31.13.94.37';
export const otherCdn = '151.101.1.69';
export const stub = '188.186.154.79';

const networks: Readonly<Record<string, number>> = {
  [home]: 13335,
  [secondHome]: 13335,
  [stranger]: 32934,
  [otherCdn]: 54113,
  [stub]: 12389,
};

type Seen = ObservationDraft & { readonly purpose?: Purpose; readonly try?: 1 | 2 };

export interface Ran {
  readonly failure?: Failure;
  /** By default `ok` without a failure, `impaired` after a refusal by the server, else `failed`. */
  readonly state?: ResultState;
  readonly tries?: 0 | 1 | 2;
  readonly detail?: 'not-carried';
  readonly seen?: readonly Seen[];
}

export function failure(step: Step, kind: FailureKind, more: Pick<Failure, 'code' | 'detail'> = {}): Failure {
  return { step, kind, ...more };
}

/** One result; its observations get the ids `<route>-1`, `<route>-2`, … and, unless told otherwise, are the last try's. */
export function aResult(routeId: string, { failure: failed, state, tries, detail, seen = [] }: Ran = {}): Result {
  const ended = failed ? (failed.kind === 'http-status' ? 'impaired' : 'failed') : 'ok';
  const count = tries ?? (failed && failed.kind !== 'http-status' ? 2 : 1);
  return {
    targetId: 'service',
    routeId,
    state: state ?? ended,
    ...(failed ? { failure: failed } : {}),
    ...(detail ? { detail } : {}),
    ms: {},
    tries: count,
    observations: seen.map(
      (item, at) =>
        ({
          purpose: 'main',
          try: count === 2 ? 2 : 1,
          ...item,
          id: `${routeId}-${at + 1}`,
          startMs: at,
          ms: 1,
        }) as Observation,
    ),
  };
}

const answers = (addresses: readonly string[]) => addresses.map((address) => ({ address }));
const failing = (failed: Failure | undefined) => (failed ? { failure: failed } : {});

/** What the system's resolver said, of the service unless another name is given. */
export function told(addresses: readonly string[] | Failure, asked = name): Seen {
  const said = Array.isArray(addresses)
    ? { answers: answers(addresses) }
    : { answers: [], failure: addresses as Failure };
  return { step: 'resolve', resolver: 'system', name: asked, ...said };
}

/** What a resolver asked for comparison said; `later` came second to the same question. */
export function compared(
  resolver: 'udp' | 'doh',
  addresses: readonly string[] | Failure,
  later?: readonly string[],
): Seen {
  const laterAnswers = later ? { laterAnswers: [answers(later)] } : {};
  return { ...told(addresses), resolver, ...laterAnswers } as Seen;
}

export function connected(address: string, failed?: Failure, port = 443): Seen {
  return { step: 'connect', peer: 'target', address, port, ...failing(failed) };
}

export function proxied(failed?: Failure): Seen {
  return { step: 'proxy', requested: name, port: 443, ...failing(failed) };
}

export function certificate(issuer: string, leaf = issuer): Certificate {
  const fingerprint256 = Buffer.from(leaf.padEnd(32, '.')).subarray(0, 32).toString('hex');
  return { fingerprint256, subject: name, issuer, validFrom: '2026-01-01', validTo: '2027-01-01' };
}

export interface Shook {
  readonly failure?: Failure;
  /** Below TLS; 0 when it was cut without an answer. */
  readonly bytes?: number;
  readonly issuer?: string;
  readonly trust?: 'public' | 'system' | 'none';
  readonly serverName?: string;
}

/** A handshake: a valid public certificate unless told otherwise. */
export function shook(
  address: string | undefined,
  { failure: failed, bytes, issuer, trust, serverName }: Shook = {},
): Seen {
  const cut = failed !== undefined && issuer === undefined;
  const vouched = trust ?? (failed ? undefined : 'public');
  return {
    step: 'tls',
    peer: 'target',
    ...(address === undefined ? {} : { address }),
    port: 443,
    serverName: serverName ?? name,
    bytesReceived: bytes ?? (cut ? 0 : 3000),
    chain: cut ? [] : [certificate(issuer ?? 'Public Root')],
    ...(vouched ? { trust: vouched } : {}),
    ...failing(failed),
  };
}

export interface Page {
  readonly status?: number;
  readonly failure?: Failure;
  readonly url?: string;
  readonly redirects?: readonly string[];
  readonly location?: string;
  readonly received?: number;
}

export function page({ status, failure: failed, url, redirects = [], location, received }: Page = {}): Seen {
  return {
    step: 'http',
    port: 443,
    url: url ?? `https://${name}/`,
    ...(status === undefined && !failed ? { status: 200 } : status === undefined ? {} : { status }),
    headers: location === undefined ? {} : { location },
    bodyBytes: 100,
    bodyTruncated: false,
    redirects: redirects.map((from) => ({ url: from, status: 302 })),
    ...(received === undefined ? {} : { receivedBytes: received }),
    ...failing(failed),
  };
}

export function exchanged(
  address: string,
  failed?: Failure,
  transport: 'abridged' | 'obfuscated-padded' = 'obfuscated-padded',
  port = 443,
): Seen {
  return { step: 'mtproto', address, port, dc: 2, transport, stage: failed ? 'sent' : 'resPQ', ...failing(failed) };
}

export interface Timed {
  readonly bytes?: number;
  /** Bytes per second. */
  readonly goodput?: number;
  readonly failure?: Failure;
  readonly direction?: 'down' | 'up';
  readonly receivedBytes?: number;
}

/** Timed transfers of one route, the first try and, where it was repeated, the second. */
export function timed(...tries: readonly Timed[]): Seen[] {
  return tries.map(({ bytes = 262_144, direction = 'down', failure: failed, ...rest }, at) => ({
    step: 'transfer',
    purpose: 'throughput',
    try: at === 0 ? 1 : 2,
    port: 443,
    direction,
    bytes,
    chunks: 9,
    ...rest,
    ...failing(failed),
  }));
}

/** The same observations as a second look. */
export function look(purpose: Purpose, ...seen: readonly Seen[]): Seen[] {
  return seen.map((item) => ({ ...item, purpose, try: 1 as const }));
}

/** Everything that a result of a working https target shows. */
export const allWell: readonly Seen[] = [told([home]), connected(home), shook(home), page()];
/** The same through a proxy that resolves names itself. */
export const wellAbroad: readonly Seen[] = [proxied(), shook(undefined), page()];

export function aTarget(change: Partial<Target> = {}): Target {
  return {
    id: 'service',
    name: 'Service',
    group: 'test',
    protocol: 'https',
    url: `https://${name}/`,
    host: name,
    port: 443,
    ...change,
  };
}

export const plainTarget = aTarget({ protocol: 'http', url: `http://${name}/`, port: 80 });
export const tcpTarget = {
  id: 'service',
  name: 'Service',
  group: 'test',
  protocol: 'tcp',
  host: name,
  port: 22,
} as const;
export const telegram: Target = {
  id: 'service',
  name: 'DC 2',
  group: 'telegram',
  protocol: 'mtproto',
  host: '149.154.167.50',
  port: 443,
};

export interface AControl extends Ran {
  readonly id?: string;
  readonly kind?: RouteKind;
  readonly baselineOk?: boolean;
}

export interface Situation {
  readonly target?: Target;
  /** What the current connection saw. */
  readonly current?: Ran;
  /** `direct` unless it is another kind of route that is judged. */
  readonly currentKind?: RouteKind;
  /** By default one proxy abroad over which all is well; `[]` for none. */
  readonly controls?: readonly AControl[];
  readonly baselineOk?: boolean;
  readonly environment?: Partial<Environment>;
  readonly offline?: boolean;
  readonly whitelist?: boolean;
  readonly interceptingIssuers?: readonly string[];
  readonly neutralRatios?: NeutralRatios;
}

export const calmEnvironment: Environment = {
  platform: 'linux',
  tunnel: { up: false },
  systemProxy: null,
  captivePortal: false,
  connectsProveNothing: false,
  ipv6: 'works',
  clockSkewMs: 0,
  bypassTools: [],
  httpsScanning: false,
};

export function aRoute(id: string, kind: RouteKind, baselineOk = true): RouteSummary {
  const passed = baselineOk ? 3 : 0;
  return {
    id,
    kind,
    label: id,
    endpoint: null,
    remoteDns: resolvesRemotely(kind),
    baseline: { ok: baselineOk, passed, tried: 3 },
  };
}

/** A case for the judge, calm and with a working control wherever the situation does not say otherwise. */
export function aCase(situation: Situation = {}): JudgeInput {
  const { target = aTarget(), current = { seen: allWell }, controls = [{ seen: wellAbroad }] } = situation;
  const named = controls.map((control, at) => ({ id: at === 0 ? 'abroad' : `abroad-${at + 1}`, ...control }));
  return {
    target,
    results: [aResult('direct', current), ...named.map((control) => aResult(control.id, control))],
    routes: [
      aRoute('direct', situation.currentKind ?? 'direct', situation.baselineOk ?? true),
      ...named.map(({ id, kind = 'socks5h', baselineOk }) => aRoute(id, kind, baselineOk)),
    ],
    environment: { ...calmEnvironment, ...situation.environment },
    offline: situation.offline ?? false,
    whitelist: situation.whitelist ?? false,
    interceptingIssuers: situation.interceptingIssuers ?? [],
    ...(situation.neutralRatios === undefined ? {} : { neutralRatios: situation.neutralRatios }),
    facts: (address) => (networks[address] === undefined ? {} : { asn: networks[address] }),
    marks: {
      marks: [{ id: 'stub', country: 'ru', kind: 'address', pattern: stub, seen: '2024-10', source: 'test' }],
      never: [],
    },
  };
}

export function judge(situation: Situation): Verdict {
  return judgeTarget(aCase(situation));
}
