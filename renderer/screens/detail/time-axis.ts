import { scaleLinear } from 'd3-scale';
import type { Attempt } from './lay-out-attempts.ts';

/** Where moments lie on the one axis that all waterfalls of a target share. */
export interface TimeAxis {
  /** Milliseconds at the far end. */
  readonly end: number;
  /** Milliseconds after which the axis is compressed, so that a long wait does not flatten what was quick; or null. */
  readonly knee: number | null;
  /** 0 to 1. */
  readonly place: (ms: number) => number;
  readonly ticks: readonly { readonly ms: number; readonly at: number }[];
}

/** Share of the width for what comes before the knee. */
const kneeAt = 0.72;
/** A wait this many times as long as everything that went well is worth a knee. */
const worthAKnee = 3;

export function timeAxis(attempts: readonly Attempt[]): TimeAxis {
  const bars = attempts.flatMap(({ rows }) => rows.flatMap((row) => row.bars));
  const longest = Math.max(1, ...bars.map(({ to }) => to));
  const good = Math.max(0, ...bars.filter(({ failure }) => !failure).map(({ to }) => to));
  const linear = scaleLinear().domain([0, longest]).range([0, 1]).nice(4);
  const [, end = longest] = linear.domain();
  if (good <= 0 || longest < good * worthAKnee) {
    return { end, knee: null, place: clamped(linear), ticks: linear.ticks(4).map((ms) => ({ ms, at: linear(ms) })) };
  }
  const quick = scaleLinear().domain([0, good]).nice(3);
  const [, knee = good] = quick.domain();
  const bent = scaleLinear().domain([0, knee, end]).range([0, kneeAt, 1]).clamp(true);
  const ticks = [...quick.ticks(3), end].map((ms) => ({ ms, at: bent(ms) }));
  return { end, knee, place: bent, ticks };
}

function clamped(scale: (ms: number) => number): (ms: number) => number {
  return (ms) => Math.min(1, Math.max(0, scale(ms)));
}
