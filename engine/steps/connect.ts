import type { Endpoint } from '../../model/address.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';

export interface ConnectOptions {
  /** Whether this connection goes to the target or to the route's proxy. */
  readonly peer: 'target' | 'proxy';
  /** Source address of an interface route. */
  readonly localAddress?: string | undefined;
}

/**
 * One TCP handshake with one address, within `timeouts.connect`. The socket lives no longer than `context.signal`: it is
 * destroyed when that aborts, even between two steps. Otherwise the caller destroys it.
 */
export async function connectStep(
  endpoint: Endpoint,
  { peer, localAddress }: ConnectOptions,
  context: StepContext,
): Promise<StepResult<Connection>> {
  const { clock, network, signal, timeouts } = context;
  const startedAt = clock.now();
  const draft = { step: 'connect', peer, address: endpoint.address, port: endpoint.port } as const;
  try {
    const socket = await withDeadline(clock, timeouts.connect, signal, async (stop) => {
      const opened = await network.connect(endpoint, { signal: stop, ...(localAddress ? { localAddress } : {}) });
      // A network that noticed the abort too late: nobody waits for this socket any more.
      if (stop.aborted) opened.destroy();
      return opened;
    });
    // Between two steps nobody listens; a reset then must not end the process. The next step reads `errored`.
    socket.on('error', () => {});
    const onAbort = () => socket.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', onAbort));
    const source = socket.localAddress ?? localAddress;
    const observation = context.record(startedAt, { ...draft, ...(source ? { localAddress: source } : {}) });
    return { ok: true, value: { socket, address: endpoint.address, port: endpoint.port }, observation };
  } catch (error) {
    const failure = classifyError('connect', error, signal);
    const observation = context.record(startedAt, { ...draft, ...(localAddress ? { localAddress } : {}), failure });
    return { ok: false, failure, observation };
  }
}
