import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Answer, Bridge, HostEvent, HostInfo, ScreenName } from '../../model/contract.ts';
import type { Problem } from '../../model/problem.ts';
import type { RoutesView } from '../../model/route-view.ts';
import type { Settings } from '../../model/settings.ts';
import { foldRunUpdates, openRunState, type RunState } from './run-state.ts';

/** Where a person is. A target is opened over the screen it was chosen on; `runId` is absent for the run on screen. */
export interface Place {
  readonly screen: ScreenName;
  readonly target?: { readonly runId: string; readonly targetId: string };
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
  /** The run on screen; null before the first one. */
  readonly run: RunState | null;
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
export function createAppStore(bridge: Bridge, opening: Opening): { readonly store: AppStore; close(): void } {
  let noticeId = 0;
  // Of the run on screen: the number of the last event taken in, so that a gap is seen.
  let seq = opening.current?.seq ?? 0;
  let runId = opening.current?.run.plan.runId;

  const store = createStore<AppState>()((set, get) => ({
    bridge,
    host: opening.host,
    settings: opening.settings,
    routes: opening.routes,
    run: opening.current?.run ?? null,
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
    receive: (event) => {
      if (event.type === 'settings') set({ settings: event.settings });
      else if (event.type === 'routes') set({ routes: event.view });
      else if (event.type === 'show') set({ place: { screen: event.screen } });
      else receiveRun(event);
    },
  }));

  function receiveRun(event: HostEvent & { type: 'run' }): void {
    const [first] = event.updates;
    if (first?.type === 'started') {
      runId = event.runId;
      seq = event.seq - 1;
    }
    if (event.runId !== runId || event.seq <= seq) {
      if (event.runId !== runId) void readAnew();
      return;
    }
    if (event.seq !== seq + 1) {
      void readAnew();
      return;
    }
    seq = event.seq;
    const { run } = store.getState();
    if (first?.type === 'started') {
      const state = foldRunUpdates(openRunState(emptyView(first.plan)), event.updates);
      store.setState({ run: state });
    } else if (run) store.setState({ run: foldRunUpdates(run, event.updates) });
  }

  /** After a gap: what was missed is not guessed. */
  async function readAnew(): Promise<void> {
    const answer = await bridge.readCurrentRun();
    if (!answer.ok || answer.value === null) return;
    if (answer.value.view.plan.runId === runId && answer.value.seq < seq) return;
    runId = answer.value.view.plan.runId;
    seq = answer.value.seq;
    store.setState({ run: openRunState(answer.value.view) });
  }

  const close = bridge.subscribe((event) => store.getState().receive(event));
  return { store, close };
}

function emptyView(plan: RunState['plan']): Parameters<typeof openRunState>[0] {
  return { plan, environment: null, cells: [], verdicts: [], done: 0, outcome: null, lost: false };
}
