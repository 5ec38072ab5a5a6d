import { isIP } from 'node:net';

/** Second-level labels under which countries register names, so that `example.co.uk` is a site and `co.uk` is not. */
const registries = new Set([
  'ac',
  'co',
  'com',
  'edu',
  'gob',
  'gov',
  'gouv',
  'go',
  'mil',
  'ne',
  'net',
  'nom',
  'or',
  'org',
  'sch',
]);

/**
 * The part of a host name somebody registered, nearly: the last two labels, or three under `co.uk` and its like. An
 * address is its own site. Not the Public Suffix List: two customers of `github.io` count as one site, which errs towards
 * "the same site"; a country whose registry is missing above errs the same way.
 */
export function siteOf(host: string): string {
  const name = host.toLowerCase().replace(/\.$/, '');
  const bare = name.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return bare;
  const labels = name.split('.');
  const [second, top] = labels.slice(-2);
  const isRegistry = top?.length === 2 && second !== undefined && registries.has(second);
  return labels.slice(isRegistry ? -3 : -2).join('.');
}
