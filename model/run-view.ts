import type { CloudFinding, RangesSource } from './cloud.ts';
import type { Environment } from './environment.ts';
import type { Problem } from './problem.ts';
import type { Profile, RunReport, SiblingProbe } from './report.ts';
import type { Result } from './result.ts';
import type { RouteSummary } from './route.ts';
import type { TelegramChoice, TelegramSummary } from './telegram-summary.ts';
import type { Verdict } from './verdict.ts';

/** One target over one route without what was observed, which is read when somebody opens the row. */
export type Cell = Omit<Result, 'observations'>;

export type RunTarget = RunReport['targets'][number];

/** What a run sets out to do; known before its first packet. */
export interface RunPlan {
  readonly runId: string;
  /** `practice` runs in the simulated network of `scenario`. */
  readonly kind: 'check' | 'practice';
  readonly scenario?: string;
  readonly profile: Profile;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly targets: readonly RunTarget[];
  /** Before the gate is through, with a baseline of 0 of 0. */
  readonly routes: readonly RouteSummary[];
  readonly jobs: number;
}

/** A target whose verdict differs from that of the last check of the same kind. */
export interface VerdictChange {
  readonly targetId: string;
  readonly from: Verdict['verdict'];
  readonly to: Verdict['verdict'];
}

/** A service that has come to do otherwise over one route, in two checks one after the other. */
export interface ConfirmedChange {
  readonly targetId: string;
  readonly name: string;
  readonly routeId: string;
  readonly label: string;
  /** `ok`, `impaired` or `failed`. */
  readonly from: Cell['state'];
  readonly to: Cell['state'];
  /** Where that has changed too. */
  readonly verdict?: { readonly from: Verdict['verdict']; readonly to: Verdict['verdict'] };
  /** When `to` was first seen: the end of that check (ISO 8601 UTC). */
  readonly since: string;
}

/** A route that has come to carry nothing at all, or something again. Says all there is to say of the services over it. */
export interface ConfirmedRouteChange {
  readonly routeId: string;
  readonly label: string;
  readonly from: 'works' | 'dead';
  readonly to: 'works' | 'dead';
  /** As of a {@link ConfirmedChange}. */
  readonly since: string;
}

/** What has changed from check to check in this network, as far as that is sure. */
export interface ChangesView {
  /** Targets that are looked at once more in the background, to be sure; null for none. */
  readonly recheck: { readonly targets: number; readonly state: 'waiting' | 'running' } | null;
  /** Those that were confirmed last, at most `mostChanges` of each; empty where there are none. */
  readonly changes: readonly ConfirmedChange[];
  readonly routes: readonly ConfirmedRouteChange[];
}

/** Changes that are kept to be shown. */
export const mostChanges = 200;

/** What can be said once a run is over. */
export interface RunOutcome {
  readonly partial: boolean;
  /** ISO 8601 UTC. */
  readonly finishedAt: string;
  readonly telegram: TelegramSummary | null;
  /** The best route for Telegram; null where it works over none. */
  readonly choice: TelegramChoice | null;
  readonly cloud: readonly CloudFinding[];
  /** Hosts a deep check probed beside those that failed; empty for any other. */
  readonly siblings: readonly SiblingProbe[];
  readonly ranges: RangesSource;
  /** Null where there is no earlier check to compare with. */
  readonly changes: readonly VerdictChange[] | null;
  /** What did not work out around it, such as a history that could not be written to. */
  readonly problems: readonly Problem[];
}

/** How a run stands: everything a screen needs but the observations. */
export interface RunView {
  readonly plan: RunPlan;
  readonly environment: Environment | null;
  readonly cells: readonly Cell[];
  readonly verdicts: readonly Verdict[];
  /** While it goes on: the hosts found on clouds so far, without a score. Empty once there is an outcome, which has them all. */
  readonly cloud: readonly CloudFinding[];
  readonly done: number;
  readonly outcome: RunOutcome | null;
  /** Set where the run ended without a report: the engine's process was lost. */
  readonly lost: boolean;
}

/** What changed since the update before; in the order in which it happened. */
export type RunUpdate =
  | { readonly type: 'started'; readonly plan: RunPlan }
  | { readonly type: 'gate'; readonly environment: Environment; readonly routes: readonly RouteSummary[] }
  /**
   * A deep check says a cell of the first route again when it has repeated what failed: then `done` counts it twice, and `jobs`,
   * where present, is how many there are now instead of what the plan says.
   */
  | { readonly type: 'cells'; readonly cells: readonly Cell[]; readonly done: number; readonly jobs?: number }
  | { readonly type: 'verdicts'; readonly verdicts: readonly Verdict[] }
  /** Addresses of hosts on clouds that were not told before, without a score: that needs all the others. */
  | { readonly type: 'cloud'; readonly cloud: readonly CloudFinding[] }
  | { readonly type: 'finished'; readonly outcome: RunOutcome }
  | { readonly type: 'lost' };

/** One target in full: what the detail screen shows. */
export interface TargetDetail {
  readonly target: RunTarget;
  /** One per route, in their order, with their observations. */
  readonly results: readonly Result[];
  readonly verdict: Verdict | null;
  readonly cloud: readonly CloudFinding[];
}

/** A run that is kept, as a line of a list. */
export interface StoredRun {
  readonly runId: string;
  readonly kind: 'check' | 'practice';
  readonly scenario?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly partial: boolean;
  readonly profile: Profile;
  readonly targets: number;
  readonly routes: readonly { readonly id: string; readonly label: string; readonly ok: number }[];
  readonly verdicts: Readonly<Partial<Record<Verdict['verdict'], number>>>;
}

/** What is different in run `b` from run `a`, line by line; targets or routes that only one of them has are not compared. */
export interface RunComparison {
  readonly a: StoredRun;
  readonly b: StoredRun;
  readonly changes: readonly {
    readonly targetId: string;
    readonly name: string;
    readonly group: string;
    /** `since`: when the first of the checks began that all had it so until `b` (ISO 8601). */
    readonly verdict?: { readonly from: Verdict['verdict']; readonly to: Verdict['verdict']; readonly since: string };
    readonly cells: readonly {
      readonly routeId: string;
      readonly label: string;
      readonly from: Pick<Cell, 'state' | 'failure'>;
      readonly to: Pick<Cell, 'state' | 'failure'>;
      readonly since: string;
    }[];
  }[];
}

/** Checks an availability tells one by one. */
export const mostPoints = 60;

/** How a service did over one route in the checks of some time. */
export interface Availability {
  readonly targetId: string;
  readonly name: string;
  readonly routeId: string;
  readonly label: string;
  /** Checks that tell something: not those in which it was skipped, or that were stopped before it. */
  readonly counted: number;
  /** Those of them in which it worked, with loss or without. */
  readonly ok: number;
  /** When the failures that go on until now began (ISO 8601); absent while it works. */
  readonly failingSince?: string;
  /** The last `mostPoints` checks, oldest first. */
  readonly points: readonly { readonly runId: string; readonly at: string; readonly state: Cell['state'] }[];
}
