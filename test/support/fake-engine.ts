import type { FromEngine, ToEngine } from '../../app/engine-process/protocol.ts';
import type { EngineChild } from '../../app/host/ports.ts';
import type { Cell, RunPlan } from '../../model/run-view.ts';

export interface FakeEngine {
  readonly child: EngineChild;
  readonly heard: readonly ToEngine[];
  /** Also what no engine would say. */
  say(message: FromEngine | unknown): void;
  exit(): void;
  isKilled(): boolean;
}

/** An engine's process that does nothing by itself. `answer` is what it says to a message, at once. */
export function fakeEngine(answer: (message: ToEngine) => FromEngine | undefined = () => undefined): FakeEngine {
  const heard: ToEngine[] = [];
  let listener: (message: unknown) => void = () => {};
  let onExit: () => void = () => {};
  let killed = false;
  return {
    heard,
    child: {
      post: (message) => {
        heard.push(message as ToEngine);
        const said = answer(message as ToEngine);
        if (said) queueMicrotask(() => listener(said));
      },
      onMessage: (next) => {
        listener = next;
      },
      onExit: (next) => {
        onExit = next;
      },
      kill: () => {
        killed = true;
      },
    },
    say: (message) => listener(message),
    exit: () => onExit(),
    isKilled: () => killed,
  };
}

/** A plan of so many targets over so many routes, the current connection first. */
export function aPlan(runId: string, targets: number, routes: number): RunPlan {
  return {
    runId,
    kind: 'check',
    profile: 'standard',
    startedAt: '2026-11-22T15:00:00.000Z',
    targets: Array.from({ length: targets }, (_, index) => ({
      id: `t${index}`,
      name: `Target ${index}`,
      group: 'own',
      protocol: 'https',
      url: `https://t${index}.example/`,
      host: `t${index}.example`,
      port: 443,
    })),
    routes: Array.from({ length: routes }, (_, index) => ({
      id: index === 0 ? 'direct' : `r${index}`,
      kind: index === 0 ? 'direct' : 'socks5h',
      label: `Route ${index}`,
      endpoint: index === 0 ? null : `127.0.0.1:${1000 + index}`,
      remoteDns: index > 0,
      baseline: { ok: false, passed: 0, tried: 0 },
    })),
    jobs: targets * routes,
  };
}

/** One cell for each target and route of a plan, the routes innermost. */
export function cellsOf({ targets, routes }: RunPlan): Cell[] {
  return targets.flatMap(({ id: targetId }) =>
    routes.map(({ id: routeId }, index): Cell => {
      const ms = { resolve: 1.2, connect: 20.5, tls: 40.1, firstByte: 90.3, total: 120.8 };
      return index === 0
        ? { targetId, routeId, state: 'failed', failure: { step: 'tls', kind: 'reset' }, ms, tries: 2 }
        : { targetId, routeId, state: 'ok', ms, tries: 1 };
    }),
  );
}
