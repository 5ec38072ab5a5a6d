import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { HostEvent, HostInfo } from '../../model/contract.ts';
import { createEngineClient } from '../engine-process/engine-client.ts';
import type { RunEnd, RunOrder } from '../engine-process/protocol.ts';
import { historyFileName, openRunStore } from '../history/open-run-store.ts';
import { systemProxyOf } from '../host-facts.ts';
import { openSettings } from '../settings/open-settings.ts';
import { announceChanges } from './announce-changes.ts';
import { createAnswerCall } from './answer-call.ts';
import { createCurrentRun } from './current-run.ts';
import { dataCalls } from './data-calls.ts';
import { detectionCalls } from './detect-routes.ts';
import type { Handlers, HostContext } from './handlers.ts';
import type { Host, HostPorts } from './ports.ts';
import { rangesCalls } from './ranges-calls.ts';
import { reportCalls } from './report-calls.ts';
import { routeCalls } from './route-calls.ts';
import { runCalls } from './run-calls.ts';
import { settingsCalls } from './settings-calls.ts';
import { targetCalls } from './target-calls.ts';

export interface HostOptions {
  /** Ports of this machine that are asked whether a proxy listens there. */
  readonly listening?: readonly number[];
  /** Milliseconds, as {@link createEngineClient} takes them. */
  readonly engine?: { readonly obeyMs?: number; readonly silenceMs?: number; readonly answerMs?: number };
}

/** Milliseconds a run under way is given to stop and be kept when the app is closed. */
const closeMs = 3000;

/** Composes every call of the contract over what a desktop or a web host can do. Never rejects for a damaged file. */
export async function createHost(ports: HostPorts, options: HostOptions = {}): Promise<Host> {
  const listeners = new Set<(event: HostEvent) => void>();
  const emit = (event: HostEvent) => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch {
        // A page that is going away must not keep the others from hearing it.
      }
    }
  };
  const settings = await openSettings({ folder: ports.dataFolder, secrets: ports.secrets });
  const engine = createEngineClient({
    ...options.engine,
    spawn: ports.spawnEngine,
    setup: {
      dataFolder: ports.dataFolder,
      programFolder: ports.programFolder,
      rangesFile: ports.env.WAYLIGHT_AWS_RANGES || null,
      systemProxy: systemProxyOf(ports.env),
      software: { name: 'waylight', version: ports.info.version },
    },
  });
  const onEnd = (order: RunOrder, { report, outcome, latencies }: RunEnd) => {
    if (order.kind === 'practice') return;
    for (const { routeId, ms } of latencies) settings.recordLatency(routeId, ms);
    try {
      ports.checkFinished(report, outcome.changes);
    } catch {
      // That nothing can be shown in the tray is no reason to lose a run.
    }
  };
  const current = createCurrentRun(engine, emit, onEnd);
  const context: HostContext = {
    ports,
    settings,
    emit,
    now: () => new Date(),
    interfaces: listInterfaces,
    runs: {
      size: () => engine.ask('readHistorySize', null),
      removeAll: () => engine.ask('removeAllRuns', null),
    },
    dropRun: async () => {
      engine.restart();
      current.forget();
    },
  };
  const info: HostInfo = {
    ...ports.info,
    secrets: ports.secrets.place,
    dataFolder: ports.dataFolder,
    setAside: [...settings.setAside, ...historySetAside(ports.dataFolder)],
  };
  const handlers: Handlers = {
    readHost: async () => ({ ok: true, value: info }),
    ...settingsCalls(context),
    ...routeCalls(context),
    ...targetCalls(context),
    ...dataCalls(context),
    ...runCalls(context, engine, current),
    ...rangesCalls(engine),
    ...reportCalls(context, engine, current),
    ...detectionCalls(context, engine, current, options.listening),
  };
  const stopAnnouncing = announceChanges(context);
  return {
    call: createAnswerCall(handlers),
    subscribe: (listener) => {
      // The same function twice is two subscriptions.
      const own = (event: HostEvent) => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    show: (screen) => emit({ type: 'show', screen }),
    close: async () => {
      const view = current.read()?.view;
      if (view && current.isUnderWay()) {
        current.cancel(view.plan.runId);
        await Promise.race([current.finished(), pause(closeMs)]);
      }
      engine.close();
      stopAnnouncing();
      listeners.clear();
      await settings.flush();
    },
  };
}

function listInterfaces(): ReturnType<HostContext['interfaces']> {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) => {
    const [first] = addresses.filter(({ internal }) => !internal);
    return first ? [{ name, address: first.address }] : [];
  });
}

/** The engine's process opens it later; what cannot be opened is set aside now, when it can be said. */
function historySetAside(dataFolder: string): HostInfo['setAside'] {
  const opened = openRunStore(join(dataFolder, historyFileName));
  if (!opened.ok) return [];
  opened.store.close();
  return opened.setAside ? [{ file: opened.setAside.file, keptAs: opened.setAside.keptAs }] : [];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
