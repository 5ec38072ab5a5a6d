import { isIPv6 } from 'node:net';
import { isp, resolvers } from './addresses.ts';
import type { HttpAction, MiddleboxConfig, NameRule, TlsAction } from './middlebox.ts';
import type { SiteSpec } from './sites.ts';

/** What the provider does to its user. */
export interface CensorSpec {
  /** nftables rules of its forward chain, word for word, such as `ip daddr 52.58.0.0/15 drop`. */
  readonly forward?: readonly string[];
  /** nftables rules that see packets before they are routed, those to the provider's own resolver included. */
  readonly prerouting?: readonly string[];
  /** What its middlebox does to TLS connections, by the name in their ClientHello. */
  readonly tls?: readonly NameRule<TlsAction>[];
  /** What its middlebox does on port 80, by the Host header. */
  readonly http?: readonly NameRule<HttpAction>[];
  /** Sends every DNS packet to the provider's own resolver, whomever it was meant for. */
  readonly interceptDns?: boolean;
  /** Adds a forged answer, ahead of the true one, to queries for these names. */
  readonly injectDns?: Readonly<Record<string, string>>;
}

const firstFlowPort = 20_000;
const injectionPort = 5300;

/** A place that speaks TLS, or seems to, and is no site. */
export interface TlsDoor {
  readonly address: string;
  readonly port: number;
}

/** The flows the middlebox has to read: web ports of all sites, and a data centre's port 80 where all of it is answered. */
function flowsToRead(
  censor: CensorSpec,
  sites: readonly SiteSpec[],
  doors: readonly TlsDoor[],
): MiddleboxConfig['flows'] {
  const everything = censor.http?.some((rule) => rule.name === '*') === true;
  const open = sites.flatMap((site) =>
    site.addresses.flatMap((address) => [
      ...(censor.tls && site.https ? [{ address, port: 443 }] : []),
      ...(censor.http && (site.http || (everything && site.telegram)) ? [{ address, port: 80 }] : []),
    ]),
  );
  if (censor.tls) open.push(...doors);
  return open.map((flow, index) => ({ ...flow, listen: firstFlowPort + index }));
}

/** What the middlebox has to be told; null where none is needed. `forged` comes from the authority it uses. */
export function planMiddlebox(
  censor: CensorSpec,
  sites: readonly SiteSpec[],
  doors: readonly TlsDoor[],
  forge: (name: string) => MiddleboxConfig['forged'][string],
): MiddleboxConfig | null {
  const flows = flowsToRead(censor, sites, doors);
  if (flows.length === 0 && !censor.injectDns) return null;
  const intercepts = (name: string) =>
    censor.tls?.some((rule) => rule.action === 'intercept' && (rule.name === '*' || rule.name === name)) === true;
  const names = [...sites.flatMap((site) => site.names), ''].filter(intercepts);
  return {
    flows,
    tls: censor.tls ?? [],
    http: censor.http ?? [],
    forged: Object.fromEntries(names.map((name) => [name, forge(name)])),
    ...(censor.injectDns ? { injectDns: { listen: injectionPort, to: resolvers.plain, lies: censor.injectDns } } : {}),
  };
}

/** The complete nftables script that makes the provider do this, and nothing of what it did before. */
export function censorRules(censor: CensorSpec, middlebox: MiddleboxConfig | null): string {
  const redirects = (middlebox?.flows ?? []).map(
    ({ address, port, listen }) =>
      `${isIPv6(address) ? 'ip6' : 'ip'} daddr ${address} tcp dport ${port} redirect to :${listen}`,
  );
  return `
table inet censor { }
delete table inet censor
table inet censor {
  chain forward {
    type filter hook forward priority filter;
    ${(censor.forward ?? []).join('\n    ')}
  }
  chain before {
    type filter hook prerouting priority mangle;
    ${(censor.prerouting ?? []).join('\n    ')}
  }
  chain redirected {
    type nat hook prerouting priority dstnat;
    iifname != "user0" return
    ${censor.interceptDns ? `meta nfproto ipv4 udp dport 53 dnat ip to ${isp.v4}:53\n    meta nfproto ipv4 tcp dport 53 dnat ip to ${isp.v4}:53` : ''}
    ${censor.injectDns ? `ip daddr ${resolvers.plain} udp dport 53 redirect to :${injectionPort}` : ''}
    ${redirects.join('\n    ')}
  }
}
`;
}
