import type { Endpoint } from '../../model/address.ts';
import type { AddressFacts, RangesSource } from '../../model/cloud.ts';
import type { RunEvent } from '../../model/event.ts';
import type { Profile } from '../../model/report.ts';
import type { Route } from '../../model/route.ts';
import type { Target } from '../../model/target.ts';
import type { BlockPageMarks } from '../block-pages.ts';
import type { Clock } from '../clock.ts';
import type { Network } from '../network.ts';
import type { Timeouts, TrustStore } from '../step.ts';

/** A DoH server (RFC 8484), with addresses so that it can be reached without asking another resolver first. */
export interface DohServer {
  readonly url: string;
  readonly addresses: readonly string[];
}

/** What only the host can read of its machine; collected before a run, without sending anything. */
export interface HostFacts {
  readonly platform: string;
  /** `host:port` of the system's proxy, without credentials. */
  readonly systemProxy: string | null;
  /** Interfaces that hold a default route, most preferred first; empty where unknown. */
  readonly defaultRouteInterfaces: readonly string[];
  /** Running tools that alter this machine's own packets, by name (zapret, GoodbyeDPI, byedpi …). */
  readonly bypassTools: readonly string[];
}

export interface RunInput {
  readonly runId: string;
  readonly profile: Profile;
  readonly targets: readonly Target[];
  /** The first route is the one judged, the others are its controls. */
  readonly routes: readonly [Route, ...Route[]];
  /** Neutral endpoints, each with an `expect`. */
  readonly baselines: readonly Target[];
  /** Plain DNS server used as a comparator. */
  readonly dns: Endpoint;
  readonly doh: DohServer;
  readonly timeouts: Timeouts;
  /** Jobs under way at once. */
  readonly concurrency: number;
  readonly host: HostFacts;
  readonly ranges: RangesSource;
  readonly software: { readonly name: string; readonly version: string };
  /** Set where the network is a simulated one, so that every report says so. */
  readonly practice?: { readonly scenario: string };
  /** Who may be asked, in the deep profile, about the ranges of hosts that fail. Absent: nobody. */
  readonly siblings?: SiblingHosts;
}

/** A host that is no part of this run. */
export interface OtherHost {
  readonly target: Target;
  readonly source: 'own' | 'built-in';
}

export interface SiblingHosts {
  readonly targets: readonly OtherHost[];
  /** Addresses that somebody publishes for being asked; empty without the person's consent. */
  readonly addresses: readonly string[];
}

export interface RunDependencies {
  readonly network: Network;
  readonly clock: Clock;
  readonly trust: TrustStore;
  readonly facts: (address: string) => AddressFacts;
  readonly marks: BlockPageMarks;
}

export interface RunOptions {
  /** Aborting it ends the run within 100 ms; the report is then partial, and valid. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}
