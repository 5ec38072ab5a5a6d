import type { CallName } from '../../model/call-names.ts';
import type { Answer, HostEvent, Input, Output } from '../../model/contract.ts';
import type { RoutesView } from '../../model/route-view.ts';
import type { SettingsStore } from '../settings/settings-state.ts';
import type { HostPorts, PruneLimits, RunStore } from './ports.ts';

/** Every call of the contract, its input checked already. Answers with problems; a rejection is a defect. */
export type Handlers = { readonly [N in CallName]: (input: Input<N>) => Promise<Answer<Output<N>>> };

/** What the calls of a host share. */
export interface HostContext {
  readonly ports: HostPorts;
  readonly settings: SettingsStore;
  /** They are kept by the engine's process: both answer with `engine-lost` where it could not. */
  readonly runs: {
    size(): Promise<Answer<ReturnType<RunStore['size']> & { readonly limits: PruneLimits }>>;
    limit(limits: PruneLimits): Promise<Answer<null>>;
    removeAll(): Promise<Answer<null>>;
  };
  readonly emit: (event: HostEvent) => void;
  /** This machine's interfaces that have an address, loopback left out. */
  readonly interfaces: () => RoutesView['interfaces'];
  /** Ends the run under way, if any, and keeps nothing of it. */
  readonly dropRun: () => Promise<void>;
  readonly now: () => Date;
}
