import type { Problem } from '../../model/problem.ts';
import type { InterfaceRoute, MtproxyRoute, ProxyRouteKind } from '../../model/route.ts';
import type { Preset } from '../../model/route-view.ts';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { Target } from '../../model/target.ts';

export const maxRoutes = 1000;
/** As many as a check on the command line takes. */
export const maxEnabledRoutes = 256;
export const maxOwnTargets = 10_000;
export const maxPresets = 100;
/** Of one route. */
export const maxLatencies = 20;

interface KeptBase {
  readonly id: string;
  readonly label: string;
  readonly enabled: boolean;
}

export interface KeptInterface extends KeptBase {
  readonly kind: InterfaceRoute['kind'];
  readonly interface: string;
}

export interface KeptProxy extends KeptBase {
  readonly kind: ProxyRouteKind | MtproxyRoute['kind'];
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  /** The password, or a MTProxy's secret in hexadecimal. In memory only: the file holds it sealed. */
  readonly secret?: string;
  /**
   * There was a secret, and it cannot be had: what the file holds of it, or null where it was only ever in memory. Until
   * it is typed again nothing goes over this route.
   */
  readonly lost?: string | null;
}

/** A saved route. The current connection is none: it is always there. */
export type KeptRoute = KeptInterface | KeptProxy;

/** Everything that outlives the app but the runs. */
export interface SettingsState {
  readonly settings: Settings;
  /** In their order, without the current connection, which comes before them. */
  readonly routes: readonly KeptRoute[];
  readonly presets: readonly Preset[];
  /** Where a person's choice differs from the profile's: ids of targets switched off, and switched on. */
  readonly targets: { readonly off: readonly string[]; readonly on: readonly string[] };
  readonly ownTargets: readonly Target[];
  /** By route id, the current connection's under `direct`; oldest first, null where there was no answer. */
  readonly latencies: ReadonlyMap<string, readonly (number | null)[]>;
}

export const emptyState: SettingsState = {
  settings: defaultSettings,
  routes: [],
  presets: [],
  targets: { off: [], on: [] },
  ownTargets: [],
  latencies: new Map(),
};

export interface SettingsStore {
  readonly state: () => SettingsState;
  /**
   * Changes the state at once and tells the listeners, then writes it. Resolves when what is on disk is this state or a
   * later one; to `not-kept` where it could not be written, or `changed-elsewhere` where another process has written: the
   * state then lives in memory, and the next change tries again.
   */
  readonly change: (apply: (state: SettingsState) => SettingsState) => Promise<Problem | undefined>;
  /** Returns what ends it. */
  readonly onChange: (listener: (now: SettingsState, before: SettingsState) => void) => () => void;
  /** Milliseconds to the first byte over a route, or null where nothing answered. Written some seconds later. */
  readonly recordLatency: (routeId: string, ms: number | null) => void;
  /** Files that could not be read and were kept under another name. */
  readonly setAside: readonly { readonly file: string; readonly keptAs: string }[];
  /** Forgets all, and removes the file and its set-aside copies. Resolves to `not-kept` where a file would not go. */
  readonly reset: () => Promise<Problem | undefined>;
  /** Writes what is not written yet; before the app closes. */
  readonly flush: () => Promise<Problem | undefined>;
}
