import { defineScenario } from '../scenario.ts';
import { comparators, everywhereSites, homeConnection } from './common-parts.ts';
import { worldSites } from './world-sites.ts';

const portal = '10.0.0.1';

export const captivePortal = defineScenario({
  id: 'captive-portal',
  name: 'A hotel before signing in',
  summary: 'The sign-in page of a network answers for everyone. Nothing is blocked, and nothing may be called so.',
  ...homeConnection,
  ...comparators,
  isp: { portal: { address: portal } },
  sites: [
    ...everywhereSites,
    ...worldSites,
    {
      host: 'login.hotel.example',
      addresses: [portal],
      scheme: 'both',
      certificate: 'untrusted',
      strangers: 'redirect',
      answer: { kind: 'page', title: 'Welcome! Please sign in', kib: 4 },
    },
  ],
  proxies: [
    {
      id: 'socks-abroad',
      label: 'SOCKS5 abroad',
      kind: 'socks5h',
      host: '203.0.113.10',
      address: '203.0.113.10',
      port: 1080,
    },
  ],
});
