import blockPages from '../../data/block-pages.json' with { type: 'json' };
import { blockPageMarksSchema } from '../../engine/block-pages.ts';
import type { Clock } from '../../engine/clock.ts';
import type { RunDependencies, RunInput } from '../../engine/run/run-input.ts';
import { defaultTimeouts } from '../../engine/step.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import type { Lab } from '../../lab/create-lab.ts';

/** Short deadlines: the practice network answers in milliseconds, and what it drops never answers. */
export const hastyTimeouts: RunInput['timeouts'] = {
  resolve: 800,
  connect: 400,
  proxy: 800,
  tls: 500,
  firstByte: 600,
  stall: 500,
  mtproto: 400,
  job: 4000,
};

/** What `waylight demo` gives the engine, for tests that call the engine themselves. */
export function labRunInput(
  lab: Lab,
  clock: Clock,
  change: Partial<RunInput> = {},
): { input: RunInput; dependencies: RunDependencies } {
  return {
    input: {
      runId: 'test-run',
      profile: 'standard',
      targets: lab.targets,
      routes: lab.routes,
      baselines: lab.baselines,
      dns: lab.dns,
      doh: lab.doh,
      timeouts: defaultTimeouts,
      concurrency: 32,
      host: lab.host,
      ranges: { source: 'operator', createdAt: null, rows: 0 },
      software: { name: 'waylight', version: '0.0.0' },
      ...change,
    },
    dependencies: {
      network: lab.network,
      clock,
      trust: createTrustStore({ bundled: [lab.authority], system: [], extra: [] }),
      facts: () => ({}),
      marks: blockPageMarksSchema.parse(blockPages),
    },
  };
}
