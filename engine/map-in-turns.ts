import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one turn of the event loop may be held, in milliseconds: well below what a person or a socket notices. */
const turnMs = 5;

/** Takes the steps of a long piece of work, with a turn of the event loop for everything else every few milliseconds. */
export async function stepInTurns<T>(steps: Generator<void, T>): Promise<T> {
  let turnStartedAt = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - turnStartedAt < turnMs) continue;
    await nextTurn();
    turnStartedAt = performance.now();
  }
}

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
