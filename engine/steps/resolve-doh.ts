import type { Answer } from '../../model/observation.ts';
import type { DohServer } from '../run/run-input.ts';
import type { Dialer, StepContext, StepResult } from '../step.ts';

export interface DohClient {
  resolve(name: string, context: StepContext): Promise<StepResult<Answer[]>>;
  /** Destroys every connection; queries under way end as aborted. */
  close(): void;
}
export function createDohClient(_input: { readonly server: DohServer; readonly dialer: Dialer }): DohClient {
  throw new Error('in progress');
}
