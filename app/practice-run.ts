import { nodeClock } from '../engine/node-clock.ts';
import type { RunDependencies, RunInput } from '../engine/run/run-input.ts';
import { defaultTimeouts } from '../engine/step.ts';
import { createTrustStore } from '../engine/trust-store.ts';
import type { Lab } from '../lab/create-lab.ts';
import type { Scenario } from '../lab/scenario.ts';
import { builtInMarks } from './built-in-facts.ts';
import type { LoadedRanges } from './load-ranges.ts';
import { practiceRanges } from './practice-ranges.ts';

/** A run of the real engine in a practice network, with everything the scenario has. */
export function practiceRun(
  lab: Lab,
  {
    runId,
    software,
    scenario,
    ranges,
  }: Pick<RunInput, 'runId' | 'software'> & {
    readonly scenario: Pick<Scenario, 'id' | 'amazon'>;
    readonly ranges: LoadedRanges;
  },
): { readonly input: RunInput; readonly dependencies: RunDependencies } {
  const { facts, source } = practiceRanges(scenario.amazon, ranges);
  const { network, targets, routes, baselines, dns, doh, host } = lab;
  return {
    input: {
      runId,
      profile: 'standard',
      targets,
      routes,
      baselines,
      dns,
      doh,
      host,
      timeouts: defaultTimeouts,
      concurrency: 32,
      ranges: source,
      software,
      practice: { scenario: scenario.id },
    },
    dependencies: {
      network,
      clock: nodeClock(),
      // The practice root stands in for the public ones: the honest sites of the practice network are signed by it.
      trust: createTrustStore({ bundled: [lab.authority], system: [], extra: [] }),
      facts,
      marks: builtInMarks(),
    },
  };
}
