import { checkOutputPaths } from '../../app/input/check-output-paths.ts';
import { parseAddress, parseHost } from '../../app/input/parse-host.ts';
import { asnAttribution, type LoadedRanges } from '../../app/load-ranges.ts';
import { prefixReasons } from '../../app/read-ranges-file.ts';
import { writeFileAtomically } from '../../app/write-file-atomically.ts';
import type { Network } from '../../engine/network.ts';
import { type CidrRange, describeCidr, readCidr } from '../../engine/ranges/cidr-facts.ts';
import type { AddressFacts } from '../../model/cloud.ts';
import type { Problem } from '../../model/problem.ts';
import type { ExitCode, Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { writeLookup } from './write-lookup.ts';

export interface LookupOptions {
  readonly ranges?: string | undefined;
  /** `-` is standard output, and then the only thing on it. */
  readonly json?: string | undefined;
}

export interface LookupDependencies {
  readonly io: Io;
  /** Only its resolver is used, and only for names. */
  readonly network: Pick<Network, 'lookup'>;
  readonly files: ReturnType<typeof rangesFiles>;
}

export type LookupResult =
  | { readonly kind: 'address'; readonly word: string; readonly address: string; readonly facts: AddressFacts }
  | {
      readonly kind: 'host';
      readonly word: string;
      readonly resolver: 'system';
      readonly addresses: readonly { readonly address: string; readonly facts: AddressFacts }[];
      /** Why there are no addresses: an errno of getaddrinfo, such as ENOTFOUND, or `timeout`. */
      readonly failure?: string;
    }
  | ({ readonly kind: 'cidr'; readonly word: string } & CidrResult);

type CidrResult = ReturnType<typeof toCidrResult>;

type Word =
  | { readonly kind: 'address' | 'host'; readonly word: string; readonly value: string }
  | { readonly kind: 'cidr'; readonly word: string; readonly range: CidrRange };

const resolveTimeoutMs = 10_000;

/** Addresses as decimal text: an IPv6 range has more than a JSON number can hold. */
function toCidrResult(range: CidrRange, tables: LoadedRanges) {
  const facts = describeCidr(range, { asn: tables.asn, aws: tables.aws?.index, list2018: tables.list2018 });
  return {
    addresses: String(facts.addresses),
    prefixes: facts.prefixes.map(({ prefix, region, services }) => ({ prefix, ...(region && { region }), services })),
    regions: Object.fromEntries(facts.regions),
    services: Object.fromEntries(facts.services),
    systems: facts.systems.map(({ asn, name, addresses }) => ({ asn, name, addresses: String(addresses) })),
    addresses2018: facts.addresses2018,
  };
}

function readWord(word: string): Word | Problem {
  if (word.includes('/')) {
    const range = readCidr(word);
    if (typeof range === 'object') return { kind: 'cidr', word, range };
    return { field: word, code: 'ranges-prefix', params: { reason: prefixReasons[range] } };
  }
  const address = parseAddress(word);
  if (address !== undefined) return { kind: 'address', word, value: address };
  const host = parseHost(word);
  return host === undefined ? { code: 'host-malformed', params: { host: word } } : { kind: 'host', word, value: host };
}

async function lookUpHost(
  { word, value }: { word: string; value: string },
  tables: LoadedRanges,
  { io, network }: LookupDependencies,
): Promise<LookupResult> {
  const base = { kind: 'host', word, resolver: 'system' } as const;
  const timeout = AbortSignal.timeout(resolveTimeoutMs);
  try {
    const found = await network.lookup(value, { signal: AbortSignal.any([io.signal, timeout]) });
    const addresses = [...new Set(found)].map((address) => ({ address, facts: tables.facts(address) }));
    return { ...base, addresses };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { ...base, addresses: [], failure: timeout.aborted ? 'timeout' : code };
  }
}

async function runLookups(
  words: readonly Word[],
  tables: LoadedRanges,
  dependencies: LookupDependencies,
): Promise<LookupResult[]> {
  const results: LookupResult[] = [];
  for (const word of words) {
    if (dependencies.io.signal.aborted) break;
    if (word.kind === 'cidr') results.push({ kind: 'cidr', word: word.word, ...toCidrResult(word.range, tables) });
    else if (word.kind === 'host') results.push(await lookUpHost(word, tables, dependencies));
    else results.push({ kind: 'address', word: word.word, address: word.value, facts: tables.facts(word.value) });
  }
  return results;
}

/**
 * `waylight lookup IP|CIDR|HOST…`: what the tables on this machine know of addresses. Nothing is asked of the network,
 * except the system's resolver for host names. Never rejects for a wrong word or file: those are exit 2, before anything
 * is looked up.
 */
export async function lookupCommand(
  words: readonly string[],
  options: LookupOptions,
  dependencies: LookupDependencies,
): Promise<ExitCode> {
  const { io, files } = dependencies;
  const read = words.map(readWord);
  const problems = read.filter((word): word is Problem => 'code' in word);
  if (options.json !== undefined)
    problems.push(...(await checkOutputPaths([{ option: '--json', path: options.json }])));
  if (problems.length > 0) return refuse(io, problems);
  const loaded = await openRanges(io, files, options.ranges);
  if (!loaded.ok) return refuse(io, loaded.problems);
  sayProblems(io, loaded.notices);

  const tables = loaded.value;
  const usable = read.filter((word): word is Word => !('code' in word));
  const results = await runLookups(usable, tables, dependencies);
  if (options.json !== '-') writeLookup(results, tables, io.stdout);
  if (options.json !== undefined) {
    const attribution = tables.asn ? asnAttribution : undefined;
    const document = { schema: 'waylight.lookup/1', ranges: tables.source, attribution, results };
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (options.json === '-') io.stdout.write(text);
    else await writeFileAtomically(options.json, text);
  }
  return io.signal.aborted ? 3 : 0;
}
