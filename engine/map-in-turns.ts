import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items between two turns of the event loop; even slow ones take but a few hundredths of a millisecond each. */
const perTurn = 256;

/** Takes the steps of a long piece of work, with a turn of the event loop for everything else after each. */
export async function stepInTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

/** Maps a long list without standing in the way of everything else. */
export async function mapInTurns<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = [];
  for (const item of items) {
    mapped.push(map(item));
    if (mapped.length % perTurn === 0) await nextTurn();
  }
  return mapped;
}
