/** A forecast between 0 and 1, and whether what it spoke of was so. */
export interface Forecast {
  readonly score: number;
  readonly holds: boolean;
}

/** Mean squared distance between the scores and what was so (1) or was not (0): 0 is best. NaN for none. */
export function brierScore(forecasts: readonly Forecast[]): number {
  return mean(forecasts.map(({ score, holds }) => (score - Number(holds)) ** 2));
}

/** What always saying the share of those that hold would reach. NaN for none. */
export function brierOfShare(forecasts: readonly Forecast[]): number {
  const share = shareThatHolds(forecasts);
  return share * (1 - share);
}

/** NaN for none. */
export function shareThatHolds(forecasts: readonly Forecast[]): number {
  return mean(forecasts.map(({ holds }) => Number(holds)));
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanScore: number;
  readonly share: number;
}

/** Bins of equal width over 0 to 1, without the empty ones; a score on a border belongs to the upper bin, 1 to the last. */
export function fillBins(forecasts: readonly Forecast[], bins: number): readonly Bin[] {
  // A tenth is no binary fraction: without the rounding, .3 × 10 of some sums falls just below 3.
  const binOf = (score: number) => Math.min(bins - 1, Math.floor(Math.round(score * bins * 1e6) / 1e6));
  const grouped = Map.groupBy(forecasts, ({ score }) => binOf(score));
  return [...grouped]
    .sort(([a], [b]) => a - b)
    .map(([bin, members]) => ({
      from: bin / bins,
      to: (bin + 1) / bins,
      count: members.length,
      meanScore: mean(members.map(({ score }) => score)),
      share: shareThatHolds(members),
    }));
}

/** How often each pair occurs: a row per `rows`, in it a number per `columns`. What is in neither is an error. */
export function countPairs<R extends string, C extends string>(
  pairs: readonly (readonly [R, C])[],
  rows: readonly R[],
  columns: readonly C[],
): readonly (readonly number[])[] {
  const counts = rows.map(() => columns.map(() => 0));
  for (const [row, column] of pairs) {
    const line = counts[rows.indexOf(row)];
    const at = columns.indexOf(column);
    if (!line || at < 0) throw new RangeError(`no place for ${row}, ${column}`);
    line[at] = (line[at] ?? 0) + 1;
  }
  return counts;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
