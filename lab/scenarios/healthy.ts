import { defineScenario } from '../scenario.ts';
import { comparators, everywhereSites } from './common-parts.ts';
import { worldSites } from './world-sites.ts';

export const healthy = defineScenario({
  id: 'healthy',
  name: 'An open network',
  summary: 'Nobody interferes: every service answers, over IPv4 and IPv6.',
  interfaces: [
    { name: 'eth0', address: '192.168.1.23', via: 'isp' },
    { name: 'eth0', address: '2a02:6b8:0:40c::23', via: 'isp' },
  ],
  defaultInterface: 'eth0',
  ...comparators,
  isp: {},
  sites: [
    // Two hosts with IPv6, so that both families are exercised.
    ...[...everywhereSites, ...worldSites].map((site) => {
      if (site.target?.id === 'google-204')
        return { ...site, addresses: [...site.addresses, '2a00:1450:4001:829::2004'] };
      if (site.target?.id === 'wikipedia') return { ...site, addresses: [...site.addresses, '2a02:ec80:300:ed1a::1'] };
      return site;
    }),
  ],
  proxies: [
    {
      id: 'http-abroad',
      label: 'HTTP proxy abroad',
      kind: 'http',
      host: '203.0.113.30',
      address: '203.0.113.30',
      port: 8080,
    },
  ],
});
