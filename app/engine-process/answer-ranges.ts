import type { Network } from '../../engine/network.ts';
import type { Overlay2018 } from '../../model/cloud.ts';
import type { LookupAnswer, RangesInfo } from '../../model/contract.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import type { Route } from '../../model/route.ts';
import type { FetchWorld } from '../fetch-over-route.ts';
import { asnAttribution, type LoadedRanges, loadRanges } from '../load-ranges.ts';
import { type LookupResult, lookUpWord, readLookupWord } from '../look-up-word.ts';
import { amazonRangesUrl, readCheckedAt } from '../ranges-confirmation.ts';
import { rangesFilesIn } from '../ranges-files.ts';
import { readOverlay2018 } from '../read-overlay-2018.ts';
import { refreshRanges } from '../refresh-ranges.ts';
import { type RangesUpdate, updateRanges } from '../update-ranges.ts';
import type { Answers } from './answer-reports.ts';
import { pass } from './pass.ts';
import type { EngineSetup } from './protocol.ts';

export interface Tables {
  readonly ranges: LoadedRanges;
  readonly problems: readonly Problem[];
  /** See {@link RangesInfo}. */
  readonly checkedAt: string | null;
}

/** The address tables, loaded when they are first needed and again after each update. */
export function openTables({ dataFolder, programFolder, rangesFile }: EngineSetup): {
  read(): Promise<Tables>;
  /** Undefined where it was taken in. */
  update(text: string): Promise<readonly Problem[] | undefined>;
  /** Amazon's newest list, fetched over a route. */
  refresh(route: Route, world: FetchWorld): Promise<Parsed<RangesUpdate>>;
} {
  const files = rangesFilesIn(dataFolder, programFolder);
  const load = async (): Promise<Omit<Tables, 'checkedAt'>> => {
    const wanted = rangesFile === null ? undefined : await loadRanges({ ...files, file: rangesFile });
    if (wanted?.ok) return { ranges: wanted.value, problems: wanted.notices };
    const named = (wanted?.problems ?? []).map((problem) => ({ option: 'WAYLIGHT_AWS_RANGES', ...problem }));
    const own = await loadRanges(files);
    if (!own.ok) throw new Error('tables of our own are never a problem');
    return { ranges: own.value, problems: [...named, ...own.notices] };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const read = async () => {
    loaded ??= load();
    const tables = await loaded;
    return { ...tables, checkedAt: await readCheckedAt(files.cacheFile, tables.ranges.aws?.ranges.syncToken) };
  };
  return {
    read,
    update: async (text) => {
      const bytes = Buffer.from(text);
      const readStdin = async (limit: number) => {
        if (bytes.length > limit) throw Object.assign(new Error('too large'), { name: 'TooLargeError' });
        return bytes;
      };
      const updated = await updateRanges({ from: '-', ...files, readStdin });
      loaded = undefined;
      // It was pasted or picked in a page: there is no file to name.
      return updated.ok ? undefined : updated.problems.map(({ file: _page, ...problem }) => problem);
    },
    refresh: async (route, world) => {
      const refreshed = await refreshRanges({ url: amazonRangesUrl, route, ...files }, world);
      if (refreshed.ok && refreshed.value.updated) loaded = undefined;
      return refreshed;
    },
  };
}

export function describeRanges({ ranges, problems, checkedAt }: Tables): RangesInfo {
  return { source: ranges.source, checkedAt, attribution: ranges.asn ? asnAttribution : '', problems };
}

/** Addresses of one name, prefixes or systems of one range that are worth a line; a lying resolver may give thousands. */
const mostLines = 200;
/** Names asked of the system's resolver at once. */
const namesAtOnce = 8;

export function answerRanges(
  tables: ReturnType<typeof openTables>,
  network: () => Promise<Pick<Network, 'lookup'>>,
): Answers<'readRanges' | 'updateRanges' | 'read2018' | 'lookUp'> {
  /** Computed once for each set of tables. */
  const overlays = new WeakMap<LoadedRanges, Overlay2018>();
  const overlayOf = (ranges: LoadedRanges) => {
    const overlay = overlays.get(ranges) ?? readOverlay2018(ranges);
    overlays.set(ranges, overlay);
    return overlay;
  };
  return {
    readRanges: async () => pass(describeRanges(await tables.read())),
    updateRanges: async ({ text }) => {
      const problems = await tables.update(text);
      return problems ? { ok: false, problems } : pass(describeRanges(await tables.read()));
    },
    read2018: async ({ addresses }) => {
      const { ranges } = await tables.read();
      const inside = addresses.flatMap((address) => {
        const range = ranges.list2018.tag(address);
        return range ? [{ address, ...range }] : [];
      });
      return pass({ overlay: overlayOf(ranges), inside });
    },
    lookUp: async ({ words }) => {
      const { ranges } = await tables.read();
      const { lookup } = await network();
      const waiting = [...words.entries()];
      const answers: LookupAnswer[] = [];
      const work = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [index, word] = next;
          answers[index] = await answerWord(word, ranges, { lookup });
        }
      };
      await Promise.all(Array.from({ length: namesAtOnce }, work));
      return pass(answers);
    },
  };
}

async function answerWord(word: string, ranges: LoadedRanges, network: Pick<Network, 'lookup'>): Promise<LookupAnswer> {
  const read = readLookupWord(word);
  if ('code' in read) return { word, problem: read };
  return toAnswer(await lookUpWord(read, ranges, network, new AbortController().signal));
}

function toAnswer(result: LookupResult): LookupAnswer {
  const { word } = result;
  if (result.kind === 'address') return { word, addresses: [{ address: result.address, facts: result.facts }] };
  if (result.kind === 'host') {
    const { addresses, failure } = result;
    return { word, addresses: addresses.slice(0, mostLines), ...(failure === undefined ? {} : { failure }) };
  }
  if (result.kind === 'region') return { word, region: { addresses: result.addresses, days2018: result.days2018 } };
  const { kind: _kind, word: _word, ...range } = result;
  const { prefixes, systems } = range;
  return { word, range: { ...range, prefixes: prefixes.slice(0, mostLines), systems: systems.slice(0, mostLines) } };
}
