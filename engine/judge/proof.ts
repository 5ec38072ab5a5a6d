import type { Observation } from '../../model/observation.ts';
import type { Result } from '../../model/result.ts';
import type { Target } from '../../model/target.ts';
import { placeOfUrl } from '../place-of-url.ts';
import type { JudgeInput } from './case.ts';

/**
 * Whether an answer over a route can only have come from the target. A certificate, our own nonce or a text that only the
 * service sends prove it on any route. Without them a captive portal answers plain HTTP, a box that accepts every
 * connection answers a bare connect, and many local proxies say yes before they have dialled anybody.
 */
export function isProven({ target, routes, results, environment }: JudgeInput, result: Result): boolean {
  if (target.protocol === 'mtproto' || startsSecure(target) || target.expect?.bodyIncludes !== undefined) return true;
  const isCurrent = result.routeId === results[0].routeId;
  if (isCurrent && environment.captivePortal) return false;
  if (target.protocol !== 'tcp') return true;
  const kind = routes.find(({ id }) => id === result.routeId)?.kind;
  const dialsItself = kind === 'direct' || kind === 'interface';
  return dialsItself && !(isCurrent && environment.connectsProveNothing);
}

/** Whether the very first connection to the target is a TLS one, verified for its name. */
function startsSecure(target: Target): boolean {
  return target.protocol === 'tls' || (target.url !== undefined && /^(https|wss):/i.test(target.url));
}

/** The host asked for, and every one that redirects led to, asked with success or not. */
export function visitedHosts(target: Target, observations: readonly Observation[]): ReadonlySet<string> {
  const urls = observations.flatMap((item) =>
    item.step === 'http' && item.purpose === 'main' ? [item.url, ...item.redirects.map(({ url }) => url)] : [],
  );
  const first = target.url ?? '';
  return new Set([target.host, ...[first, ...urls].flatMap(hostOf)]);
}

function hostOf(url: string): readonly string[] {
  return URL.canParse(url) ? [placeOfUrl(new URL(url)).host] : [];
}
