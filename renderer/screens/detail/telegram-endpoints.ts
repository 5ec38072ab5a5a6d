import type { Failure } from '../../../model/failure.ts';
import type { Observation, ObservationOf } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';

export interface EndpointCell {
  readonly ok: boolean;
  readonly pingMs?: number;
  readonly failure?: Failure;
  /** The last thing that went well. */
  readonly reached?: ObservationOf<'mtproto'>['stage'] | ObservationOf<'mtproto'>['proxyStage'];
  /** A plain transport or an older hello passed where the usual one did not. */
  readonly fallback: boolean;
}

/** One endpoint of a data centre, with a place per route; undefined where it was not tried. */
export interface EndpointRow {
  /** `address:port`, or null for "through the MTProxy", which chooses the address itself. */
  readonly endpoint: string | null;
  readonly cells: readonly (EndpointCell | undefined)[];
}

/** Telegram's endpoints as they did over each route, the last try of each. */
export function telegramEndpoints(results: readonly Result[]): readonly EndpointRow[] {
  const routes = results.map(({ observations }) => endpointsOf(observations));
  const names = new Set(routes.flatMap((endpoints) => [...endpoints.keys()]));
  return [...names]
    .sort((a, b) => Number(a === throughProxy) - Number(b === throughProxy))
    .map((name) => ({
      endpoint: name === throughProxy ? null : name,
      cells: routes.map((endpoints) => endpoints.get(name)),
    }));
}

const throughProxy = '';

function endpointsOf(observations: readonly Observation[]): ReadonlyMap<string, EndpointCell> {
  const cells = new Map<string, EndpointCell>();
  if (!observations.some(({ step }) => step === 'mtproto' || step === 'connect')) return cells;
  for (const item of observations) {
    const name = endpointOf(item);
    if (name === undefined) continue;
    const before = cells.get(name);
    const ok = item.step === 'mtproto' && item.failure === undefined;
    // A second look that passes is worth saying; one that fails says nothing new.
    if (item.purpose !== 'main') {
      if (ok && before && !before.ok) cells.set(name, { ...before, fallback: true });
    } else if (item.step === 'mtproto') cells.set(name, fromMtproto(item));
    else if (item.failure) cells.set(name, { ok: false, failure: item.failure, fallback: false });
  }
  return cells;
}

function fromMtproto({ failure, pingMs, stage, proxyStage }: ObservationOf<'mtproto'>): EndpointCell {
  return {
    ok: failure === undefined,
    reached: proxyStage ?? stage,
    fallback: false,
    ...(pingMs !== undefined && { pingMs }),
    ...(failure && { failure }),
  };
}

function endpointOf(item: Observation): string | undefined {
  if (item.step === 'mtproto') return item.address === undefined ? throughProxy : at(item.address, item.port);
  if (item.step === 'connect' && item.peer === 'target' && item.address !== undefined)
    return at(item.address, item.port);
  if (item.step === 'proxy') return at(item.requested, item.port);
  return undefined;
}

function at(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
