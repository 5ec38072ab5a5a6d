import { isIPv6 } from 'node:net';
import type { Failure } from '../../model/failure.ts';
import { canonicalAddress } from '../addresses.ts';
import { classifyError } from '../classify-error.ts';
import { withDeadline } from '../deadline.ts';
import type { Connection, StepContext, StepResult } from '../step.ts';
import { connectStep } from '../steps/connect.ts';

const addressesTried = 2;
/** So many silent tries in a row, with none that worked, and the proxy is taken for dead … */
const silentTries = 3;
/** … for so long, in milliseconds: a run of many targets would otherwise wait for it hundreds of times over. */
const rememberedMs = 30_000;

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
 * one that answered first, so that a dead one costs its time once; a proxy that stays silent altogether is not waited for again
 * and again: later tries say what the earlier ones found, with detail `remembered`.
 */
export function createProxyConnector(
  host: string,
  port: number,
): (context: StepContext) => Promise<StepResult<Connection>> {
  const literal = canonicalAddress(host.replace(/^\[(.*)\]$/, '$1'));
  let known: readonly string[] = literal === null ? [] : [literal];
  let silence: { readonly tries: number; readonly at: number; readonly failure: Failure } | undefined;

  function recall(context: StepContext): StepResult<Connection> | undefined {
    if (!silence || silence.tries < silentTries) return undefined;
    const startedAt = context.clock.now();
    if (startedAt - silence.at > rememberedMs) return undefined;
    const failure: Failure = { ...silence.failure, detail: 'remembered' };
    const address = known[0] === undefined ? {} : { address: known[0] };
    return {
      ok: false,
      failure,
      observation: context.record(startedAt, { step: 'connect', peer: 'proxy', ...address, port, failure }),
    };
  }

  function remember(last: StepResult<Connection>, context: StepContext): void {
    if (last.ok) silence = undefined;
    else if (isSilence(last.failure)) {
      silence = { tries: (silence?.tries ?? 0) + 1, at: context.clock.now(), failure: last.failure };
    }
  }

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
    const recalled = recall(context);
    if (recalled) return recalled;
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
    remember(last, context);
    return last;
  };
}

/** Our own deadline for the connect ran out, or the kernel's did; a job that was stopped proves nothing. */
function isSilence({ kind, detail }: Failure): boolean {
  return (kind === 'timeout' && detail === undefined) || kind === 'kernel-timeout';
}
