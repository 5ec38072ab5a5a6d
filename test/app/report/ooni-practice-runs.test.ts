import { describe, expect, it } from 'vitest';
import { redactReport } from '../../../app/report/redact.ts';
import { writeReportOoni } from '../../../app/report/report-ooni.ts';
import { nodeClock } from '../../../engine/node-clock.ts';
import { run } from '../../../engine/run/run.ts';
import { createLab } from '../../../lab/create-lab.ts';
import { allScenarios } from '../../../lab/scenarios/all-scenarios.ts';
import { hastyTimeouts, labRunInput } from '../../support/lab-run.ts';
import { entriesOf, readOoniLines } from './read-ooni-lines.ts';

describe('OONI lines of a practice run', () => {
  it.each(allScenarios.map((scenario) => scenario.id))(
    '%s: one for each target and route, valid, and with no secret',
    { timeout: 60_000 },
    async (id) => {
      const scenario = allScenarios.find((candidate) => candidate.id === id) ?? allScenarios[0];
      const lab = await createLab(scenario, { latencyMs: 1 });
      try {
        const { input, dependencies } = labRunInput(lab, nodeClock(), {
          timeouts: hastyTimeouts,
          practice: { scenario: id },
        });
        const signal = new AbortController().signal;
        const report = await run(input, dependencies, { signal, onEvent: () => {} });
        const own = lab.network.interfaces().map(({ address }) => address);
        const text = await writeReportOoni(await redactReport(report, 'standard', own));
        const measurements = readOoniLines(text);
        expect(measurements).toHaveLength(report.targets.length * report.routes.length);
        for (const measurement of measurements) {
          expect(measurement.annotations.x_practice).toBe(id);
          expect(measurement.test_keys.x_practice).toEqual({ scenario: id });
          const end = Math.max(0, ...entriesOf(measurement).map(({ t }) => t));
          expect(end).toBeLessThanOrEqual(measurement.test_runtime);
        }
        const seen = measurements.flatMap(entriesOf);
        expect(seen.length).toBeGreaterThan(report.targets.length);
        for (const address of own.filter((mine) => !/^(127\.|::1$)/.test(mine))) expect(text).not.toContain(address);
        for (const route of lab.routes) {
          if ('credentials' in route && route.credentials) expect(text).not.toContain(route.credentials.password);
          if (route.kind === 'mtproxy') expect(text).not.toContain(Buffer.from(route.secret).toString('hex'));
        }
      } finally {
        await lab.close();
      }
    },
  );
});
