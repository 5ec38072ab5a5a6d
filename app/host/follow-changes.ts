import { randomUUID } from 'node:crypto';
import type { HostEvent } from '../../model/contract.ts';
import { type ChangesView, mostChanges } from '../../model/run-view.ts';
import type { Target } from '../../model/target.ts';
import type { EngineClient } from '../engine-process/engine-client.ts';
import type { RunEnd, RunOrder } from '../engine-process/protocol.ts';
import { routesForRun } from '../settings/routes-for-run.ts';
import type { SettingsStore } from '../settings/settings-state.ts';
import { builtInTargets } from '../settings/targets-for-run.ts';
import { type ChangeWatch, createChangeWatch, recheckPauseMs, type WatchedCheck } from '../watch-changes.ts';
import type { CurrentRun } from './current-run.ts';
import type { HostPorts } from './ports.ts';
import type { Places } from './remember-place.ts';

type CheckOrder = RunOrder & { readonly kind: 'check' };

export interface ChangeFollower {
  /** Takes every check that ended with a report. */
  take(order: CheckOrder, end: RunEnd): void;
  /** What was known does not hold here: another network, or all was deleted. */
  restart(): void;
  /** No second look is made of what was seen until now: the machine slept. */
  dropRecheck(): void;
  view(): ChangesView;
  close(): void;
}

export interface FollowerTools {
  readonly ports: Pick<HostPorts, 'info' | 'notify'>;
  readonly settings: Pick<SettingsStore, 'state'>;
  readonly engine: Pick<EngineClient, 'ask'>;
  readonly current: Pick<CurrentRun, 'start' | 'isUnderWay' | 'finished'>;
  readonly emit: (event: HostEvent) => void;
  readonly places: Places;
  /** Of the network this machine is in; empty where that is not known. */
  readonly network: () => string;
}

/** Kept runs among which the check before this one is looked for. */
const mostRuns = 10;

/**
 * Follows what changes from check to check. What is new is looked at a second time after a minute, in the background: that
 * look is neither shown in place of the last check nor kept, and it leads to no third one. What it confirms is told.
 */
export function followChanges(tools: FollowerTools): ChangeFollower {
  const { ports, settings, engine, current, emit, places, network } = tools;
  let watch: ChangeWatch | undefined;
  let view: ChangesView = { recheck: null, changes: [], routes: [] };
  let waiting: { readonly ids: ReadonlySet<string>; readonly timer: NodeJS.Timeout } | undefined;
  /** One check after the other: the first one waits for what was kept before it. */
  let taking: Promise<void> = Promise.resolve();
  /** Counts new beginnings: whatever was begun before one is not carried on. */
  let era = 0;

  const show = (news: Partial<ChangesView>) => {
    view = { ...view, ...news };
    emit({ type: 'changes', view });
  };
  const dropWaiting = () => {
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting = undefined;
    show({ recheck: null });
  };
  const lookAgain = async (ids: ReadonlySet<string>, profile: CheckOrder['profile']) => {
    waiting = undefined;
    const state = settings.state();
    const targets = [...builtInTargets, ...state.ownTargets].filter(({ id }) => ids.has(id));
    const isWanted = targets.length > 0 && !current.isUnderWay() && mayRecheck();
    if (!isWanted) return show({ recheck: null });
    show({ recheck: { targets: targets.length, state: 'running' } });
    const started = await current.start(orderOf(targets, profile));
    if (started.ok) await current.finished();
    if (!waiting) show({ recheck: null });
  };
  const orderOf = (targets: readonly Target[], profile: CheckOrder['profile']): CheckOrder => {
    const routes = routesForRun(settings.state());
    return { kind: 'check', runId: randomUUID(), profile, targets, routes, recheck: true };
  };
  const mayRecheck = () => {
    const { scheduleMinutes, notify, consentedAt } = settings.state().settings;
    return consentedAt !== null && (scheduleMinutes !== null || (notify && ports.info.can.notify));
  };
  const planRecheck = ({ profile }: CheckOrder, ids: ReadonlySet<string>) => {
    if (ids.size === 0 || !mayRecheck()) return;
    const timer = setTimeout(() => void lookAgain(ids, profile).catch(() => {}), recheckPauseMs);
    timer.unref();
    waiting = { ids, timer };
    show({ recheck: { targets: ids.size, state: 'waiting' } });
  };
  const take = async (order: CheckOrder, { report }: RunEnd, begun: number) => {
    watch ??= createChangeWatch(await readLast(engine, places, report.id, network()));
    if (begun !== era) return;
    const { confirmed, routes, recheck } = watch.take(report);
    if (confirmed.length + routes.length > 0) {
      show({ changes: confirmed.slice(0, mostChanges), routes: routes.slice(0, mostChanges) });
      try {
        ports.notify({ changes: confirmed, routes });
      } catch {
        // That no notice can be shown is no reason to lose a check.
      }
    }
    if (order.recheck) return;
    const left = new Set(waiting?.ids);
    for (const { id } of report.targets) left.delete(id);
    dropWaiting();
    planRecheck(order, new Set([...left, ...recheck]));
    await places.keep(report.id, network());
  };

  return {
    take: (order, end) => {
      if (end.disturbance) return;
      const begun = era;
      taking = taking.then(() => take(order, end, begun)).catch(() => {});
    },
    restart: () => {
      era += 1;
      if (watch) watch = createChangeWatch();
      dropWaiting();
      if (view.changes.length + view.routes.length > 0) show({ changes: [], routes: [] });
    },
    dropRecheck: dropWaiting,
    view: () => view,
    close: () => {
      era += 1;
      clearTimeout(waiting?.timer);
    },
  };
}

/** The check before this one, where it is kept and was made in this very network. */
async function readLast(
  engine: FollowerTools['engine'],
  places: Places,
  runId: string,
  network: string,
): Promise<{ readonly last?: WatchedCheck }> {
  const listed = await engine.ask('listRuns', { limit: mostRuns });
  const before = listed.ok ? listed.value.find(({ runId: id, kind }) => kind === 'check' && id !== runId) : undefined;
  if (!before || !(await places.isWhere(before.runId, network))) return {};
  const read = await engine.ask('readRun', { runId: before.runId });
  if (!read.ok) return {};
  const { plan, environment, cells, verdicts, outcome } = read.value;
  if (!environment || !outcome) return {};
  const { targets, routes } = plan;
  const { finishedAt } = outcome;
  return { last: { id: before.runId, finishedAt, environment, targets, routes, results: cells, verdicts } };
}
