import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import { defaultTimeouts, type StepContext, type Timeouts } from '../../engine/step.ts';
import { createTrustStore, type TrustSources } from '../../engine/trust-store.ts';
import { type Observation, observationSchema } from '../../model/observation.ts';

export interface TestContext extends StepContext {
  /** What was recorded, each checked against the report's schema as it came in. */
  readonly seen: readonly Observation[];
}

export interface TestContextOptions {
  readonly signal?: AbortSignal;
  readonly timeouts?: Partial<Timeouts>;
  readonly trust?: Partial<TrustSources>;
}

/** A context over the real network and clock, with short deadlines: only for servers on loopback. */
export function createStepContext(options: TestContextOptions = {}): TestContext {
  const clock = nodeClock();
  const seen: Observation[] = [];
  const zero = clock.now();
  return {
    network: nodeNetwork(),
    clock,
    signal: options.signal ?? new AbortController().signal,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    trust: createTrustStore({ bundled: [], system: [], extra: [], ...options.trust }),
    facts: () => ({}),
    seen,
    record: (startedAt, draft) => {
      const id = `o${seen.length + 1}`;
      const ms = clock.now() - startedAt;
      seen.push(
        observationSchema.parse({ ...draft, id, purpose: 'main', try: 1, startMs: Math.max(0, startedAt - zero), ms }),
      );
      return id;
    },
  };
}
