import type { FetchWorld } from '../../app/fetch-over-route.ts';
import { parseRoute } from '../../app/input/parse-route.ts';
import { asnAttribution, type LoadedRanges } from '../../app/load-ranges.ts';
import { readTrust } from '../../app/read-trust.ts';
import { amazonRangesUrl, refreshRanges } from '../../app/refresh-ranges.ts';
import { sanitizeText } from '../../app/sanitize-text.ts';
import { updateRanges } from '../../app/update-ranges.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import type { ExitCode, Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { describeSource, groupDigits } from './write-lookup.ts';

export interface RangesOptions {
  readonly update?: boolean | undefined;
  readonly from?: string | undefined;
  readonly route?: string | undefined;
}

export interface RangesDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
  /** What a list is fetched with: this machine's own network, unless a test stands in for it. */
  readonly world?: () => Promise<Omit<FetchWorld, 'signal'>>;
}

const isUrl = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

type Update =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly from: string }
  | { readonly kind: 'fetch'; readonly url: string; readonly route: Route };

const needs = (option: string, what: string): Problem => ({ option, code: 'option-needs', params: { needs: what } });

function readUpdate({ update, from, route }: RangesOptions): Parsed<Update> {
  const refuseWith = (problem: Problem) => ({ ok: false, problems: [problem] }) as const;
  const take = (value: Update) => ({ ok: true, value, notices: [] }) as const;
  if (!update) {
    const stray = from === undefined ? (route === undefined ? undefined : '--route') : '--from';
    return stray === undefined ? take({ kind: 'none' }) : refuseWith(needs(stray, '--update'));
  }
  if (from !== undefined && !isUrl(from)) {
    return route === undefined ? take({ kind: 'file', from }) : refuseWith(needs('--route', '--from https://…'));
  }
  const over = parseRoute(route ?? 'direct', 1);
  if (!over.ok) return { ok: false, problems: over.problems.map((problem) => ({ option: '--route', ...problem })) };
  if (over.value.kind === 'mtproxy') return refuseWith({ option: '--route', code: 'fetch-route' });
  const notices = over.notices.map((notice) => ({ option: '--route', ...notice }));
  return { ok: true, value: { kind: 'fetch', url: from ?? amazonRangesUrl, route: over.value }, notices };
}

async function thisMachine(): Promise<Omit<FetchWorld, 'signal'>> {
  return { network: nodeNetwork(), clock: nodeClock(), trust: await readTrust() };
}

/** Takes a newer list in and says so; an exit code where that is the end of it. */
async function takeIn(
  update: Exclude<Update, { kind: 'none' }>,
  { io, files, world = thisMachine }: RangesDependencies,
): Promise<ExitCode | undefined> {
  const result =
    update.kind === 'file'
      ? await updateRanges({ from: update.from, ...files, readStdin: (limit) => io.readStdin(limit) })
      : await refreshRanges({ ...update, ...files }, { ...(await world()), signal: io.signal });
  if (!result.ok) {
    // Whoever interrupts a download gets no complaint about what did not come.
    if (io.signal.aborted) return 3;
    const option = update.kind === 'file' ? '--from' : '--update';
    return refuse(
      io,
      result.problems.map((problem) => ({ option, ...problem })),
    );
  }
  const { updated, ranges, previousFile } = result.value;
  const day = ranges.createdAt.slice(0, 10);
  io.stderr.write(updated ? `The list of ${day} is now in use.\n` : `The list of ${day} is in use already.\n`);
  if (previousFile !== undefined) io.stderr.write(`The one before it is kept as ${sanitizeText(previousFile, 1024)}\n`);
  return undefined;
}

function describeTables({ source, aws, asn }: LoadedRanges): string[] {
  const facts: (readonly [string, string])[] = [['source', describeSource(source)]];
  if (source.createdAt !== null) facts.push(['published', source.createdAt]);
  if (aws) {
    const { regions, services, v4, v6 } = aws.ranges;
    const rows = `${groupDigits(v4.length.length)} IPv4, ${groupDigits(v6.length.length)} IPv6`;
    facts.push(
      ['rows', `${rows}; ${groupDigits(aws.index.size)} distinct prefixes`],
      ['regions', `${regions.length}: ${regions.toSorted().join(' ')}`],
      ['services', `${services.length}: ${services.toSorted().join(' ')}`],
      ['file', sanitizeText(aws.file, 1024)],
    );
  }
  if (asn) {
    facts.push(['AS table', `${groupDigits(asn.rows)} ranges of ${asn.date}`], ['credit', asnAttribution]);
  }
  return facts.map(([name, value]) => `${name.padEnd(10)}${value}`);
}

/**
 * `waylight ranges`: which address tables are in use. With `--update`, fetches Amazon's list first, or what --from names, over
 * --route, and takes it in if the acceptance rules allow it (see acceptRanges); what fails or is refused is exit 2 and
 * changes nothing.
 */
export async function rangesCommand(options: RangesOptions, dependencies: RangesDependencies): Promise<ExitCode> {
  const { io, files } = dependencies;
  const update = readUpdate(options);
  if (!update.ok) return refuse(io, update.problems);
  sayProblems(io, update.notices);
  if (update.value.kind !== 'none') {
    const end = await takeIn(update.value, dependencies);
    if (end !== undefined) return end;
  }
  const loaded = await openRanges(io, files, undefined);
  if (!loaded.ok) return refuse(io, loaded.problems);
  sayProblems(io, loaded.notices);
  io.stdout.write(`${describeTables(loaded.value).join('\n')}\n`);
  return 0;
}
