import { checkOutputPaths } from '../../app/input/check-output-paths.ts';
import { asnAttribution } from '../../app/load-ranges.ts';
import { type LookupResult, type LookupWord, lookUpWord, readLookupWord } from '../../app/look-up-word.ts';
import { lifted2018 } from '../../app/read-overlay-2018.ts';
import { writeFileAtomically } from '../../app/write-file-atomically.ts';
import type { Network } from '../../engine/network.ts';
import type { Problem } from '../../model/problem.ts';
import type { ExitCode, Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { list2018Note, writeLookup } from './write-lookup.ts';

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

/**
 * `waylight lookup IP|CIDR|HOST|REGION…`: what the tables on this machine know of addresses. Nothing is asked of the network,
 * except the system's resolver for host names. Never rejects for a wrong word or file: those are exit 2, before anything
 * is looked up.
 */
export async function lookupCommand(
  words: readonly string[],
  options: LookupOptions,
  dependencies: LookupDependencies,
): Promise<ExitCode> {
  const { io, files } = dependencies;
  const read = words.map(readLookupWord);
  const problems = read.filter((word): word is Problem => 'code' in word);
  if (options.json !== undefined)
    problems.push(...(await checkOutputPaths([{ option: '--json', path: options.json }])));
  if (problems.length > 0) return refuse(io, problems);
  const loaded = await openRanges(io, files, options.ranges);
  if (!loaded.ok) return refuse(io, loaded.problems);
  sayProblems(io, loaded.notices);

  const tables = loaded.value;
  const usable = read.filter((word): word is LookupWord => !('code' in word));
  const results: LookupResult[] = [];
  for (const word of usable) {
    if (io.signal.aborted) break;
    results.push(await lookUpWord(word, tables, dependencies.network, io.signal));
  }
  if (options.json !== '-') writeLookup(results, tables, io.now(), io.stdout);
  if (options.json !== undefined) {
    const attribution = tables.asn ? asnAttribution : undefined;
    const list2018 = { lifted: lifted2018, note: list2018Note };
    const document = { schema: 'waylight.lookup/1', ranges: tables.source, attribution, list2018, results };
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (options.json === '-') io.stdout.write(text);
    else await writeFileAtomically(options.json, text);
  }
  return io.signal.aborted ? 3 : 0;
}
