import { nodeClock } from '../../engine/node-clock.ts';
import { describeRanges, type openTables } from './answer-ranges.ts';
import type { Answers } from './answer-reports.ts';
import { pass } from './pass.ts';
import type { World } from './world.ts';

/** Less than any question may take, so that a slow proxy is not taken for a hung process. */
const deadlineMs = 100_000;

/** Amazon's newest list, asked for over one route. */
export function answerRefresh(
  tables: ReturnType<typeof openTables>,
  world: () => Promise<World>,
): {
  readonly answers: Answers<'refreshRanges'>;
  /** Ends what is being fetched; it is answered as stopped. */
  stop(): void;
} {
  const underWay = new Set<AbortController>();
  return {
    answers: {
      refreshRanges: async ({ route }) => {
        const stop = new AbortController();
        underWay.add(stop);
        try {
          const { network, trust: readTrust } = await world();
          const trust = await readTrust();
          const surroundings = { network, trust, clock: nodeClock(), signal: stop.signal, deadlineMs };
          const refreshed = await tables.refresh(route, surroundings);
          // Whoever reads it knows which file is asked for.
          if (!refreshed.ok) return { ok: false, problems: refreshed.problems.map(({ file: _, ...rest }) => rest) };
          return pass({ updated: refreshed.value.updated, info: describeRanges(await tables.read()) });
        } finally {
          underWay.delete(stop);
        }
      },
    },
    stop: () => {
      for (const stop of underWay) stop.abort();
    },
  };
}
