import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { HostEvent, HostInfo } from '../../model/contract.ts';
import { createEngineClient, type EngineClient } from '../engine-process/engine-client.ts';
import type { RunEnd } from '../engine-process/protocol.ts';
import { historyFileName, openRunStore } from '../history/open-run-store.ts';
import { systemProxyOf } from '../host-facts.ts';
import { openSettings } from '../settings/open-settings.ts';
import { announceChanges } from './announce-changes.ts';
import { createAnswerCall } from './answer-call.ts';
import { createBroadcast } from './broadcast.ts';
import { type CurrentRun, createCurrentRun } from './current-run.ts';
import { dataCalls } from './data-calls.ts';
import { detectionCalls } from './detect-routes.ts';
import type { Handlers, HostContext } from './handlers.ts';
import type { Host, HostPorts } from './ports.ts';
import { rangesCalls } from './ranges-calls.ts';
import { reportCalls } from './report-calls.ts';
import { routeCalls } from './route-calls.ts';
import { runCalls } from './run-calls.ts';
import { scheduleChecks } from './schedule-checks.ts';
import { settingsCalls } from './settings-calls.ts';
import { targetCalls } from './target-calls.ts';

export interface HostOptions {
  /** Ports of this machine that are asked whether a proxy listens there. */
  readonly listening?: readonly number[] | undefined;
  /** Milliseconds, as {@link createEngineClient} takes them. */
  readonly engine?: { readonly obeyMs?: number; readonly silenceMs?: number; readonly answerMs?: number };
}

/** Milliseconds a run under way is given to stop and be kept when the app is closed. */
const closeMs = 3000;

/** Composes every call of the contract over what a desktop or a web host can do. Never rejects for a damaged file. */
export async function createHost(ports: HostPorts, options: HostOptions = {}): Promise<Host> {
  const { emit, subscribe, end } = createBroadcast<HostEvent>();
  const settings = await openSettings({ folder: ports.dataFolder, secrets: ports.secrets });
  const engine = openEngine(ports, options);
  const current = createCurrentRun(engine, emit, (order, ended) => {
    if (order.kind === 'practice') return;
    schedule.restart();
    tellOfCheck(ports, settings, ended);
  });
  const context = openContext(ports, settings, emit, engine, current);
  const setAside = [...settings.setAside, ...historySetAside(ports.dataFolder)];
  const handlers = composeHandlers(context, engine, current, { setAside, listening: options.listening });
  const stopAnnouncing = announceChanges(context);
  const schedule = scheduleChecks(settings, async () => (await handlers.startCheck({})).ok);
  return {
    call: createAnswerCall(handlers),
    subscribe,
    show: (screen) => emit({ type: 'show', screen }),
    close: async () => {
      schedule.stop();
      if (current.isUnderWay()) {
        engine.cancel();
        await Promise.race([current.finished(), pause(closeMs)]);
      }
      engine.close();
      stopAnnouncing();
      end();
      await settings.flush();
    },
  };
}

function openEngine(ports: HostPorts, options: HostOptions): EngineClient {
  return createEngineClient({
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
}

function openContext(
  ports: HostPorts,
  settings: HostContext['settings'],
  emit: HostContext['emit'],
  engine: EngineClient,
  current: CurrentRun,
): HostContext {
  return {
    ports,
    settings,
    emit,
    now: () => new Date(),
    interfaces: listInterfaces,
    runs: {
      size: () => engine.ask('readHistorySize', null),
      removeAll: () => engine.ask('removeAllRuns', null),
      limit: (limits) => engine.ask('limitHistory', limits),
    },
    dropRun: async () => {
      engine.restart();
      current.forget();
    },
  };
}

function composeHandlers(
  context: HostContext,
  engine: EngineClient,
  current: CurrentRun,
  { setAside, listening }: Pick<HostInfo, 'setAside'> & Pick<HostOptions, 'listening'>,
): Handlers {
  const { info, secrets, dataFolder } = context.ports;
  const value: HostInfo = { ...info, secrets: secrets.place, dataFolder, setAside };
  return {
    readHost: async () => ({ ok: true, value }),
    ...settingsCalls(context),
    ...routeCalls(context),
    ...targetCalls(context),
    ...dataCalls(context),
    ...runCalls(context, engine, current),
    ...rangesCalls(engine),
    ...reportCalls(context, engine, current),
    ...detectionCalls(context, engine, current, listening),
  };
}

/** What a finished check means to the routes and to the host itself. */
function tellOfCheck(
  ports: HostPorts,
  settings: HostContext['settings'],
  { report, outcome, latencies }: RunEnd,
): void {
  for (const { routeId, ms } of latencies) settings.recordLatency(routeId, ms);
  try {
    ports.checkFinished(report, outcome.changes);
  } catch {
    // That nothing can be shown in the tray is no reason to lose a run.
  }
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
