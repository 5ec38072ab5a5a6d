import { summariseRoute } from '../../engine/gate/run-gate.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { describeTarget, run } from '../../engine/run/run.ts';
import type { RunDependencies, RunInput } from '../../engine/run/run-input.ts';
import { defaultTimeouts } from '../../engine/step.ts';
import { createLab } from '../../lab/create-lab.ts';
import { findScenario } from '../../lab/scenarios/all-scenarios.ts';
import type { RunEvent } from '../../model/event.ts';
import type { RunReport } from '../../model/report.ts';
import type { RunPlan } from '../../model/run-view.ts';
import { builtInMarks, builtInTelegramTargets } from '../built-in-facts.ts';
import type { LoadedRanges } from '../load-ranges.ts';
import { practiceRun } from '../practice-run.ts';
import { type Batch, createBatch } from './batch-updates.ts';
import { findPlaces } from './find-places.ts';
import type { RunOrder } from './protocol.ts';
import type { World } from './world.ts';

/** A run as this process remembers it: nothing is taken out of its report. */
export interface RememberedRun {
  readonly kind: RunOrder['kind'];
  readonly scenario?: string;
  readonly report: RunReport;
  /** This machine's addresses while it ran. */
  readonly ownAddresses: readonly string[];
}

export interface MeasureDependencies {
  readonly world: () => Promise<World>;
  readonly ranges: () => Promise<LoadedRanges>;
  readonly software: RunInput['software'];
  readonly send: Parameters<typeof createBatch>[0];
  /** Told everything as it happens, observations and all. */
  readonly watch: (event: RunEvent, input: RunInput) => void;
  readonly signal: AbortSignal;
}

/** A run that is ready to begin. */
interface Prepared {
  readonly input: RunInput;
  readonly dependencies: RunDependencies;
  close(): Promise<void>;
}

/** Runs what was ordered and sends what comes of it. Rejects only for a defect; undefined where there is no such scenario. */
export async function measure(
  order: RunOrder,
  { world, ranges, software, send, watch, signal }: MeasureDependencies,
): Promise<RememberedRun | undefined> {
  const loaded = await ranges();
  const prepared =
    order.kind === 'check'
      ? await prepareCheck(order, await world(), loaded, software)
      : await preparePractice(order, loaded, software);
  if (!prepared) return undefined;
  const { input, dependencies } = prepared;
  const named = order.kind === 'practice' ? { scenario: order.scenario } : {};
  const batch = createBatch(send);
  batch.say({ type: 'started', plan: { ...planOf(input), kind: order.kind, ...named } });
  try {
    let environment: RunReport['environment'] | undefined;
    const placesIn = findPlaces(input.targets, dependencies.facts);
    const onEvent = (event: RunEvent) => {
      if (event.type === 'gate') environment = event.environment;
      watch(event, input);
      tell(batch, event);
      if (event.type === 'result') for (const place of placesIn(event.result)) batch.place(place);
    };
    const report = await run(input, dependencies, { signal, onEvent });
    batch.flush();
    // A tunnel may show only in the answers themselves, when all of them are in.
    if (report.environment !== environment) {
      batch.say({ type: 'gate', environment: report.environment, routes: report.routes });
    }
    const ownAddresses = dependencies.network.interfaces().map(({ address }) => address);
    return { kind: order.kind, ...named, report, ownAddresses };
  } finally {
    batch.flush();
    await prepared.close();
  }
}

async function prepareCheck(
  { runId, profile, targets, routes, siblings }: RunOrder & { kind: 'check' },
  { network, baselines, dns, doh, trust, host }: World,
  ranges: LoadedRanges,
  software: RunInput['software'],
): Promise<Prepared> {
  const [facts, store] = await Promise.all([host(), trust()]);
  return {
    input: {
      runId,
      profile,
      targets,
      routes,
      baselines,
      dns,
      doh,
      timeouts: defaultTimeouts,
      concurrency: 32,
      host: facts,
      ranges: ranges.source,
      software,
      ...(siblings === undefined ? {} : { siblings }),
    },
    dependencies: { network, clock: nodeClock(), trust: store, facts: ranges.facts, marks: builtInMarks() },
    close: async () => {},
  };
}

async function preparePractice(
  { runId, scenario: id, without }: RunOrder & { kind: 'practice' },
  ranges: LoadedRanges,
  software: RunInput['software'],
): Promise<Prepared | undefined> {
  const scenario = findScenario(id);
  if (!scenario) return undefined;
  const proxies = scenario.proxies.filter((proxy) => !without.includes(proxy.id));
  const lab = await createLab({ ...scenario, proxies }, { targets: builtInTelegramTargets() });
  return { ...practiceRun(lab, { runId, software, scenario, ranges }), close: () => lab.close() };
}

function planOf({ runId, profile, targets, routes }: RunInput): Omit<RunPlan, 'kind'> {
  return {
    runId,
    profile,
    startedAt: new Date().toISOString(),
    targets: targets.map(describeTarget),
    routes: routes.map((route) => summariseRoute(route, undefined)),
    jobs: targets.length * routes.length,
  };
}

function tell(batch: Batch, event: RunEvent): void {
  if (event.type === 'gate') {
    batch.say({ type: 'gate', environment: event.environment, routes: event.routes });
  } else if (event.type === 'result') {
    const { observations: _kept, ...cell } = event.result;
    batch.cell(cell, event.done, event.jobs);
  } else if (event.type === 'verdict') batch.verdict(event.verdict);
}
