import { defineScenario } from '../scenario.ts';
import { comparators, everywhereSites } from './common-parts.ts';
import { worldSites } from './world-sites.ts';

export const offline = defineScenario({
  id: 'offline',
  name: 'No connection',
  summary: 'The cable is unplugged: there is no interface and no route, so nothing can be said about anybody else.',
  interfaces: [],
  defaultInterface: null,
  ...comparators,
  isp: {},
  sites: [...everywhereSites, ...worldSites],
});
