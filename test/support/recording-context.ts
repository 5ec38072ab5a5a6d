import type { Clock } from '../../engine/clock.ts';
import type { Network } from '../../engine/network.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import { defaultTimeouts, type StepContext, type Timeouts } from '../../engine/step.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import type { AddressFacts } from '../../model/cloud.ts';
import { type Observation, type ObservationOf, observationSchema } from '../../model/observation.ts';

export interface Recording {
  readonly context: StepContext;
  /** In the order in which they were recorded; each is valid against the model's schema, or recording it threw. */
  readonly observations: Observation[];
  /** Names the local resolver was asked for. */
  readonly lookedUp: string[];
  of<S extends Observation['step']>(step: S): ObservationOf<S>[];
}

export interface RecordingOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly timeouts?: Partial<Timeouts>;
  /** What the local resolver knows; every other name is ENOTFOUND. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly network?: Partial<Network>;
  /** Root certificates to trust, PEM. */
  readonly extraRoots?: readonly string[];
  readonly facts?: (address: string) => AddressFacts;
}

/** A step context over the real loopback network that keeps what the steps record. */
export function createRecording(options: RecordingOptions = {}): Recording {
  const clock = options.clock ?? nodeClock();
  const epoch = clock.now();
  const observations: Observation[] = [];
  const lookedUp: string[] = [];
  const lookup: Network['lookup'] = async (name) => {
    lookedUp.push(name);
    const addresses = options.hosts?.[name];
    if (addresses === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return addresses;
  };
  const context: StepContext = {
    network: { ...nodeNetwork({ lookup }), ...options.network },
    clock,
    signal: options.signal ?? new AbortController().signal,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    trust: createTrustStore({ bundled: [], system: [], extra: options.extraRoots ?? [] }),
    facts: options.facts ?? (() => ({})),
    record(startedAt, draft) {
      const id = `o${observations.length + 1}`;
      const times = { startMs: startedAt - epoch, ms: clock.now() - startedAt };
      observations.push(observationSchema.parse({ id, purpose: 'main', try: 1, ...times, ...draft }));
      return id;
    },
  };
  return {
    context,
    observations,
    lookedUp,
    of: <S extends Observation['step']>(step: S) =>
      observations.filter((observation): observation is ObservationOf<S> => observation.step === step),
  };
}
