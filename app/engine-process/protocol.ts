import type { SiblingHosts } from '../../engine/run/run-input.ts';
import type {
  Answer,
  Input,
  LookupAnswer,
  RangesInfo,
  Reading2018,
  ReportFormat,
  ReportPreview,
} from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { Profile, Redaction, RunReport } from '../../model/report.ts';
import type { Route } from '../../model/route.ts';
import type { DetectedRoute, RouteTest } from '../../model/route-view.ts';
import type {
  Availability,
  RunComparison,
  RunOutcome,
  RunUpdate,
  RunView,
  StoredRun,
  TargetDetail,
} from '../../model/run-view.ts';
import type { Language } from '../../model/settings.ts';
import type { Target } from '../../model/target.ts';
import type { PruneLimits, SavedFile } from '../host/ports.ts';

/** What the engine's process has to know before anything else. Holds no credential. */
export interface EngineSetup {
  readonly dataFolder: string;
  /** Its address tables lie in `ranges/` there. */
  readonly programFolder: string;
  /** What WAYLIGHT_AWS_RANGES names, as the command line takes it. */
  readonly rangesFile: string | null;
  /** `host:port` of the proxy the environment names, without credentials. */
  readonly systemProxy: string | null;
  readonly software: { readonly name: string; readonly version: string };
}

/** What is to be measured. The routes hold their credentials, as those of two questions do. */
export type RunOrder =
  | {
      readonly kind: 'check';
      readonly runId: string;
      readonly profile: Profile;
      readonly targets: readonly Target[];
      readonly routes: readonly [Route, ...Route[]];
      readonly siblings?: SiblingHosts;
      /** A second look at a few targets, in the background: it is neither remembered nor kept. */
      readonly recheck?: true;
    }
  | {
      readonly kind: 'practice';
      readonly runId: string;
      readonly scenario: string;
      /** Ids of practice proxies that are switched off. */
      readonly without: readonly string[];
    };

/** What happened to this machine during a run, so that whatever failed in it proves nothing. */
export type Disturbance = 'machine-slept' | 'network-changed';

/** What can be asked of the engine's process at any time, by name: what goes in and what comes back. */
export interface Questions {
  readRanges: (input: null) => RangesInfo;
  updateRanges: (input: { readonly text: string }) => RangesInfo;
  /** Over this one route; a run that begins ends it. */
  refreshRanges: (input: { readonly route: Route }) => { readonly updated: boolean; readonly info: RangesInfo };
  read2018: (input: { readonly addresses: readonly string[] }) => Reading2018;
  lookUp: (input: { readonly words: readonly string[] }) => readonly LookupAnswer[];
  /** Of this machine's own address only. */
  findListeningProxies: (input: { readonly ports: readonly number[] }) => readonly ListeningProxy[];
  testRoute: (input: { readonly route: Route }) => RouteTest;
  previewReport: (input: { readonly runId: string; readonly redaction: Redaction }) => ReportPreview;
  writeReport: (input: {
    readonly runId: string;
    readonly redaction: Redaction;
    /** A page is printed by the host. */
    readonly format: Exclude<ReportFormat, 'pdf'>;
    readonly language: Language;
  }) => SavedFile;
  writeLetter: (input: Input<'saveLetter'>) => SavedFile;
  readRun: (input: { readonly runId: string }) => RunView;
  readTarget: (input: { readonly runId: string; readonly targetId: string }) => TargetDetail;
  listRuns: (input: { readonly limit: number }) => readonly StoredRun[];
  compareRuns: (input: { readonly a: string; readonly b: string }) => RunComparison;
  readAvailability: (input: { readonly days: number }) => readonly Availability[];
  removeRun: (input: { readonly runId: string }) => null;
  removeAllRuns: (input: null) => null;
  readHistorySize: (input: null) => {
    readonly bytes: number;
    readonly runs: number;
    readonly limits: PruneLimits;
  };
  limitHistory: (input: PruneLimits) => null;
}
export type QuestionName = keyof Questions;
export type QuestionInput<N extends QuestionName> = Parameters<Questions[N]>[0];
export type QuestionOutput<N extends QuestionName> = ReturnType<Questions[N]>;

export type ListeningProxy = Pick<DetectedRoute, 'kind' | 'host' | 'port'>;

/** From the host to the engine's process. */
export type ToEngine =
  | { readonly type: 'setup'; readonly setup: EngineSetup }
  | { readonly type: 'ask'; readonly id: number; readonly name: QuestionName; readonly input: unknown }
  | { readonly type: 'run'; readonly order: RunOrder }
  | { readonly type: 'cancel'; readonly runId: string; readonly disturbance?: Disturbance }
  /** The last run of a process that was lost, as it had packed it. */
  | { readonly type: 'remember'; readonly packed: Uint8Array };

/** What is left of a run when it is over. */
export interface RunEnd {
  readonly outcome: RunOutcome;
  /** Redacted at `standard`, and its results without their observations. */
  readonly report: RunReport;
  /** Milliseconds to the first byte of the quickest neutral site or service over each route; null where none answered. */
  readonly latencies: readonly { readonly routeId: string; readonly ms: number | null }[];
  /** Set where nothing that failed counts: it is told as not tested, and the run is not kept. */
  readonly disturbance?: Disturbance;
  /** The whole of it, not redacted, for a process that comes after this one. Not to be written to any file. */
  readonly packed: Uint8Array;
}

/** From the engine's process to the host. */
export type FromEngine =
  /** Every second of a run, whatever else is said. */
  | { readonly type: 'alive' }
  | { readonly type: 'answer'; readonly id: number; readonly answer: Answer<unknown> }
  | { readonly type: 'updates'; readonly runId: string; readonly updates: readonly RunUpdate[] }
  /** Nothing is sent or awaited any more; the report is being made. */
  | { readonly type: 'measured'; readonly runId: string }
  | { readonly type: 'ended'; readonly runId: string; readonly end: RunEnd }
  /** It could not be begun: not one packet was sent. */
  | { readonly type: 'refused'; readonly runId: string; readonly problems: readonly Problem[] };

/** Cells and verdicts in one message, at most. */
export const mostItems = 200;
