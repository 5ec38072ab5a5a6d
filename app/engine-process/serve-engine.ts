import type { Answer } from '../../model/contract.ts';
import { storeErrorCode } from '../history/sqlite-problem.ts';
import { answerHistory } from './answer-history.ts';
import { answerRanges, openTables } from './answer-ranges.ts';
import { answerRefresh } from './answer-refresh.ts';
import { type Answers, answerReports } from './answer-reports.ts';
import { unpackRun } from './end-run.ts';
import type { RememberedRun } from './measure.ts';
import { obeyOrders } from './obey-orders.ts';
import { openHistory } from './open-history.ts';
import { fail, pass } from './pass.ts';
import { findListeningProxies } from './probe-proxies.ts';
import type { EngineSetup, FromEngine, QuestionName, RunOrder, ToEngine } from './protocol.ts';
import { testRoute } from './test-route.ts';
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
    else if (message.type === 'cancel') engine?.cancel(message.runId, message.disturbance);
    else if (message.type === 'remember') engine?.remember(message.packed);
  });
}

function openEngine(port: EnginePort, setup: EngineSetup, { openWorld = openRealWorld }: ServeOptions) {
  let opened: Promise<World> | undefined;
  const world = () => {
    opened ??= openWorld(setup);
    return opened;
  };
  const tables = openTables(setup);
  const ranges = async () => (await tables.read()).ranges;
  const history = openHistory(setup.dataFolder);
  let last: RememberedRun | undefined;
  /** Questions about the last run wait for it where it has to be unpacked first. */
  let remembering: Promise<void> = Promise.resolve();
  const { software } = setup;
  const office = obeyOrders(
    (message) => port.post(message),
    { world, ranges, software },
    history,
    (run) => {
      last = run;
    },
  );
  const refresh = answerRefresh(tables, world);
  const answers: Answers<QuestionName> = {
    ...refresh.answers,
    ...answerRanges(tables, async () => (await world()).network),
    ...answerReports(() => last, office.watched, history),
    ...answerHistory(history, (runId) => {
      if (runId === undefined || last?.report.id === runId) last = undefined;
    }),
    findListeningProxies: async ({ ports }) => pass(await findListeningProxies(ports, (await world()).network)),
    testRoute: async ({ route }) => pass(await testRoute(route, await world(), await ranges())),
  };
  return {
    run: (order: RunOrder) => {
      // What is measured at the same time would be measured over a busier line.
      refresh.stop();
      return office.run(order);
    },
    cancel: office.cancel,
    ask: async (id: number, name: QuestionName, input: unknown) => {
      await remembering;
      const answer = answers[name] as (input: unknown) => Promise<Answer<unknown>>;
      port.post({ type: 'answer', id, answer: await attempt(() => answer(input), name) });
    },
    remember: (packed: Uint8Array) => {
      remembering = unpackRun(packed).then(
        (run) => {
          last ??= run;
        },
        () => {},
      );
    },
  };
}

/** An error's own message may hold anything: that it is a defect, or the code of a disk's refusal, is all that is told. */
async function attempt(answer: () => Promise<Answer<unknown>>, name: string): Promise<Answer<unknown>> {
  try {
    return await answer();
  } catch (error) {
    const isOfTheDisk = error instanceof Error && 'errcode' in error;
    return isOfTheDisk ? fail('history-unavailable', { code: storeErrorCode(error) }) : fail('defect', { name });
  }
}
