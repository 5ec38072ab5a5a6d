import { defineScenario } from '../scenario.ts';
import { comparators, everywhereSites } from './common-parts.ts';
import { russia2026 } from './russia-2026.ts';
import { worldSites } from './world-sites.ts';

export const vpnOn = defineScenario({
  id: 'vpn-on',
  name: 'A VPN is on',
  summary:
    'The provider censors, but a tunnel carries the current connection, so everything works through it. The cable underneath is still there to be measured as a route of its own.',
  interfaces: [
    { name: 'utun4', address: '10.8.0.2', via: 'tunnel' },
    { name: 'eth0', address: '192.168.1.23', via: 'isp' },
  ],
  defaultInterface: 'utun4',
  ...comparators,
  isp: russia2026.isp,
  sites: [...everywhereSites, ...worldSites],
});
