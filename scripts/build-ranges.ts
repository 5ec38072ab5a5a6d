import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import { readIpv4, readIpv6 } from '../engine/ranges/address-text.ts';
import { openAsnTable } from '../engine/ranges/asn-table.ts';
import { createColumns } from '../engine/ranges/interval-search.ts';
import { type AsnRanges, encodeAsnTable } from './encode-asn-table.ts';

/** Numbers no network on the Internet may announce (IANA registry "Special-Purpose AS Numbers"): seen, they are leaks. */
function isReserved(asn: number): boolean {
  return asn === 0 || asn === 23456 || (asn >= 64496 && asn <= 131071) || asn >= 4_200_000_000;
}

// Names reach terminals and pages: no control, format (bidirectional overrides among them) or line-separator characters.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const maxNameLength = 200;

function readAddressInto(text: string, family: 4 | 6, columns: readonly Uint32Array[], at: number): void {
  const words = new Uint32Array(4);
  if (family === 4) {
    const address = readIpv4(text);
    if (address < 0) throw new Error(`not an IPv4 address in row ${at}`);
    words[0] = address;
  } else if (!readIpv6(text, words)) throw new Error(`not an IPv6 address in row ${at}`);
  for (const [word, column] of columns.entries()) column[at] = words[word] ?? 0;
}

function readRanges(csv: string, family: 4 | 6, names: Map<number, string>): AsnRanges {
  // First address, last address, AS number, name; a row of any other width is an error.
  const rows = parse<Record<string, string>>(csv, { columns: ['first', 'last', 'asn', 'name'] });
  const kept = rows.filter(({ asn }) => !isReserved(Number(asn)));
  const first = createColumns(family, kept.length);
  const last = createColumns(family, kept.length);
  const asns = new Uint32Array(kept.length);
  for (const [at, row] of kept.entries()) {
    const { asn = '', name = '' } = row;
    readAddressInto(row.first ?? '', family, first, at);
    readAddressInto(row.last ?? '', family, last, at);
    if (!/^[0-9]{1,10}$/.test(asn)) throw new Error(`not an AS number in row ${at}`);
    asns[at] = Number(asn);
    names.set(Number(asn), name.replace(unprintable, ' ').trim().slice(0, maxNameLength));
  }
  return { first, last, asn: asns };
}

/**
 * Compiles the npm package `@ip-location-db/asn` into one binary file. The package's version ends in the hour its data
 * was made (2.3.2026061719), which dates the table, so the same package always gives the same bytes.
 */
export function compileAsnPackage(): Uint8Array {
  const manifestFile = createRequire(import.meta.url).resolve('@ip-location-db/asn/package.json');
  const { version } = JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string };
  const date = /\.(20[0-9]{6})[0-9]{2}$/.exec(version)?.[1];
  if (date === undefined) throw new Error(`no date in the version of @ip-location-db/asn: ${version}`);
  const names = new Map<number, string>();
  const read = (file: string) => readFileSync(join(dirname(manifestFile), file), 'utf8');
  const v4 = readRanges(read('asn-ipv4.csv'), 4, names);
  const v6 = readRanges(read('asn-ipv6.csv'), 6, names);
  return encodeAsnTable(v4, v6, names, Number(date));
}

/** Writes `asn.bin` into `folder`, whole or not at all. */
export function buildRanges(folder: string): void {
  const bytes = compileAsnPackage();
  const opened = openAsnTable(bytes);
  if (!opened.ok) throw new Error(`the compiled table does not open: ${opened.problem}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'asn.bin');
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
  console.log(`${file}: ${opened.table.rows} ranges of ${opened.table.date}, ${bytes.length} bytes`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  buildRanges(resolve(import.meta.dirname, '../out/ranges'));
}
