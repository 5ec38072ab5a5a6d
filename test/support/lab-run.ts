import blockPages from '../../data/block-pages.json' with { type: 'json' };
import { blockPageMarksSchema } from '../../engine/block-pages.ts';
import type { Clock } from '../../engine/clock.ts';
import type { RunDependencies, RunInput } from '../../engine/run/run-input.ts';
import { defaultTimeouts } from '../../engine/step.ts';
import { createTrustStore } from '../../engine/trust-store.ts';
import type { Lab } from '../../lab/create-lab.ts';

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
