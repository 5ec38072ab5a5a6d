import { describeTarget } from '../../engine/run/run.ts';
import type { RunInput } from '../../engine/run/run-input.ts';
import type { RunEvent } from '../../model/event.ts';
import type { Result } from '../../model/result.ts';
import type { TargetDetail } from '../../model/run-view.ts';
import type { Verdict } from '../../model/verdict.ts';

/** A run under way, with what was observed so far. */
export interface WatchedRun {
  watch(event: RunEvent, input: RunInput): void;
  /** Undefined for a target it does not test. */
  detailOf(targetId: string): TargetDetail | undefined;
}

export function watchRun(): WatchedRun {
  const results = new Map<string, Result[]>();
  const verdicts = new Map<string, Verdict>();
  let running: RunInput | undefined;
  return {
    watch: (event, input) => {
      running = input;
      if (event.type === 'verdict') verdicts.set(event.verdict.targetId, event.verdict);
      if (event.type !== 'result') return;
      const { targetId, routeId } = event.result;
      // A repeat takes the place of what it repeats.
      const others = (results.get(targetId) ?? []).filter((result) => result.routeId !== routeId);
      results.set(targetId, [...others, event.result]);
    },
    detailOf: (targetId) => {
      const target = running?.targets.find(({ id }) => id === targetId);
      if (!running || !target) return undefined;
      const own = results.get(targetId) ?? [];
      return {
        target: describeTarget(target),
        results: running.routes.flatMap(({ id }) => own.filter(({ routeId }) => routeId === id)),
        verdict: verdicts.get(targetId) ?? null,
        cloud: [],
      };
    },
  };
}
