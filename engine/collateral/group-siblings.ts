import { readAddress } from '../ranges/address-text.ts';
import { joinUnits } from './join-units.ts';
import { orderByWords } from './order-by-words.ts';
import type { SiblingCounts } from './score-collateral.ts';

/** What two failures must share to be compared: no connection, a cut after ClientHello, a freeze, a refusal. */
export const siblingKinds = ['connect', 'hello', 'freeze', 'http'] as const;
export type SiblingKind = (typeof siblingKinds)[number];

/** How a host stands beside one that fails in some way: `none` is no witness. The last of these that is seen counts. */
export const standings = ['none', 'unverified', 'failed', 'ok'] as const;
export type Standing = (typeof standings)[number];

/** One tested host at one address. */
export interface Neighbour {
  /** Key of the range: a cloud's prefix, or the AS where no prefix is known. */
  readonly range: string;
  /** What somebody registered (`siteOf`): two of its hosts are no two witnesses. */
  readonly site: string;
  readonly address: string;
  readonly standing: Readonly<Record<SiblingKind, Standing>>;
  /** Present for a host that failed: how its siblings are to be read. */
  readonly fails?: SiblingKind;
}

export interface Siblings {
  readonly counts: SiblingCounts;
  /** Somebody in the whole range answers, the host's own site included. */
  readonly rangeAnswers: boolean;
}

/** Members between two rests. */
const stride = 4096;

const nobody: Siblings = { counts: { failed: 0, unverified: 0, ok: 0 }, rangeAnswers: false };

/** Neighbours of one range, ordered by address, so that every part of the range is a stretch of them. */
interface Range {
  readonly members: readonly Neighbour[];
  /** Index of each member in the input. */
  readonly places: readonly number[];
  /** Four 32-bit words each, most significant first. */
  readonly words: Uint32Array;
  /** Members that share a site or an address, directly or through others, are one witness. */
  readonly units: Uint32Array;
}

/**
 * The siblings of each neighbour that failed, in the order of the neighbours; the order of these does not matter. Where some
 * siblings in a range fail and some answer, the range is halved until those around the host agree, while two are left.
 */
export function groupSiblings(neighbours: readonly Neighbour[]): readonly Siblings[] {
  const steps = groupInSteps(neighbours);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** {@link groupSiblings} with rests: whoever takes the steps may do other things between them. None takes more than some milliseconds. */
export function* groupInSteps(neighbours: readonly Neighbour[]): Generator<void, readonly Siblings[]> {
  const found = new Array<Siblings>(neighbours.length).fill(nobody);
  const byRange = Map.groupBy(neighbours.keys(), (at) => neighbours[at]?.range ?? '');
  let sinceRest = 0;
  for (const places of byRange.values()) {
    if (places.length < 2) continue;
    const range = yield* openRange(neighbours, places);
    for (const kind of siblingKinds) {
      const asking = range.members.flatMap(({ fails }, at) => (fails === kind ? [at] : []));
      if (asking.length > 0) yield* createDivider(range, kind, found).divide(0, range.members.length, asking);
    }
    sinceRest += places.length;
    if (sinceRest > stride) {
      sinceRest = 0;
      yield;
    }
  }
  return found;
}

function* openRange(neighbours: readonly Neighbour[], places: readonly number[]): Generator<void, Range> {
  const unsorted = new Uint32Array(places.length * 4);
  const read = new Uint32Array(4);
  const isLarge = places.length > stride;
  for (const [at, place] of places.entries()) {
    const family = readAddress(neighbours[place]?.address ?? '', read);
    unsorted.set(family === 4 ? [0, 0, 0xffff, read[0] ?? 0] : read, at * 4);
    if (at % stride === stride - 1) yield;
  }
  const order = yield* orderByWords(unsorted);
  const words = new Uint32Array(unsorted.length);
  for (const [at, from] of order.entries()) words.set(unsorted.subarray(from * 4, from * 4 + 4), at * 4);
  if (isLarge) yield;
  const sorted = Array.from(order, (at) => places[at] ?? 0);
  if (isLarge) yield;
  const members = sorted.flatMap((place) => neighbours[place] ?? []);
  if (isLarge) yield;
  return { members, places: sorted, words, units: yield* joinUnits(members) };
}

/** Divides a range for the hosts that fail in one way; what it finds goes into `found`, at their places in the input. */
function createDivider(range: Range, kind: SiblingKind, found: Siblings[]) {
  const { members, places, units } = range;
  const ranks = Uint8Array.from(members, ({ standing }) => standings.indexOf(standing[kind]));
  const tally = createTally(units, ranks);
  const rangeAnswers = ranks.includes(standings.indexOf('ok'));
  let sinceRest = 0;

  /** Looks at the members `[from, to)`; `asking` are those of them whose siblings are looked for. */
  function* divide(from: number, to: number, asking: readonly number[]): Generator<void> {
    const countFor = tally(from, to);
    const mixed = asking.filter((at) => {
      const counts = countFor(at);
      const failing = counts.failed + counts.unverified;
      // One sibling alone agrees with itself: then what the larger part said stands.
      const isWhole = to - from === members.length;
      if (isWhole || failing + counts.ok > 1) found[places[at] ?? 0] = { counts, rangeAnswers };
      return failing > 0 && counts.ok > 0;
    });
    const middle = mixed.length === 0 ? from : halve(range.words, from, to);
    sinceRest += to - from;
    if (sinceRest > stride) {
      sinceRest = 0;
      yield;
    }
    if (middle === from) return;
    yield* divide(
      from,
      middle,
      mixed.filter((at) => at < middle),
    );
    yield* divide(
      middle,
      to,
      mixed.filter((at) => at >= middle),
    );
  }
  return { divide };
}

/** Counts the units in a stretch of members by their best standing; the answer leaves out one member's own unit. */
function createTally(units: Uint32Array, ranks: Uint8Array) {
  const best = new Uint8Array(units.length);
  const countedIn = new Uint32Array(units.length);
  let round = 0;
  return (from: number, to: number) => {
    round += 1;
    const counts = [0, 0, 0, 0];
    const add = (rank: number, change: number) => {
      counts[rank] = (counts[rank] ?? 0) + change;
    };
    for (let at = from; at < to; at++) {
      const unit = units[at] ?? 0;
      const rank = ranks[at] ?? 0;
      const known = countedIn[unit] === round ? (best[unit] ?? 0) : undefined;
      if (known !== undefined && known >= rank) continue;
      if (known !== undefined) add(known, -1);
      add(rank, 1);
      best[unit] = rank;
      countedIn[unit] = round;
    }
    return (member: number): SiblingCounts => {
      const own = best[units[member] ?? 0];
      const others = (standing: Standing) => {
        const rank = standings.indexOf(standing);
        return (counts[rank] ?? 0) - (own === rank ? 1 : 0);
      };
      return { failed: others('failed'), unverified: others('unverified'), ok: others('ok') };
    };
  };
}

/** Where the members `[from, to)` part at the first bit in which their addresses differ; `from` where none does. */
function halve(words: Uint32Array, from: number, to: number): number {
  for (let word = 0; word < 4; word++) {
    const read = (member: number) => words[member * 4 + word] ?? 0;
    const difference = read(from) ^ read(to - 1);
    if (difference === 0) continue;
    const bit = 1 << (31 - Math.clz32(difference));
    let middle = from;
    while ((read(middle) & bit) === 0) middle += 1;
    return middle;
  }
  return from;
}
