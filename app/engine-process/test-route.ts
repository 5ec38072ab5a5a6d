import { runGate } from '../../engine/gate/run-gate.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { openSession } from '../../engine/run/open-session.ts';
import { defaultTimeouts } from '../../engine/step.ts';
import type { Route } from '../../model/route.ts';
import type { RouteTest } from '../../model/route-view.ts';
import { builtInMarks, builtInTelegramTargets } from '../built-in-facts.ts';
import type { LoadedRanges } from '../load-ranges.ts';
import type { World } from './world.ts';

/** All of it; a proxy that swallows everything is known well before. */
const patienceMs = 25_000;

/**
 * Whether a route carries anything: the gate of a run over it alone. An MTProxy is asked for data centres of Telegram, and
 * the current connection for the time, which its hello must be right about.
 */
export async function testRoute(route: Route, world: World, ranges: LoadedRanges): Promise<RouteTest> {
  const { network, baselines, dns, doh } = world;
  const [host, trust] = await Promise.all([world.host(), world.trust()]);
  const clock = nodeClock();
  const session = openSession(
    {
      runId: 'route-test',
      profile: 'quick',
      targets: route.kind === 'mtproxy' ? builtInTelegramTargets() : [],
      routes: [route],
      baselines,
      dns,
      doh,
      timeouts: defaultTimeouts,
      concurrency: 8,
      host,
      ranges: ranges.source,
      software: { name: 'waylight', version: '' },
    },
    { network, clock, trust, facts: ranges.facts, marks: builtInMarks() },
  );
  try {
    const { baselines: readings } = await runGate(session, AbortSignal.timeout(patienceMs));
    const [reading] = readings;
    const { ok, passed, tried } = reading?.baseline ?? { ok: false, passed: 0, tried: 0 };
    const times = (reading?.results ?? []).flatMap(({ state, ms }) => {
      return state === 'ok' || state === 'impaired' ? [ms.firstByte ?? ms.total ?? []].flat() : [];
    });
    const ms = times.length === 0 ? null : Math.round(Math.min(...times));
    return { ok, passed, tried, ms, ...(reading?.failure ? { failure: reading.failure } : {}) };
  } finally {
    for (const { doh: pool } of [...session.routes, session.own]) pool.close();
  }
}
