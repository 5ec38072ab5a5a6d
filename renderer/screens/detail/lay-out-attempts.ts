import type { Failure } from '../../../model/failure.ts';
import type { Observation, ObservationOf, Purpose } from '../../../model/observation.ts';

/** What a bar of the waterfall stands for, in the order in which one connection goes through them. */
export const stages = ['dns', 'tcp', 'proxy', 'tls', 'firstByte', 'body', 'transfer', 'websocket', 'mtproto'] as const;
export type Stage = (typeof stages)[number];

export interface Bar {
  readonly observation: Observation;
  /** Milliseconds from the start of its attempt. */
  readonly from: number;
  readonly to: number;
  readonly failure?: Failure;
  /** Bars of one row that overlap in time lie in lanes of their own, from 0. */
  readonly lane: number;
}

/** One stage of an attempt. Several addresses or endpoints tried at once are several bars of it. */
export interface StageRow {
  readonly stage: Stage;
  readonly peer: 'target' | 'proxy';
  readonly bars: readonly Bar[];
  readonly lanes: number;
}

/** One go at the target: a try, or a second look made to tell a failure from its look-alikes. */
export interface Attempt {
  readonly purpose: Purpose;
  readonly try: number;
  /** Milliseconds from the start of the run. */
  readonly startMs: number;
  readonly rows: readonly StageRow[];
  /** Milliseconds its longest bar ends after its start. */
  readonly endMs: number;
  /** How its furthest stage ended; `failure` is the last one there. */
  readonly outcome: { readonly ok: number; readonly failed: number; readonly failure?: Failure };
}

interface Span {
  readonly observation: Observation;
  readonly stage: Stage;
  readonly peer: 'target' | 'proxy';
  readonly start: number;
  readonly end: number;
  readonly failure?: Failure;
}

const purposes: readonly Purpose[] = [
  'main',
  'neutral-sni',
  'pinned',
  'true-address',
  'other-port',
  'fallback',
  'throughput',
];

/**
 * Whether an observation lies on the way to the target. Questions to other resolvers run beside it, are waited for by
 * nobody, and would stretch the time axis: they are listed apart.
 */
export function isOnPath(observation: Observation): boolean {
  return observation.step !== 'resolve' || observation.resolver === 'system';
}

/** The attempts of one target over one route: the first try, the second, then the second looks, each from its own zero. */
export function layOutAttempts(observations: readonly Observation[]): readonly Attempt[] {
  const groups = Map.groupBy(observations.filter(isOnPath), (item) => `${item.purpose} ${item.try}`);
  return [...groups.values()]
    .map(layOutAttempt)
    .sort((a, b) => purposes.indexOf(a.purpose) - purposes.indexOf(b.purpose) || a.try - b.try);
}

/** The answers of every resolver that was asked, in the order of asking. */
export function resolverAnswers(observations: readonly Observation[]): readonly ObservationOf<'resolve'>[] {
  return observations
    .filter((item): item is ObservationOf<'resolve'> => item.step === 'resolve')
    .toSorted((a, b) => a.startMs - b.startMs);
}

function layOutAttempt(observations: readonly Observation[]): Attempt {
  const spans = observations.flatMap(toSpans);
  const startMs = Math.min(...spans.map(({ start }) => start));
  const endMs = Math.max(...spans.map(({ end }) => end)) - startMs;
  const rows = [...Map.groupBy(spans, ({ stage, peer }) => `${stage} ${peer}`).values()]
    .toSorted((a, b) => firstStart(a) - firstStart(b) || rank(a) - rank(b))
    .map((row) => toRow(row, startMs));
  const [first] = observations;
  return {
    purpose: first?.purpose ?? 'main',
    try: first?.try ?? 1,
    startMs,
    rows,
    endMs,
    outcome: judgeRows(rows),
  };
}

function toSpans(observation: Observation): Span[] {
  const { startMs: start, ms, failure } = observation;
  const end = start + ms;
  const whole = (stage: Stage, peer: Span['peer'] = 'target'): Span[] => [
    { observation, stage, peer, start, end, ...(failure && { failure }) },
  ];
  switch (observation.step) {
    case 'resolve':
      return whole('dns');
    case 'connect':
      return whole('tcp', observation.peer);
    case 'tls':
      return whole('tls', observation.peer);
    case 'http': {
      const { firstByteMs } = observation;
      if (firstByteMs === undefined) return whole('firstByte');
      const first = Math.min(start + firstByteMs, end);
      return [
        { observation, stage: 'firstByte', peer: 'target', start, end: first },
        { observation, stage: 'body', peer: 'target', start: first, end, ...(failure && { failure }) },
      ];
    }
    default:
      return whole(observation.step);
  }
}

function firstStart(spans: readonly Span[]): number {
  return Math.min(...spans.map(({ start }) => start));
}

function rank([span]: readonly Span[]): number {
  return span === undefined ? 0 : stages.indexOf(span.stage);
}

function toRow(spans: readonly Span[], zero: number): StageRow {
  const sorted = spans.toSorted((a, b) => a.start - b.start || a.end - b.end);
  // Where each lane is free again; a lane takes the next bar that starts when it is.
  const free: number[] = [];
  const bars = sorted.map(({ observation, start, end, failure }) => {
    const found = free.findIndex((at) => at <= start);
    const lane = found === -1 ? free.length : found;
    free[lane] = end;
    return { observation, from: start - zero, to: end - zero, lane, ...(failure && { failure }) };
  });
  const [first] = sorted;
  return { stage: first?.stage ?? 'dns', peer: first?.peer ?? 'target', bars, lanes: free.length };
}

function judgeRows(rows: readonly StageRow[]): Attempt['outcome'] {
  const furthest = rows.toSorted((a, b) => reach(b) - reach(a))[0];
  const bars = furthest?.bars ?? [];
  const failures = bars.flatMap(({ failure }) => (failure ? [failure] : []));
  const failure = failures.at(-1);
  return { ok: bars.length - failures.length, failed: failures.length, ...(failure && { failure }) };
}

/** How far along the way a stage lies: whatever is between us and a proxy comes before the proxy's own answer. */
function reach({ stage, peer }: StageRow): number {
  return peer === 'proxy' ? stages.indexOf(stage) / 100 : stages.indexOf(stage);
}
