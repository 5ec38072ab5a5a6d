import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one turn of the event loop may be held, in milliseconds: well below what a person or a socket notices. */
const turnMs = 10;

/** Maps a long list without standing in the way of everything else: gives the event loop a turn every few milliseconds. */
export async function mapInTurns<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = [];
  let turnStartedAt = performance.now();
  for (const item of items) {
    mapped.push(map(item));
    if (performance.now() - turnStartedAt < turnMs) continue;
    await nextTurn();
    turnStartedAt = performance.now();
  }
  return mapped;
}
