import type { Answer } from '../../model/contract.ts';
import { answerHistory } from './answer-history.ts';
import { answerRanges, openTables } from './answer-ranges.ts';
import { type Answers, answerReports } from './answer-reports.ts';
import { endRun, unpackRun } from './end-run.ts';
import { measure, type RememberedRun } from './measure.ts';
import { openHistory } from './open-history.ts';
import { fail, pass } from './pass.ts';
import { findListeningProxies } from './probe-proxies.ts';
import type { EngineSetup, FromEngine, QuestionName, RunOrder, ToEngine } from './protocol.ts';
import { testRoute } from './test-route.ts';
import { type WatchedRun, watchRun } from './watch-run.ts';
import { openRealWorld, type World } from './world.ts';

/** The child's end of what connects it to its host: structured-clone messages to and fro. */
export interface EnginePort {
  post(message: FromEngine): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface ServeOptions {
  /** What checks are made in, in place of this machine's own network. */
  readonly openWorld?: (setup: EngineSetup) => Promise<World>;
}

/** Milliseconds between two signs of life during a run. */
const aliveMs = 1000;

/**
 * Serves the engine to the process that started this one: runs, and every question of the protocol. It ends when that
 * process ends it, and keeps nothing alive by itself.
 */
export function serveEngine(port: EnginePort, options: ServeOptions = {}): void {
  let engine: ReturnType<typeof openEngine> | undefined;
  port.onMessage((raw) => {
    // Whatever the host says was written by this very program.
    const message = raw as ToEngine;
    if (message.type === 'setup') engine ??= openEngine(port, message.setup, options);
    else if (message.type === 'ask') void engine?.ask(message.id, message.name, message.input);
    else if (message.type === 'run') void engine?.run(message.order);
    else if (message.type === 'cancel') engine?.cancel(message.runId);
    else if (message.type === 'remember') void engine?.remember(message.packed);
  });
}

function openEngine(port: EnginePort, setup: EngineSetup, { openWorld = openRealWorld }: ServeOptions) {
  let opened: Promise<World> | undefined;
  const world = () => {
    opened ??= openWorld(setup);
    return opened;
  };
  const tables = openTables(setup);
  const history = openHistory(setup.dataFolder);
  let last: RememberedRun | undefined;
  /** Questions about the last run wait for it where it has to be unpacked first. */
  let remembering: Promise<void> = Promise.resolve();
  let underWay: { readonly runId: string; readonly stop: AbortController; readonly watched: WatchedRun } | undefined;

  const forget = (runId: string | undefined) => {
    if (runId === undefined || last?.report.id === runId) last = undefined;
  };
  const answers: Answers<QuestionName> = {
    ...answerRanges(tables, async () => (await world()).network),
    ...answerReports(
      () => last,
      (runId) => (underWay?.runId === runId ? underWay.watched : undefined),
      history,
    ),
    ...answerHistory(history, forget),
    findListeningProxies: async ({ ports }) => pass(await findListeningProxies(ports, (await world()).network)),
    testRoute: async ({ route }) => pass(await testRoute(route, await world(), (await tables.read()).ranges)),
  };

  const ask = async (id: number, name: QuestionName, input: unknown) => {
    await remembering;
    const work = answers[name] as (input: unknown) => Promise<Answer<unknown>>;
    const answer = await attempt(() => work(input), name);
    port.post({ type: 'answer', id, answer });
  };

  const run = async (order: RunOrder) => {
    const { runId } = order;
    const refuse = (answer: Answer<never>) => {
      port.post({ type: 'refused', runId, problems: answer.ok ? [] : answer.problems });
    };
    if (underWay) return refuse(fail('run-busy'));
    const stop = new AbortController();
    const watched = watchRun();
    underWay = { runId, stop, watched };
    const alive = setInterval(() => port.post({ type: 'alive' }), aliveMs);
    try {
      const measured = await measure(order, {
        world,
        ranges: async () => (await tables.read()).ranges,
        software: setup.software,
        send: (updates) => port.post({ type: 'updates', runId, updates }),
        watch: watched.watch,
        signal: stop.signal,
      });
      if (!measured)
        return refuse(fail('scenario-unknown', { name: 'scenario' in order ? order.scenario : '', names: '' }));
      port.post({ type: 'measured', runId });
      last = measured;
      const end = await endRun(measured, history);
      port.post({ type: 'ended', runId, end });
    } catch {
      refuse(fail('defect', { name: 'run' }));
    } finally {
      clearInterval(alive);
      underWay = undefined;
    }
  };

  return {
    ask,
    run,
    cancel: (runId: string) => {
      if (underWay?.runId === runId) underWay.stop.abort();
    },
    remember: (packed: Uint8Array) => {
      remembering = unpackRun(packed).then(
        (run) => {
          last ??= run;
        },
        () => {},
      );
      return remembering;
    },
  };
}

/** An error's own message may hold anything; that it is a defect is all that is told. */
async function attempt(work: () => Promise<Answer<unknown>>, name: string): Promise<Answer<unknown>> {
  try {
    return await work();
  } catch {
    return fail('defect', { name });
  }
}
