import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Answer, Bridge, HostEvent, HostInfo, RangesInfo, ScreenName } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { RoutesView } from '../../model/route-view.ts';
import type { ChangesView } from '../../model/run-view.ts';
import type { Settings } from '../../model/settings.ts';
import { createRunReceiver, onNextFrame, type Schedule } from './receive-runs.ts';
import { openRunState, type RunState } from './run-state.ts';

/** Where a person is. A target is opened over the screen it was chosen on; `runId` is absent for the run on screen. */
export interface Place {
  readonly screen: ScreenName;
  readonly target?: { readonly runId: string; readonly targetId: string };
  /** On the Report screen: the letter that is to be written. */
  readonly letter?: { readonly runId: string; readonly targetId: string };
  /** The target one comes back from: what shows it (`data-target-id`) takes the focus. */
  readonly backFrom?: string;
}

/** Something worth saying at the foot of the window. Problems stay until they are closed. */
export interface Notice {
  readonly id: number;
  readonly tone: 'problem' | 'done';
  readonly problems?: readonly Problem[];
  /** A key of the interface's texts under `notices`. */
  readonly says?: 'copied' | 'saved' | 'preset-saved' | 'imported' | 'deleted' | 'ranges-updated';
  readonly values?: Readonly<Record<string, string | number>>;
}

export interface AppState {
  readonly bridge: Bridge;
  readonly host: HostInfo;
  readonly settings: Settings;
  readonly routes: RoutesView;
  /** What Amazon's ranges are known from; null until somebody wanted to see it. */
  readonly ranges: RangesInfo | null;
  /** What has changed from check to check; null until somebody wanted to see it. */
  readonly changes: ChangesView | null;
  /** The run on screen; null before the first one. */
  readonly run: RunState | null;
  /** The last check, while a practice run is on screen in its place. */
  readonly lastCheck: RunState | null;
  /** Whether the practice network is looked at before there is consent. */
  readonly touring: boolean;
  readonly place: Place;
  readonly notices: readonly Notice[];

  readonly go: (place: Place) => void;
  /** Takes a call's answer: its value, or undefined after its problems were put where a person sees them. */
  readonly settle: <T>(answer: Answer<T> | Promise<Answer<T>>) => Promise<T | undefined>;
  readonly say: (notice: Omit<Notice, 'id'>) => void;
  readonly dismiss: (id: number) => void;
  readonly receive: (event: HostEvent) => void;
  readonly setSettings: (settings: Settings) => void;
  readonly setRoutes: (routes: RoutesView) => void;
  readonly setChanges: (changes: ChangesView) => void;
  readonly setRanges: (ranges: RangesInfo) => void;
  readonly setTouring: (touring: boolean) => void;
  /** Puts a run that is over, or none, on screen. */
  readonly showRun: (run: RunState | null) => void;
}

export type AppStore = StoreApi<AppState>;

/** What has to be known before the first picture is drawn. */
export interface Opening {
  readonly host: HostInfo;
  readonly settings: Settings;
  readonly routes: RoutesView;
  readonly current: { readonly run: RunState; readonly seq: number } | null;
}

/** Reads the opening state; the answer holds the problems where the host cannot be reached. */
export async function readOpening(bridge: Bridge): Promise<Answer<Opening>> {
  const [host, settings, routes, current] = await Promise.all([
    bridge.readHost(),
    bridge.readSettings(),
    bridge.readRoutes(),
    bridge.readCurrentRun(),
  ]);
  if (!host.ok) return host;
  if (!settings.ok) return settings;
  if (!routes.ok) return routes;
  if (!current.ok) return current;
  const { value } = current;
  return {
    ok: true,
    value: {
      host: host.value,
      settings: settings.value,
      routes: routes.value,
      current: value && { run: openRunState(value.view), seq: value.seq },
    },
  };
}

/** The interface's whole state, without React. It subscribes to the host by itself; `close` ends that. */
export function createAppStore(
  bridge: Bridge,
  opening: Opening,
  schedule: Schedule = onNextFrame,
): { readonly store: AppStore; close(): void } {
  let noticeId = 0;
  const store = createStore<AppState>()((set, get) => ({
    bridge,
    host: opening.host,
    settings: opening.settings,
    routes: opening.routes,
    ranges: null,
    changes: null,
    run: opening.current?.run ?? null,
    lastCheck: null,
    touring: false,
    place: { screen: 'check' },
    notices: opening.host.setAside.map(({ file, keptAs }) => ({
      id: ++noticeId,
      tone: 'problem' as const,
      problems: [{ code: 'file-set-aside', params: { file, keptAs } }],
    })),
    go: (place) => set({ place }),
    settle: async (pending) => {
      const answer = await pending;
      if (answer.ok) return answer.value;
      get().say({ tone: 'problem', problems: answer.problems });
      return undefined;
    },
    say: (notice) => set(({ notices }) => ({ notices: [...notices.slice(-3), { ...notice, id: ++noticeId }] })),
    dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
    setSettings: (settings) => set({ settings }),
    setRoutes: (routes) => set({ routes }),
    setRanges: (ranges) => set({ ranges }),
    setChanges: (changes) => set({ changes }),
    setTouring: (touring) => set({ touring }),
    showRun: (run) => runs.show(run),
    receive: (event) => {
      if (event.type === 'settings') set({ settings: event.settings });
      else if (event.type === 'routes') set({ routes: event.view });
      else if (event.type === 'ranges') set({ ranges: event.info });
      else if (event.type === 'changes') set({ changes: event.view });
      else if (event.type === 'show') set({ place: { screen: event.screen } });
      else if (event.type === 'missed') void catchUp();
      else receiveRun(event);
    },
  }));

  const runs = createRunReceiver({
    bridge,
    opening: opening.current,
    schedule,
    read: () => store.getState().run,
    write: (run) =>
      store.setState((before) => ({
        run,
        lastCheck: run?.plan.kind === 'practice' ? lastCheckOf(before) : null,
      })),
  });
  function receiveRun(event: HostEvent & { readonly type: 'run' }): void {
    runs.receive(event);
    const problems = event.updates.flatMap((update) => (update.type === 'finished' ? update.outcome.problems : []));
    if (problems.length > 0) store.getState().say({ tone: 'problem', problems });
  }
  async function catchUp(): Promise<void> {
    runs.catchUp();
    const [settings, routes] = await Promise.all([bridge.readSettings(), bridge.readRoutes()]);
    if (settings.ok) store.setState({ settings: settings.value });
    if (routes.ok) store.setState({ routes: routes.value });
    const changes = store.getState().changes && (await bridge.readChanges());
    if (changes?.ok) store.setState({ changes: changes.value });
    const ranges = store.getState().ranges && (await bridge.readRanges());
    if (ranges?.ok) store.setState({ ranges: ranges.value });
  }

  const close = bridge.subscribe((event) => store.getState().receive(event));
  return { store, close };
}

function lastCheckOf({ run, lastCheck }: AppState): RunState | null {
  return run?.plan.kind === 'check' ? run : lastCheck;
}
