/** Choices that are offered, in order, with the one that is set: it may have been set elsewhere. */
export function withOwn(offered: readonly number[], set: number | null): readonly number[] {
  return [...new Set([...offered, ...(set === null ? [] : [set])])].sort((a, b) => a - b);
}
