import { performance } from 'node:perf_hooks';
import { nodeClock } from '../../engine/node-clock.ts';
import { run } from '../../engine/run/run.ts';
import { createLab } from '../../lab/create-lab.ts';
import { russia2018 } from '../../lab/scenarios/russia-2018.ts';
import { labRunInput } from '../support/lab-run.ts';
import { type BenchResult, median } from './bench-result.ts';

const rounds = 5;

async function firstResultMs(): Promise<number> {
  const startedAt = performance.now();
  const lab = await createLab(russia2018);
  const stop = new AbortController();
  let first: number | undefined;
  try {
    const { input, dependencies } = labRunInput(lab, nodeClock());
    await run(input, dependencies, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'result' || first !== undefined) return;
        first = performance.now() - startedAt;
        stop.abort(new Error('the first result is in'));
      },
    });
  } finally {
    await lab.close();
  }
  return first ?? Number.NaN;
}

/** From nothing to the first result of a check in the practice network, the network's own start included. */
export async function benchFirstResult(): Promise<readonly BenchResult[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await firstResultMs());
  return [{ name: 'first result of a check in the practice network', value: median(times), unit: 'ms', limit: 300 }];
}
