import type { Network } from '../../engine/network.ts';
import type { Endpoint } from '../../model/address.ts';

/** What becomes silent on the way of the user's own connections; a proxy dials from elsewhere. */
export interface Disturbance {
  /** @param nth how many connections to this endpoint came before */
  silences(to: Endpoint, nth: number): boolean;
}

/** What the practice network has no rule for: services that ignore visitors from home, lost packets, a firewall here. */
export function disturbNetwork(network: Network, disturbance: Disturbance, otherInterface: string): Network {
  const counts = new Map<string, number>();
  return {
    ...network,
    connect: (to, options) => {
      if (options.localAddress === otherInterface) return network.connect(to, options);
      const key = `${to.address} ${to.port}`;
      const nth = counts.get(key) ?? 0;
      counts.set(key, nth + 1);
      if (!disturbance.silences(to, nth)) return network.connect(to, options);
      const { signal } = options;
      return new Promise((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
}
