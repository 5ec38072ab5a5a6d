import type { CloudFinding } from '../../../model/cloud.ts';
import type { Result } from '../../../model/result.ts';
import { isAddress } from '../../components/address-words.ts';

export interface SeenAddress {
  readonly address: string;
  /** Of the routes that connected to it, or asked their proxy for it: whether each got through. */
  readonly dialled: readonly { readonly routeId: string; readonly ok: boolean }[];
  /** Who named it: `system`, or the resolver's own address or host. */
  readonly namedBy: readonly string[];
  /** From an observation: the AS its packaged table gave. */
  readonly asn?: number;
  readonly cloud?: CloudFinding;
}

/** Every address of the target that was named or dialled, in the order in which they were first seen. */
export function collectAddresses(results: readonly Result[], cloud: readonly CloudFinding[]): readonly SeenAddress[] {
  const sightings = results.flatMap(({ routeId, observations }) =>
    observations.flatMap((item) => sightingsOf(routeId, item)),
  );
  return [...Map.groupBy(sightings, ({ address }) => address)].map(([address, same]) => {
    const finding = cloud.find((item) => item.address === address);
    const asn = same.findLast((item) => item.asn !== undefined)?.asn;
    const routes = Map.groupBy(
      same.filter((item) => item.dialled !== undefined),
      ({ routeId }) => routeId,
    );
    return {
      address,
      dialled: [...routes].map(([routeId, goes]) => ({ routeId, ok: goes.some(({ dialled }) => dialled === true) })),
      namedBy: [...new Set(same.flatMap(({ namedBy }) => (namedBy === undefined ? [] : [namedBy])))],
      ...(asn !== undefined && { asn }),
      ...(finding && { cloud: finding }),
    };
  });
}

interface Sighting {
  readonly address: string;
  readonly routeId: string;
  readonly namedBy?: string;
  readonly asn?: number;
  /** Whether a connection to it was made. */
  readonly dialled?: boolean;
}

function sightingsOf(routeId: string, item: Result['observations'][number]): readonly Sighting[] {
  if (item.step === 'resolve') {
    const namedBy = item.resolver === 'system' ? 'system' : (item.server ?? item.resolver);
    return [item.answers, ...(item.laterAnswers ?? [])].flat().map(({ address, asn }) => ({
      address,
      routeId,
      namedBy,
      ...(asn !== undefined && { asn }),
    }));
  }
  const address = dialledAddress(item);
  // A proxy that would not even hear us says nothing of the address.
  const unheard = item.failure?.kind === 'proxy-auth' || item.failure?.kind === 'proxy-protocol';
  return address === undefined || unheard ? [] : [{ address, routeId, dialled: item.failure === undefined }];
}

function dialledAddress(item: Result['observations'][number]): string | undefined {
  if (item.step === 'connect') return item.peer === 'target' ? item.address : undefined;
  return item.step === 'proxy' && isAddress(item.requested) ? item.requested : undefined;
}
