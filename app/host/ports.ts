import type { Answer, HandOver, HostEvent, HostInfo, LinkName, SaveOutcome, ScreenName } from '../../model/contract.ts';
import type { RunReport } from '../../model/report.ts';
import type {
  Availability,
  ConfirmedChange,
  ConfirmedRouteChange,
  RunComparison,
  StoredRun,
  VerdictChange,
} from '../../model/run-view.ts';
import type { Settings } from '../../model/settings.ts';

/**
 * Where secrets are kept. What `seal` gives may be written to a file: only this person on this machine can open it. Without a
 * key store there is nothing to seal with: `seal` resolves to undefined and the caller keeps the secret in memory.
 */
export interface SecretBox {
  readonly place: HostInfo['secrets'];
  seal(text: string): Promise<string | undefined>;
  /** Undefined where it cannot be opened: another machine's, or damaged. Never rejects. */
  open(sealed: string): Promise<string | undefined>;
}

/** A file a person saves; the host asks where, the page never names a path. */
export interface SavedFile {
  /** Suggested name with its ending. */
  readonly name: string;
  readonly mediaType: string;
  readonly text: string;
}

/** A file that is no text, as {@link SavedFile} is one. */
export interface PrintedFile extends Omit<SavedFile, 'text'> {
  readonly bytes: Uint8Array;
}

/** The process the engine runs in: structured-clone messages to and fro. */
export interface EngineChild {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told once, however it ended. */
  onExit(listener: () => void): void;
  /** Ends it at once: a hung look-up must not keep it. */
  kill(): void;
}

export interface ChangeNotice {
  readonly changes: readonly ConfirmedChange[];
  readonly routes: readonly ConfirmedRouteChange[];
}

/** What the desktop and the web host each do in their own way. */
export interface HostPorts {
  readonly info: Omit<HostInfo, 'secrets' | 'dataFolder' | 'setAside'>;
  readonly dataFolder: string;
  /** Where the built program is: its address tables lie in `ranges/` there. */
  readonly programFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: SecretBox;
  readonly spawnEngine: () => EngineChild;
  readonly saveFile: (file: SavedFile) => Promise<SaveOutcome>;
  /** Where the host `can.pdf`: prints a page of ours, and asks where the file goes. Both reject where they cannot. */
  readonly pdf?: {
    readonly print: (page: string) => Promise<Uint8Array>;
    readonly save: (file: PrintedFile) => Promise<SaveOutcome>;
  };
  readonly copyText: (text: string) => Promise<HandOver>;
  /** `tg://` links made by us, and nothing else. */
  readonly openTelegramLink: (link: string) => Promise<HandOver>;
  readonly openLink: (link: LinkName) => Promise<HandOver>;
  readonly openFolder: (path: string) => Promise<boolean>;
  /** Proxies set for this machine, as `scheme://host:port`; the environment's are found without it. */
  readonly systemProxies: () => Promise<readonly string[]>;
  /** The chosen settings, at the start and after each change: theme, zoom, tray, start at login. */
  readonly applySettings: (settings: Settings) => void;
  /**
   * A finished check, so that the host can colour its tray. Never called for practice, nor for a second look. The report is
   * redacted at `standard`, and its results have no observations.
   */
  readonly checkFinished: (report: RunReport) => void;
  /** Changes that two checks in a row have shown, at most once after each check, and never none at all. */
  readonly notify: (news: ChangeNotice) => void;
  /** Where the system tells of sleep; elsewhere the clock does. Returns what ends it. */
  readonly onPower?: (listener: (event: 'suspend' | 'resume') => void) => () => void;
}

/** What both hosts serve. */
export interface Host {
  /** Checks the name and the input against the contract and answers; never rejects. */
  call(name: unknown, input: unknown): Promise<Answer<unknown>>;
  /** Returns what ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void;
  /** Asks every page to show a screen. */
  show(screen: ScreenName): void;
  /** Ends the run under way and the engine's process, and writes what is still to be written. */
  close(): Promise<void>;
}

/** A finished or partial run with what is kept of it: redacted at `standard` before it comes here. */
export interface KeptRun {
  readonly kind: 'check' | 'practice';
  readonly scenario?: string;
  readonly report: RunReport;
}

/** How much of the history is kept. */
export interface PruneLimits {
  readonly days: number;
  /** Of the database, without what is free in it. */
  readonly bytes: number;
}

/** Runs that outlive the app. */
export interface RunStore {
  add(run: KeptRun): void;
  /** Newest first. */
  list(limit: number): readonly StoredRun[];
  read(runId: string): KeptRun | undefined;
  /** Verdicts that differ from the last run of the same kind and scenario before this one; null without such a run. */
  changesSinceLast(run: KeptRun): readonly VerdictChange[] | null;
  compare(a: string, b: string): RunComparison | undefined;
  /** Checks of the last `days` only, no practice. */
  availability(days: number): readonly Availability[];
  remove(runId: string): void;
  removeAll(): void;
  /** Bytes on disk and number of runs. */
  size(): { readonly bytes: number; readonly runs: number };
  /** What is kept after each run that is added, whoever adds it: 90 days and 500 MiB unless a person chose. */
  limits(): PruneLimits;
  /** Chooses that. What it does not allow goes with the next run that is added: a slip of the hand costs nothing. */
  limit(limits: PruneLimits): void;
  close(): void;
}
