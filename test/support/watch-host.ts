import type { Host } from '../../app/host/ports.ts';
import type { CallName } from '../../model/call-names.ts';
import type { HostEvent, Input, Output } from '../../model/contract.ts';
import type { RunUpdate } from '../../model/run-view.ts';

export type RunHostEvent = Extract<HostEvent, { readonly type: 'run' }>;

export interface WatchedHost {
  readonly events: readonly HostEvent[];
  /** The value a call answers with; throws with its problems where there is none. */
  ask<N extends CallName>(name: N, ...input: Input<N> extends undefined ? [] : [Input<N>]): Promise<Output<N>>;
  /** The codes of a call's problems; empty where it has an answer. */
  problemsOf(name: CallName, input?: unknown): Promise<readonly string[]>;
  /** Resolves with the first event of a run from now on in which there is such an update. */
  awaitUpdate(type: RunUpdate['type'] | 'over'): Promise<RunHostEvent>;
}

/** A host whose events are kept, and whose calls are asked as an interface asks them. */
export function watchHost(host: Host): WatchedHost {
  const events: HostEvent[] = [];
  const waiting = new Set<(event: HostEvent) => void>();
  host.subscribe((event) => {
    events.push(event);
    for (const look of waiting) look(event);
  });
  return {
    events,
    ask: async (name, ...input) => {
      const answer = await host.call(name, input[0]);
      if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.problems)}`);
      return answer.value as Output<typeof name>;
    },
    problemsOf: async (name, input) => {
      const answer = await host.call(name, input);
      return answer.ok ? [] : answer.problems.map(({ code }) => code);
    },
    awaitUpdate: (type) =>
      new Promise((resolve) => {
        const wanted = type === 'over' ? ['finished', 'lost'] : [type];
        const look = (event: HostEvent) => {
          if (event.type !== 'run' || !event.updates.some((update) => wanted.includes(update.type))) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
      }),
  };
}
