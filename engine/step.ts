import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { AddressFacts } from '../model/cloud.ts';
import type { Failure } from '../model/failure.ts';
import type { Observation, Purpose } from '../model/observation.ts';
import type { Clock } from './clock.ts';
import type { Network } from './network.ts';

/** Deadlines in milliseconds; the defaults are those of measurement practice, all can be set. */
export interface Timeouts {
  readonly resolve: number;
  readonly connect: number;
  readonly proxy: number;
  readonly tls: number;
  readonly firstByte: number;
  /** Longest silence while a body or a reply is being received. */
  readonly stall: number;
  /** From the MTProto payload to a complete resPQ. */
  readonly mtproto: number;
  /** One target over one route, one try. */
  readonly job: number;
}

export const defaultTimeouts: Timeouts = {
  resolve: 4000,
  connect: 5000,
  proxy: 8000,
  tls: 6000,
  firstByte: 8000,
  stall: 5000,
  mtproto: 4000,
  job: 25_000,
};

/** Which roots are trusted, and on whose word. One secure context is built per run: building it is slow. */
export interface TrustStore {
  readonly secureContext: SecureContext;
  /** Who vouches for a root certificate, by its SHA-256 fingerprint (lower-case hex, no colons). */
  vouches(rootFingerprint256: string): 'public' | 'system' | 'extra' | 'none';
  /**
   * The fingerprint of a root that issued this certificate, by name and signature. A peer may send a chain that ends in a
   * cross-signed certificate whose own issuer nobody trusts any more, while one of ours signed it too.
   */
  anchorOf(certificate: X509Certificate): string | undefined;
}

type Draft<T> = T extends Observation ? Omit<T, 'id' | 'purpose' | 'try' | 'startMs' | 'ms'> : never;
/** What a step has to say; identity, purpose, try and times are added by {@link StepContext.record}. */
export type ObservationDraft = Draft<Observation>;

/** What every step gets: the world, the clock, the way to stop it, and where to write down what it saw. */
export interface StepContext {
  readonly network: Network;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
  readonly trust: TrustStore;
  readonly facts: (address: string) => AddressFacts;
  /** Writes one observation that began at `startedAt` (clock.now()) and ends now; returns its id. */
  record(startedAt: number, observation: ObservationDraft): string;
}

/** The run's own bookkeeping for one line of work; `record` of a StepContext closes over it. */
export interface Attempt {
  readonly purpose: Purpose;
  readonly try: 1 | 2 | 3;
}

/** A failure is data: steps never reject for a network cause, and always record exactly one observation. */
export type StepResult<T> =
  | { readonly ok: true; readonly value: T; readonly observation: string }
  | { readonly ok: false; readonly failure: Failure; readonly observation: string };

/** A byte stream to a peer, however many proxies lie between. */
export interface Connection {
  readonly socket: Duplex;
  /** The target's address, where this side knows it. */
  readonly address?: string;
  readonly port: number;
  /** Bytes received from the peer so far below TLS, what a box that counts packets counts, and when (clock.now()) the last came. */
  readonly wire?: { readonly bytesReceived: number; readonly lastReceivedAt?: number };
}

export interface Destination {
  /** A name in ASCII form, or an address literal. */
  readonly host: string;
  readonly port: number;
}

/**
 * A route as a function: SOCKS, CONNECT and the like each wrap another dialer. Dialling records a `connect` observation
 * (to the proxy, for a proxy) and, for proxies, a `proxy` one.
 */
export interface Dialer {
  /** True when a name may be given to `dial` and is resolved at the far end. */
  readonly remoteDns: boolean;
  /** True when this route can carry the destination at all. */
  dial(to: Destination, context: StepContext): Promise<StepResult<Connection>>;
}
