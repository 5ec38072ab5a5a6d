import type { Clock } from '../../engine/clock.ts';
import type { Network } from '../../engine/network.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import type { StepContext } from '../../engine/step.ts';
import type { AddressFacts } from '../../model/cloud.ts';
import type { Observation, ObservationOf } from '../../model/observation.ts';
import { createStepContext, type TestContextOptions } from './step-context.ts';

export interface Recording {
  readonly context: StepContext;
  /** In the order in which they were recorded. */
  readonly observations: readonly Observation[];
  /** Names the local resolver was asked for. */
  readonly lookedUp: readonly string[];
  of<S extends Observation['step']>(step: S): ObservationOf<S>[];
}

export interface RecordingOptions extends TestContextOptions {
  /** What the local resolver knows; every other name is ENOTFOUND. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly network?: Partial<Network>;
  /** Replaces how the steps wait; durations are still those of the machine's clock. */
  readonly sleep?: Clock['sleep'];
  readonly facts?: (address: string) => AddressFacts;
}

/** A step context over loopback whose local resolver is made up, and tells whom it was asked for. */
export function createRecording(options: RecordingOptions = {}): Recording {
  const lookedUp: string[] = [];
  const lookup: Network['lookup'] = async (name) => {
    lookedUp.push(name);
    const addresses = options.hosts?.[name];
    if (addresses === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return addresses;
  };
  const base = createStepContext(options);
  const network = { ...nodeNetwork({ lookup }), ...options.network };
  const clock = { ...base.clock, ...(options.sleep && { sleep: options.sleep }) };
  return {
    context: { ...base, clock, network, facts: options.facts ?? base.facts },
    observations: base.seen,
    lookedUp,
    of: <S extends Observation['step']>(step: S) =>
      base.seen.filter((observation): observation is ObservationOf<S> => observation.step === step),
  };
}
