import { isIPv6 } from 'node:net';
import type { Failure } from '../../model/failure.ts';
import { canonicalAddress } from '../addresses.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';
import { connectStep } from '../steps/connect.ts';

const addressesTried = 2;

/** One of each family where there are two, in the resolver's order: `localhost` is often only half there. */
function chooseAddresses(addresses: readonly string[]): string[] {
  const [first, ...rest] = addresses;
  if (first === undefined) return [];
  const second = rest.find((address) => isIPv6(address) !== isIPv6(first)) ?? rest[0];
  return second === undefined ? [first] : [first, second];
}

/**
 * Opens TCP connections to a proxy. A name is looked up by the system's resolver (it is the proxy's name, never a target's),
 * and up to two of its addresses are tried one after the other; each try is an observation. The addresses are remembered, the
 * one that answered first, so that a dead one costs its time once.
 */
export function createProxyConnector(
  host: string,
  port: number,
): (context: StepContext) => Promise<StepResult<Connection>> {
  const literal = canonicalAddress(host.replace(/^\[(.*)\]$/, '$1'));
  let known: readonly string[] = literal === null ? [] : [literal];

  async function findAddresses(context: StepContext): Promise<Failure | undefined> {
    try {
      const found = await withDeadline(context.clock, context.timeouts.resolve, context.signal, (signal) =>
        context.network.lookup(host, { signal }),
      );
      known = chooseAddresses(found.map(canonicalAddress).filter((address) => address !== null));
      return known.length > 0 ? undefined : { step: 'resolve', kind: 'no-answer', detail: 'proxy-host' };
    } catch (error) {
      return { ...classifyError('resolve', error, context.signal), detail: 'proxy-host' };
    }
  }

  return async (context) => {
    if (known.length === 0) {
      const startedAt = context.clock.now();
      const failure = await findAddresses(context);
      if (failure !== undefined) {
        const observation = context.record(startedAt, { step: 'connect', peer: 'proxy', port, failure });
        return { ok: false, failure, observation };
      }
    }
    let last: StepResult<Connection> | undefined;
    for (const address of known.slice(0, addressesTried)) {
      last = await connectStep({ address, port }, { peer: 'proxy' }, context);
      if (last.ok) known = [address, ...known.filter((other) => other !== address)];
      if (last.ok || context.signal.aborted) break;
    }
    if (last === undefined) throw new Error('a proxy without addresses');
    return last;
  };
}
