import { asnAttribution, type LoadedRanges } from '../../app/load-ranges.ts';
import type { LookupResult } from '../../app/look-up-word.ts';
import { sanitizeText } from '../../app/sanitize-text.ts';
import type { AddressFacts, RangesSource } from '../../model/cloud.ts';
import type { Output } from '../io.ts';

const none = '-';
const shownPrefixes = 20;
const shownSystems = 10;

/** Digits in groups of three, whatever the length. */
export function groupDigits(digits: string | number): string {
  return String(digits).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Where the ranges in use come from and of when they are, in words. */
export function describeSource({ source, createdAt, rows }: RangesSource): string {
  const origin = {
    file: "Amazon's list, from the file given",
    official: "Amazon's list",
    packaged: "Amazon's list, as packaged with this program",
    operator: 'by operator, no region (networks of Amazon in the AS table)',
  }[source];
  return `${origin}, ${groupDigits(rows)} rows${createdAt === null ? '' : ` of ${createdAt.slice(0, 10)}`}`;
}

const headings = ['address', 'AS', 'network', 'operator', 'prefix', 'region', 'service', 'list of April 2018'];

function toCells(address: string, facts: AddressFacts): string[] {
  // A prefix without a region is announced from many places at once.
  const region = facts.region ?? (facts.prefix === undefined ? none : 'anycast');
  const { range2018 } = facts;
  return [
    address,
    facts.asn === undefined ? none : `AS${facts.asn}`,
    facts.asName === undefined ? none : sanitizeText(facts.asName, 40),
    facts.operator ?? none,
    facts.prefix ?? none,
    region,
    facts.service ?? none,
    range2018 ? `${range2018.prefix} from ${range2018.firstSeen}` : none,
  ];
}

/** Rows as lines of aligned columns. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function describeHost(result: Extract<LookupResult, { kind: 'host' }>): string {
  const name = sanitizeText(result.word, 255);
  if (result.failure !== undefined) return `${name}: this system's resolver gives no address (${result.failure})`;
  const count = result.addresses.length;
  return `${name}: ${count} ${count === 1 ? 'address' : 'addresses'} from this system's resolver`;
}

function tally(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length === 0 ? none : parts.join(', ');
}

function describeCidr(result: Extract<LookupResult, { kind: 'cidr' }>): string[] {
  const { prefixes, systems } = result;
  const networks = systems
    .slice(0, shownSystems)
    .map(({ asn, name, addresses }) => `  AS${asn} ${sanitizeText(name, 40)}: ${groupDigits(addresses)} addresses`);
  const listed = prefixes
    .slice(0, shownPrefixes)
    .map(({ prefix, region, services }) => `  ${prefix} ${region ?? 'anycast'} ${services.join(' ')}`);
  return [
    `${result.word}: ${groupDigits(result.addresses)} addresses, ${groupDigits(result.addresses2018)} of them on the list of April 2018`,
    ` networks: ${groupDigits(systems.length)}`,
    ...networks,
    ...(systems.length > shownSystems ? [`  and ${groupDigits(systems.length - shownSystems)} more`] : []),
    ` AWS prefixes inside or around: ${groupDigits(prefixes.length)}`,
    ...listed,
    ...(prefixes.length > shownPrefixes ? [`  and ${groupDigits(prefixes.length - shownPrefixes)} more`] : []),
    ` AWS regions: ${tally(result.regions)}`,
    ` AWS services: ${tally(result.services)}`,
  ];
}

/** Writes look-ups for people: a table of addresses, then the ranges asked for, then where it all comes from. */
export function writeLookup(results: readonly LookupResult[], tables: LoadedRanges, out: Output): void {
  const lines: string[] = [];
  const hosts = results.filter((result) => result.kind === 'host');
  lines.push(...hosts.map(describeHost));
  const rows = results.flatMap((result) => {
    if (result.kind === 'address') return [toCells(result.address, result.facts)];
    return result.kind === 'host' ? result.addresses.map(({ address, facts }) => toCells(address, facts)) : [];
  });
  if (rows.length > 0) lines.push(...align([headings, ...rows]));
  for (const result of results) if (result.kind === 'cidr') lines.push(...describeCidr(result));
  lines.push('', `Ranges: ${describeSource(tables.source)}.`);
  if (tables.asn) lines.push(asnAttribution);
  out.write(`${lines.join('\n')}\n`);
}
