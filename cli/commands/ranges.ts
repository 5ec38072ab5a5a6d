import type { FetchWorld } from '../../app/fetch-over-route.ts';
import { asnAttribution, type LoadedRanges } from '../../app/load-ranges.ts';
import { amazonRangesUrl, readCheckedAt } from '../../app/ranges-confirmation.ts';
import { readOverlay2018 } from '../../app/read-overlay-2018.ts';
import { readTrust } from '../../app/read-trust.ts';
import { carriesFiles, refreshInTurn } from '../../app/refresh-in-turn.ts';
import { refreshRanges } from '../../app/refresh-ranges.ts';
import { sanitizeText } from '../../app/sanitize-text.ts';
import { type RangesUpdate, updateRanges } from '../../app/update-ranges.ts';
import type { InterfaceAddress } from '../../engine/network.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import type { ExitCode, Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { readRoutes } from './prepare-check.ts';
import { describeSource, groupDigits } from './write-lookup.ts';

export interface RangesOptions {
  readonly update?: boolean | undefined;
  readonly from?: string | undefined;
  readonly route: readonly string[];
  readonly routes?: string | undefined;
}

type FetchSurroundings = Omit<FetchWorld, 'signal'>;

export interface RangesDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
  /** What a list is fetched with: this machine's own network, unless a test stands in for it. */
  readonly world?: () => Promise<FetchSurroundings>;
}

const isUrl = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

type Update =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly from: string }
  | { readonly kind: 'fetch'; readonly url: string; readonly routes: readonly Route[] };

const needs = (option: string, what: string): Problem => ({ option, code: 'option-needs', params: { needs: what } });

/** What is asked for, with nothing sent yet. Routes are read to the end, so that all that is wrong with them is said at once. */
async function readUpdate(
  { update, from, route, routes }: RangesOptions,
  io: Io,
  interfaces: () => Promise<readonly InterfaceAddress[]>,
): Promise<Parsed<Update>> {
  const refuseWith = (problem: Problem) => ({ ok: false, problems: [problem] }) as const;
  const take = (value: Update) => ({ ok: true, value, notices: [] }) as const;
  const wayOption = route.length > 0 ? '--route' : routes === undefined ? undefined : '--routes';
  if (!update) {
    const stray = from === undefined ? wayOption : '--from';
    return stray === undefined ? take({ kind: 'none' }) : refuseWith(needs(stray, '--update'));
  }
  if (from !== undefined && !isUrl(from)) {
    return wayOption === undefined ? take({ kind: 'file', from }) : refuseWith(needs(wayOption, '--from https://…'));
  }
  const read = await readRoutes({ route, ...(routes === undefined ? {} : { routes }) }, io, await interfaces());
  if (!read.ok) return read;
  const usable = read.value.filter(carriesFiles);
  if (usable.length === 0) return refuseWith({ option: wayOption ?? '--route', code: 'fetch-route' });
  const value = { kind: 'fetch', url: from ?? amazonRangesUrl, routes: usable } as const;
  return { ok: true, value, notices: read.notices };
}

async function thisMachine(): Promise<Omit<FetchWorld, 'signal'>> {
  return { network: nodeNetwork(), clock: nodeClock(), trust: await readTrust() };
}

/** Over one route after another; what is wrong with one is said with its label, where there are several. */
async function fetchInTurn(
  { url, routes }: Extract<Update, { kind: 'fetch' }>,
  { io, files }: RangesDependencies,
  world: FetchSurroundings,
): Promise<Parsed<RangesUpdate & { readonly route?: string }>> {
  const refresh = (route: Route) => refreshRanges({ url, route, ...files }, { ...world, signal: io.signal });
  const { taken, problems } = await refreshInTurn(routes, refresh, () => !io.signal.aborted);
  const said = routes.length > 1 ? problems : problems.map(({ route: _only, ...problem }) => problem);
  if (!taken) return { ok: false, problems: said };
  const { route, value } = taken;
  return { ok: true, value: { ...value, ...(routes.length > 1 && { route: route.label }) }, notices: said };
}

