import type { Environment } from '../../../model/environment.ts';
import type { RouteSummary } from '../../../model/route.ts';

export type ConnectionKey =
  | 'unknown'
  | 'portal'
  | 'dead'
  | 'open'
  | 'tunnel'
  | 'noTunnel'
  | 'proxy'
  | 'noProxy'
  | 'clockFast'
  | 'clockSlow'
  | 'provesNothing'
  | 'scanning'
  | 'tools'
  | 'ipv6Broken';

/** One thing the gate found; `note` is worth a second look, `plain` is as it should be. */
export interface ConnectionFact {
  readonly key: ConnectionKey;
  readonly tone: 'plain' | 'note' | 'bad';
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Further off than this, certificate errors mean nothing (measurement.md). */
const skewThatMattersMs = 120_000;

/** The gate in words, the most important first. `unknown` before a check has looked. */
export function describeConnection(
  environment: Environment | null,
  current: RouteSummary | undefined,
): readonly ConnectionFact[] {
  if (!environment) return [{ key: 'unknown', tone: 'plain' }];
  const facts: ConnectionFact[] = [];
  const { tunnel, systemProxy, clockSkewMs: skew, bypassTools } = environment;
  if (environment.captivePortal) facts.push({ key: 'portal', tone: 'bad' });
  else if (current && current.baseline.tried > 0) {
    facts.push(current.baseline.ok ? { key: 'open', tone: 'plain' } : { key: 'dead', tone: 'bad' });
  }
  if (!tunnel.up) facts.push({ key: 'noTunnel', tone: 'plain' });
  else facts.push({ key: 'tunnel', tone: 'note', values: { name: tunnel.interface ?? '' } });
  if (systemProxy === null) facts.push({ key: 'noProxy', tone: 'plain' });
  else facts.push({ key: 'proxy', tone: 'note', values: { endpoint: systemProxy } });
  if (skew !== null && Math.abs(skew) > skewThatMattersMs) {
    const minutes = Math.round(Math.abs(skew) / 60_000);
    facts.push({ key: skew > 0 ? 'clockFast' : 'clockSlow', tone: 'bad', values: { count: minutes } });
  }
  if (environment.connectsProveNothing) facts.push({ key: 'provesNothing', tone: 'note' });
  if (environment.httpsScanning) facts.push({ key: 'scanning', tone: 'note' });
  if (bypassTools.length > 0) facts.push({ key: 'tools', tone: 'note', values: { names: bypassTools.join(', ') } });
  if (environment.ipv6 === 'broken') facts.push({ key: 'ipv6Broken', tone: 'note' });
  return facts;
}
