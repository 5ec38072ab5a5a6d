/** One figure with the limit it has to keep. `value` must not exceed `limit`, or must reach it when `atLeast`. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  readonly atLeast?: boolean;
}

export function isWithin(result: BenchResult): boolean {
  return result.atLeast ? result.value >= result.limit : result.value <= result.limit;
}

export function formatResult(result: BenchResult): string {
  const figure = `${round(result.value)} ${result.unit}`.padStart(16);
  const bound = `${result.atLeast ? 'at least' : 'at most'} ${round(result.limit)} ${result.unit}`;
  return `${isWithin(result) ? 'ok  ' : 'FAIL'} ${figure}  ${result.name} (${bound})`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Math.round(value * 100) / 100);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
