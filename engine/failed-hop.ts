import { isIP } from 'node:net';
import type { Observation, ObservationOf } from '../model/observation.ts';
import type { Target } from '../model/target.ts';
import { placeOfUrl } from './place-of-url.ts';

/** The leg of a redirect chain on which a try ended: the site asked for, or one that it sent us to. */
export interface FailedHop {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** What this leg showed, in order. */
  readonly observations: readonly Observation[];
  /** Addresses dialled on this leg, IPv4 first. */
  readonly addresses: readonly string[];
}

/** Finds the last leg of the last try in the observations of one result. */
export function findFailedHop(target: Target, observations: readonly Observation[]): FailedHop {
  const lastTry = Math.max(1, ...observations.map((item) => (item.purpose === 'main' ? item.try : 1)));
  const main = observations.filter((item) => item.purpose === 'main' && item.try === lastTry);
  const previous = main.findLast((item): item is ObservationOf<'http'> => item.step === 'http' && isRedirect(item));
  const leg = previous ? main.slice(main.indexOf(previous) + 1) : main;
  const url = previous ? redirectTarget(previous) : target.url === undefined ? undefined : parseUrl(target.url);
  const place = url ? placeOfUrl(url) : { host: target.host, port: target.port, secure: target.protocol === 'tls' };
  return { ...place, observations: leg, addresses: dialledAddresses(leg) };
}

function isRedirect(item: ObservationOf<'http'>): boolean {
  const { status } = item;
  return !item.failure && status !== undefined && status >= 300 && status < 400 && item.headers.location !== undefined;
}

function redirectTarget(item: ObservationOf<'http'>): URL | undefined {
  return parseUrl(item.headers.location ?? '', item.url);
}

function parseUrl(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

function dialledAddresses(leg: readonly Observation[]): readonly string[] {
  const dialled = leg.flatMap((item) =>
    item.step === 'connect' && item.peer === 'target' && item.address !== undefined ? [item.address] : [],
  );
  const unique = [...new Set(dialled)];
  return [...unique.filter((address) => isIP(address) === 4), ...unique.filter((address) => isIP(address) !== 4)];
}
