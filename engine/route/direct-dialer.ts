import { isIP } from 'node:net';
import type { DirectRoute, InterfaceRoute } from '../../model/route.ts';
import { canonicalAddress } from '../addresses.ts';
import type { Network } from '../network.ts';
import type { Destination, Dialer, StepContext, StepResult } from '../step.ts';
import { connectStep } from '../steps/connect.ts';

type Source =
  | { readonly found: true; readonly localAddress?: string }
  | { readonly found: false; readonly detail: 'interface-missing' | 'no-address-in-family' };

/** Link-local addresses (RFC 3927, RFC 4291 2.5.6) reach only the link, so they come last. */
function isLinkLocal(address: string): boolean {
  return /^(169\.254\.|fe[89ab])/i.test(address);
}

function chooseSource(route: DirectRoute | InterfaceRoute, address: string, network: Network): Source {
  if (route.kind === 'direct') return { found: true };
  const own = network.interfaces().filter((entry) => entry.name === route.interface);
  if (own.length === 0) return { found: false, detail: 'interface-missing' };
  const sameFamily = own.filter((entry) => entry.family === isIP(address)).map((entry) => entry.address);
  const localAddress = sameFamily.find((candidate) => !isLinkLocal(candidate)) ?? sameFamily[0];
  return localAddress === undefined ? { found: false, detail: 'no-address-in-family' } : { found: true, localAddress };
}

function refuse(to: Destination, detail: string, context: StepContext): StepResult<never> {
  const failure = { step: 'connect', kind: 'unreachable', detail } as const;
  const observation = context.record(context.clock.now(), {
    step: 'connect',
    peer: 'target',
    address: to.host,
    port: to.port,
    failure,
  });
  return { ok: false, failure, observation };
}

/**
 * Dials an address straight, or from the own address of one network interface. Throws a TypeError when given a name:
 * names are resolved, and observed, before.
 */
export function createDirectDialer(route: DirectRoute | InterfaceRoute): Dialer {
  return {
    remoteDns: false,
    async dial(to, context) {
      const address = canonicalAddress(to.host);
      if (address === null) throw new TypeError('a direct route dials addresses, not names');
      const source = chooseSource(route, address, context.network);
      if (!source.found) return refuse({ host: address, port: to.port }, source.detail, context);
      const { localAddress } = source;
      return connectStep({ address, port: to.port }, { peer: 'target', localAddress }, context);
    },
  };
}
