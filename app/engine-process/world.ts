import resolvers from '../../data/resolvers.json' with { type: 'json' };
import type { Network } from '../../engine/network.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import type { RunInput } from '../../engine/run/run-input.ts';
import type { TrustStore } from '../../engine/step.ts';
import { builtInBaselines } from '../built-in-targets.ts';
import { readHostFacts } from '../host-facts.ts';
import { readTrust } from '../read-trust.ts';
import type { EngineSetup } from './protocol.ts';

/** What checks are made in: this machine's own network, or a practice network where a test stands in for it. */
export interface World extends Pick<RunInput, 'baselines' | 'dns' | 'doh'> {
  readonly network: Network;
  /** Read anew for each run. */
  trust(): Promise<TrustStore>;
  host(): Promise<RunInput['host']>;
}

export async function openRealWorld({ systemProxy }: EngineSetup): Promise<World> {
  const [doh] = resolvers.doh;
  if (doh === undefined) throw new RangeError('data/resolvers.json names no DoH server');
  return {
    network: nodeNetwork({ eager: true }),
    baselines: builtInBaselines(),
    dns: resolvers.dns,
    doh,
    trust: () => readTrust(),
    // The environment of this process is not the person's: what it says of a proxy was read where it can be.
    host: async () => ({ ...(await readHostFacts({})), systemProxy }),
  };
}
