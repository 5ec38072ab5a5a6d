import { asnAttribution, type LoadedRanges } from '../../app/load-ranges.ts';
import type { LookupResult } from '../../app/look-up-word.ts';
import { lifted2018 } from '../../app/read-overlay-2018.ts';
import { sanitizeText } from '../../app/sanitize-text.ts';
import type { AddressFacts, RangesSource } from '../../model/cloud.ts';
import { describeAge } from '../describe-age.ts';
import type { Output } from '../io.ts';

const none = '-';
const shownPrefixes = 20;
const shownSystems = 10;

/** Digits in groups of three, whatever the length. */
export function groupDigits(digits: string | number): string {
  return String(digits).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Where the ranges in use come from, of when they are and how old that is, in words. */
export function describeSource({ source, createdAt, rows }: RangesSource, now: Date): string {
  const origin = {
    file: "Amazon's list, from the file given",
    official: "Amazon's list",
    packaged: "Amazon's list, as packaged with this program",
    practice: 'made up for practice',
    operator: 'by operator, no region (networks of Amazon in the AS table)',
  }[source];
  return `${origin}, ${groupDigits(rows)} rows${createdAt === null ? '' : ` of ${createdAt.slice(0, 10)}${describeAge(createdAt, now)}`}`;
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
  const said = `${name}: ${count} ${count === 1 ? 'address' : 'addresses'} from this system's resolver`;
  const days = result.addresses.flatMap(({ facts }) => facts.range2018?.firstSeen ?? []).toSorted();
  if (days.length === 0) return said;
  const which = count === 1 ? 'on' : `${days.length === count ? 'all' : days.length} of them on`;
  return `${said}, ${which} the list of April 2018 from ${days[0]}`;
}

/** How many addresses were on the list by the end of each day. */
function describeDays(days: readonly { readonly day: string; readonly addresses: number }[]): string[] {
  if (days.length === 0) return [];
  return [` on the list by: ${days.map(({ day, addresses }) => `${day} ${groupDigits(addresses)}`).join('; ')}`];
}

function describeRegion({ word, addresses, days2018 }: Extract<LookupResult, { kind: 'region' }>): string[] {
  const listed = days2018.at(-1)?.addresses ?? 0;
  const share = `${((listed / addresses) * 100).toFixed(1)} %`;
  return [
    `${word}: a region of AWS, ${groupDigits(addresses)} IPv4 addresses, ${groupDigits(listed)} of them (${share}) on the list of April 2018`,
    ...(listed === 0 ? [] : describeDays(days2018)),
  ];
}

/** What everybody who reads of the list has to know with it. */
export const list2018Note = `The list of April 2018 was lifted on ${lifted2018}: it is history, and no evidence that anything is blocked today.`;

function touchesList(result: LookupResult): boolean {
  if (result.kind === 'cidr') return result.addresses2018 > 0;
  if (result.kind === 'region') return result.days2018.some(({ addresses }) => addresses > 0);
  const facts = result.kind === 'address' ? [result.facts] : result.addresses.map((found) => found.facts);
  return facts.some(({ range2018 }) => range2018 !== undefined);
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
    ...describeDays(result.days2018),
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
export function writeLookup(results: readonly LookupResult[], tables: LoadedRanges, now: Date, out: Output): void {
  const lines: string[] = [];
  const hosts = results.filter((result) => result.kind === 'host');
  lines.push(...hosts.map(describeHost));
  const rows = results.flatMap((result) => {
    if (result.kind === 'address') return [toCells(result.address, result.facts)];
    return result.kind === 'host' ? result.addresses.map(({ address, facts }) => toCells(address, facts)) : [];
  });
  if (rows.length > 0) lines.push(...align([headings, ...rows]));
  for (const result of results) {
    if (result.kind === 'cidr') lines.push(...describeCidr(result));
    if (result.kind === 'region') lines.push(...describeRegion(result));
  }
  if (results.some(touchesList)) lines.push('', list2018Note);
  lines.push('', `Ranges: ${describeSource(tables.source, now)}.`);
  if (tables.asn) lines.push(asnAttribution);
  out.write(`${lines.join('\n')}\n`);
}
