import type { Environment } from '../../model/environment.ts';
import type { Observation } from '../../model/observation.ts';
import { isFakeIp } from '../addresses.ts';
import type { InterfaceAddress, Network } from '../network.ts';

/**
 * Interface names that tunnels use: Linux and BSD `tun`, `tap`, `wg`, `ppp`; macOS `utun` and `ipsec`; and the adapters that
 * VPN programs name after themselves on Windows. A name is a hint, so the report says which sign was seen.
 */
const tunnelName =
  /^(tun|tap|utun|wg|ppp|ipsec|nordlynx|proton|warp|cloudflarewarp|tailscale|zt|outline|amnezia|mullvad|windscribe|sing-?(box|tun)|xray|v2ray|clash|mihomo|meta$|hiddify)|vpn|wireguard/i;

export function isTunnelName(name: string): boolean {
  return tunnelName.test(name);
}

/**
 * Which interface carries traffic to an address: a UDP socket is connected to it, which sends no packet but makes the
 * kernel choose a source address, and that address belongs to an interface.
 */
export async function findSourceInterface(
  network: Network,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const channel = await network.udp({ address, port: 9 }, { signal });
    channel.close();
    return network.interfaces().find((item) => item.address === channel.localAddress)?.name;
  } catch {
    return undefined;
  }
}

export function readTunnel(
  sources: readonly (string | undefined)[],
  interfaces: readonly InterfaceAddress[],
  defaultRouteInterfaces: readonly string[],
): Environment['tunnel'] {
  const carrying = sources.find((name) => name !== undefined && isTunnelName(name));
  if (carrying !== undefined) return { up: true, interface: carrying, sign: 'interface' };
  const preferred = defaultRouteInterfaces.find(isTunnelName);
  const exists = interfaces.some(({ name }) => name === preferred);
  return preferred !== undefined && exists ? { up: true, interface: preferred, sign: 'default-route' } : { up: false };
}

/** Answers in 198.18.0.0/15 are handed out by a local tunnel (RFC 2544 space used as "fake IP"): it resolves names itself. */
export function sawFakeIp(observations: Iterable<Observation>): boolean {
  for (const item of observations) {
    if (item.step !== 'resolve' || item.resolver !== 'system') continue;
    if (item.answers.some(({ address }) => isFakeIp(address))) return true;
  }
  return false;
}
