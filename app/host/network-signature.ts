import { readFile } from 'node:fs/promises';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { isTunnelName } from '../../engine/gate/tunnel.ts';
import { defaultRoutes4, defaultRoutes6 } from '../host-facts.ts';

export interface NetworkSources {
  readonly interfaces: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** The text of `/proc/net/route` and `/proc/net/ipv6_route`; empty where there are none. */
  readonly routes: () => Promise<readonly [ipv4: string, ipv6: string]>;
}

const thisMachine: NetworkSources = {
  interfaces: networkInterfaces,
  routes: async () => [await readText('/proc/net/route'), await readText('/proc/net/ipv6_route')],
};

/**
 * What tells one network from another, as text, or empty where this machine is in none: the interfaces that carry the default
 * routes, their gateway, their networks, and the tunnels that are up. Where the system does not tell its default routes, all
 * interfaces. Of IPv6 only the prefix counts: temporary addresses change within one network. Never rejects.
 */
export async function readNetworkSignature(sources: NetworkSources = thisMachine): Promise<string> {
  const [ipv4, ipv6] = await sources.routes();
  const carrying = [defaultRoutes4(ipv4)[0], defaultRoutes6(ipv6)[0]];
  const isKnown = ipv4 !== '' || ipv6 !== '';
  const lines = Object.entries(sources.interfaces()).flatMap(([name, addresses = []]) => {
    if (isKnown && !carrying.includes(name) && !isTunnelName(name)) return [];
    const networks = new Set(addresses.flatMap(networkOf));
    return networks.size > 0 ? [`${name} ${[...networks].sort().join(' ')}`] : [];
  });
  return lines.length > 0 ? [...lines.sort(), `via ${gatewayOf(ipv4)}`].join('\n') : '';
}

function networkOf({ family, internal, cidr, address }: NetworkInterfaceInfo): readonly string[] {
  if (internal || cidr === null) return [];
  if (family === 'IPv4') return address.startsWith('169.254.') ? [] : [cidr];
  if (/^fe[89ab]/i.test(address)) return [];
  const [high = '', low] = address.split('::');
  const left = high.split(':').filter((group) => group !== '');
  const full = low === undefined ? left : [...left, ...Array.from({ length: 4 }, () => '0')];
  return [full.slice(0, 4).join(':')];
}

/** Of the default route with the lowest metric, as the kernel writes it (proc(5)). */
function gatewayOf(table: string): string {
  const [name] = defaultRoutes4(table);
  const line = table.split('\n').find((each) => each.startsWith(`${name}\t00000000\t`));
  return line?.split('\t')[2] ?? '';
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
