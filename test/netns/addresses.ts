/**
 * Who lives where in the little world. The public addresses are the real ones, because the tables that map an address to
 * its network (AS) are the real ones too; inside a namespace without a way out they are ours to give.
 */

export const user = { v4: '192.168.1.2', v6: '2a00:1370:8100::2' } as const;

/** The provider's box on the user's side: the gateway and the resolver that DHCP would hand out. */
export const isp = { v4: '192.168.1.1', v6: '2a00:1370:8100::1' } as const;

/** The link between the provider and the rest of the world. */
export const uplink = {
  ispV4: '100.64.0.1',
  internetV4: '100.64.0.2',
  ispV6: '2a00:1370:8200::1',
  internetV6: '2a00:1370:8200::2',
} as const;

/** A second link of the user that goes round the provider, as a VPN does. */
export const vpn = { interface: 'wg0', user: '10.8.0.2', gateway: '10.8.0.1' } as const;

/** Plain DNS comparator (Google) and DoH server (Cloudflare). */
export const resolvers = { plain: '8.8.8.8', doh: '1.1.1.1', dohUrl: 'https://1.1.1.1/dns-query' } as const;

/** Where the proxies live: abroad, behind the censor, each on its own address so that a rule can name just one. */
export const proxyAddresses = {
  socks: '185.15.59.10',
  socksPassword: '185.15.59.11',
  danted: '185.15.59.12',
  connect: '185.15.59.13',
  connectPassword: '185.15.59.14',
  https: '185.15.59.15',
  socks4a: '185.15.59.16',
  mtproxyPlain: '185.15.59.20',
  mtproxyPadded: '185.15.59.21',
  mtproxyFakeTls: '185.15.59.22',
  dead: '185.15.59.99',
} as const;
