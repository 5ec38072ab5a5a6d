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
import { type ChangeFollower, followChanges } from './follow-changes.ts';
import type { Handlers, HostContext } from './handlers.ts';
import { readNetworkSignature } from './network-signature.ts';
import type { Host, HostPorts } from './ports.ts';
import { openRangesAttempts } from './ranges-attempt.ts';
import { rangesCalls } from './ranges-calls.ts';
import { createRangesRefresher, type RangesRefresher } from './refresh-ranges-by-routes.ts';
import { rememberPlace } from './remember-place.ts';
import { reportCalls } from './report-calls.ts';
import { routeCalls } from './route-calls.ts';
import { runCalls } from './run-calls.ts';
import { type Schedule, scheduleChecks } from './schedule-checks.ts';
import { settingsCalls } from './settings-calls.ts';
import { targetCalls } from './target-calls.ts';
import { type Surroundings, watchSurroundings } from './watch-surroundings.ts';

export interface HostOptions {
  /** Ports of this machine that are asked whether a proxy listens there. */
  readonly listening?: readonly number[] | undefined;
  /** What tells one network from another, in place of {@link readNetworkSignature}. */
  readonly network?: (() => Promise<string>) | undefined;
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
    follower.take(order, ended);
    if (order.recheck) return;
    schedule.restart();
    if (ended.disturbance) schedule.hurry();
    else tellOfCheck(ports, settings, ended);
  });
  const follower = followChanges({
    ...{ ports, settings, engine, current, emit },
    places: rememberPlace(ports.dataFolder),
    network: () => surroundings.signature(),
  });
  const context = openContext(ports, settings, emit, engine, current, follower);
  const setAside = [...settings.setAside, ...historySetAside(ports.dataFolder)];
  const refresher = createRangesRefresher(context, engine, current, openRangesAttempts(ports.dataFolder));
  const handlers = composeHandlers(context, engine, current, refresher, follower, {
    setAside,
    listening: options.listening,
  });
  const stopAnnouncing = announceChanges(context);
  const schedule = scheduleChecks(settings, async () => (await handlers.startCheck({})).ok);
  const surroundings = watchSurroundings(
    { signature: options.network ?? readNetworkSignature, onPower: ports.onPower },
    reactTo(current, follower, schedule),
  );
  return {
    call: createAnswerCall(handlers),
    subscribe,
    show: (screen) => emit({ type: 'show', screen }),
    close: async () => {
      surroundings.stop();
      follower.close();
      schedule.stop();
      refresher.stop();
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
  follower: ChangeFollower,
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
      follower.restart();
    },
  };
}

function composeHandlers(
  context: HostContext,
  engine: EngineClient,
  current: CurrentRun,
  refresher: RangesRefresher,
  follower: ChangeFollower,
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
    readChanges: async () => ({ ok: true, value: follower.view() }),
    ...rangesCalls(engine, refresher),
    ...reportCalls(context, engine, current),
    ...detectionCalls(context, engine, current, listening),
  };
}

/** What a finished check means to the routes and to the host itself. */
function tellOfCheck(ports: HostPorts, settings: HostContext['settings'], { report, latencies }: RunEnd): void {
  for (const { routeId, ms } of latencies) settings.recordLatency(routeId, ms);
  try {
    ports.checkFinished(report);
  } catch {
    // That nothing can be shown in the tray is no reason to lose a run.
  }
}

/** What failed around a sleep or a change of the network proves nothing, and what is known of one network holds in no other. */
function reactTo(current: CurrentRun, follower: ChangeFollower, schedule: Schedule): Surroundings {
  return {
    onSuspend: () => current.disturb('machine-slept'),
    onWake: () => {
      follower.dropRecheck();
      schedule.settle();
    },
    onNetworkLost: () => current.disturb('network-changed'),
    onNetworkChange: () => {
      current.disturb('network-changed');
      follower.restart();
      schedule.hurry();
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