/** Takes a newer list in and says so; an exit code where that is the end of it. */
async function takeIn(
  update: Exclude<Update, { kind: 'none' }>,
  dependencies: RangesDependencies,
  world: () => Promise<FetchSurroundings>,
): Promise<ExitCode | undefined> {
  const { io, files } = dependencies;
  const result: Awaited<ReturnType<typeof fetchInTurn>> =
    update.kind === 'file'
      ? await updateRanges({ from: update.from, ...files, readStdin: (limit) => io.readStdin(limit) })
      : await fetchInTurn(update, dependencies, await world());
  const option = update.kind === 'file' ? '--from' : '--update';
  const named = (problems: readonly Problem[]) => problems.map((problem) => ({ option, ...problem }));
  if (!result.ok) {
    // Whoever interrupts a download gets no complaint about what did not come.
    return io.signal.aborted ? 3 : refuse(io, named(result.problems));
  }
  if (update.kind === 'fetch') sayProblems(io, named(result.notices));
  const { updated, ranges, previousFile, route } = result.value;
  const day = ranges.createdAt.slice(0, 10);
  const over = route === undefined ? '' : `, over “${sanitizeText(route, 64)}”`;
  io.stderr.write(`The list of ${day} is ${updated ? 'now in use' : 'in use already'}${over}.\n`);
  if (previousFile !== undefined) io.stderr.write(`The one before it is kept as ${sanitizeText(previousFile, 1024)}\n`);
  return undefined;
}

/** What would be on the list of April 2018 again, in one line. */
function describeOverlay(tables: LoadedRanges): string {
  const { days, lifted } = readOverlay2018(tables);
  const last = days.at(-1);
  const { inside = 0, total = 0 } = last?.amazon ?? {};
  const share = total === 0 ? '' : `, ${((inside / total) * 100).toFixed(1)} % of Amazon's IPv4 addresses today`;
  return `${groupDigits(last?.addresses ?? 0)} addresses listed by ${last?.day}${share}; history, lifted on ${lifted}`;
}

function describeTables(tables: LoadedRanges, checkedAt: string | null, now: Date): string[] {
  const { source, aws, asn } = tables;
  const facts: (readonly [string, string])[] = [['source', describeSource(source, now)]];
  if (source.createdAt !== null) facts.push(['published', source.createdAt]);
  if (aws)
    facts.push([
      'confirmed',
      checkedAt === null ? 'never asked whether there is a newer one' : `${checkedAt}: Amazon had no newer one`,
    ]);
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
  facts.push(['2018 list', describeOverlay(tables)]);
  return facts.map(([name, value]) => `${name.padEnd(10)}${value}`);
}

/**
 * `waylight ranges`: which address tables are in use. With `--update`, fetches Amazon's list first, or what --from names, over
 * the routes in turn until one serves, and takes it in if the acceptance rules allow it (see acceptRanges); what fails over
 * all of them or is refused is exit 2 and changes nothing.
 */
export async function rangesCommand(options: RangesOptions, dependencies: RangesDependencies): Promise<ExitCode> {
  const { io, files, world = thisMachine } = dependencies;
  let opened: Promise<FetchSurroundings> | undefined;
  const openWorld = () => {
    opened ??= world();
    return opened;
  };
  const update = await readUpdate(options, io, async () => (await openWorld()).network.interfaces());
  if (!update.ok) return refuse(io, update.problems);
  sayProblems(io, update.notices);
  if (update.value.kind !== 'none') {
    const end = await takeIn(update.value, dependencies, openWorld);
    if (end !== undefined) return end;
  }
  const loaded = await openRanges(io, files, undefined);
  if (!loaded.ok) return refuse(io, loaded.problems);
  sayProblems(io, loaded.notices);
  const checkedAt = await readCheckedAt(files.cacheFile, loaded.value.aws?.ranges.syncToken);
  io.stdout.write(`${describeTables(loaded.value, checkedAt, io.now()).join('\n')}\n`);
  return 0;
}
