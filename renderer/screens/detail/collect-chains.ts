import type { Certificate, ObservationOf } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';

/** A chain of certificates with every place where it was shown. */
export interface SeenChain {
  readonly peer: 'target' | 'proxy';
  readonly chain: readonly Certificate[];
  readonly trust?: ObservationOf<'tls'>['trust'];
  /** The first handshake of each route that showed it. */
  readonly shown: readonly { readonly routeId: string; readonly observation: ObservationOf<'tls'> }[];
}

/** The different chains that were shown, those of the target first. */
export function collectChains(results: readonly Result[]): readonly SeenChain[] {
  const shown = results.flatMap(({ routeId, observations }) =>
    observations.flatMap((item) =>
      item.step === 'tls' && item.chain.length > 0 ? [{ routeId, observation: item }] : [],
    ),
  );
  const chains = Map.groupBy(shown, ({ observation: { peer, chain, trust } }) =>
    [peer, trust, ...chain.map(({ fingerprint256 }) => fingerprint256)].join(' '),
  );
  return [...chains.values()]
    .flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const { peer, chain, trust } = first.observation;
      const byRoute = same.filter(({ routeId }, index) => same.findIndex((item) => item.routeId === routeId) === index);
      return [{ peer, chain, shown: byRoute, ...(trust !== undefined && { trust }) }];
    })
    .sort((a, b) => Number(a.peer === 'proxy') - Number(b.peer === 'proxy'));
}

/** `common name` of a distinguished name such as `O=Example, CN=example.com`; the whole where it has none. */
export function commonName(distinguished: string): string {
  return /(?:^|,\s*)CN=([^,]+)/.exec(distinguished)?.[1]?.trim() ?? distinguished;
}
