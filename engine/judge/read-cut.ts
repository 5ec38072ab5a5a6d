import { isIP } from 'node:net';
import type { ObservationOf } from '../../model/observation.ts';
import { type Case, looks } from './case.ts';

type Tls = ObservationOf<'tls'>;

/** What is known of a handshake that died, beside the death itself. */
export interface CutReading {
  /** The handshake that was cut without one byte of an answer, so that only what we sent can be the reason. */
  readonly cut?: Tls;
  /** The same address answered a handshake that carried an innocent name. */
  readonly neutralOk?: Tls;
  /** The same address cut that one as well. */
  readonly neutralFails?: Tls;
}

const cutKinds = new Set(['reset', 'eof', 'timeout', 'kernel-timeout']);

export function isCut({ failure }: Pick<Tls, 'failure'>): boolean {
  // Broken before our first byte: then the name cannot be why.
  return failure?.step === 'tls' && cutKinds.has(failure.kind) && failure.detail !== 'before-hello';
}

export function readCut(c: Case): CutReading {
  const cuts = c.current.observations.filter(
    (item): item is Tls => item.step === 'tls' && item.purpose === 'main' && item.peer === 'target' && isCut(item),
  );
  // Only what was silent from the start, and only where a name was sent: a server may well want one.
  const named = cuts.filter((item) => item.bytesReceived === 0 && isIP(c.hop.host) === 0);
  const addresses = new Set(named.map(({ address }) => address).filter((address) => address !== undefined));
  const neutral = looks(c, 'neutral-sni', 'tls').filter(
    ({ address }) => address !== undefined && addresses.has(address),
  );
  const neutralOk = neutral.find(answered);
  const neutralFails = neutralOk ? undefined : neutral.find(isCut);
  const cut = named.find(({ address }) => address === (neutralOk ?? neutralFails)?.address) ?? named.at(-1);
  return {
    ...(cut ? { cut } : {}),
    ...(neutralOk ? { neutralOk } : {}),
    ...(neutralFails ? { neutralFails } : {}),
  };
}

/** A certificate of another name, an alert, anything of TLS at all: the server behind the address spoke. */
export function answered(item: Tls): boolean {
  return item.bytesReceived > 0 && item.failure?.detail !== 'not-tls';
}
