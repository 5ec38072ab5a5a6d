import type { Endpoint } from '../../model/address.ts';
import type { Answer } from '../../model/observation.ts';
import type { StepContext, StepResult } from '../step.ts';

export interface UdpOptions {
  /** Source address to bind, for an interface route. */
  readonly localAddress?: string | undefined;
  /** How long to keep listening for a second, different reply, in milliseconds. */
  readonly laterMs?: number | undefined;
}
export function resolveUdp(
  _name: string,
  _server: Endpoint,
  _context: StepContext,
  _options: UdpOptions = {},
): Promise<StepResult<Answer[]>> {
  throw new Error('in progress');
}
