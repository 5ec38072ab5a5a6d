import resolvers from '../../data/resolvers.json' with { type: 'json' };
import type { ScenarioDeclaration } from '../scenario.ts';
import { baselineSites } from './baseline-sites.ts';
import { telegramSites } from './telegram-sites.ts';

const [doh] = resolvers.doh;
if (doh === undefined) throw new RangeError('data/resolvers.json names no DoH server');

/** The comparators of `data/resolvers.json`. */
export const comparators = {
  dns: resolvers.dns,
  resolvers: resolvers.doh.flatMap(({ addresses }) => addresses),
  doh: { url: doh.url, addresses: doh.addresses.filter((address) => !address.includes(':')) },
} satisfies Partial<ScenarioDeclaration>;

/** A computer behind a home router, and nothing else. */
export const homeConnection = {
  interfaces: [{ name: 'eth0', address: '192.168.1.23', via: 'isp' }],
  defaultInterface: 'eth0',
} satisfies Partial<ScenarioDeclaration>;

export const everywhereSites = [...baselineSites, ...telegramSites];
