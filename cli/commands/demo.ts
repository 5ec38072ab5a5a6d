import { randomUUID } from 'node:crypto';
import { builtInTelegramTargets } from '../../app/built-in-facts.ts';
import { practiceRun } from '../../app/practice-run.ts';
import { createLab } from '../../lab/create-lab.ts';
import { allScenarios, findScenario } from '../../lab/scenarios/all-scenarios.ts';
import type { ExitCode, Io } from '../io.ts';
import { checkLetter } from '../letter-options.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { type OutputOptions, readOutputs } from '../report-outputs.ts';
import { runAndReport } from '../run-and-report.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { software } from '../software.ts';

export interface DemoDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
}

/** `waylight demo [SCENARIO]`: the same engine and report over the practice network; no packet leaves the machine. */
export async function demoCommand(
  name: string | undefined,
  options: OutputOptions,
  { io, files }: DemoDependencies,
): Promise<ExitCode> {
  const scenario = name === undefined ? allScenarios[0] : findScenario(name);
  const outputs = await readOutputs(options);
  const ranges = await openRanges(io, files, undefined);
  if (!scenario || !outputs.ok || !ranges.ok) {
    const names = allScenarios.map(({ id }) => id).join(', ');
    const unknown = { code: 'scenario-unknown', params: { name: name ?? '', names } } as const;
    const others = [outputs, ranges].flatMap((parsed) => (parsed.ok ? [] : parsed.problems));
    return refuse(io, scenario ? others : [unknown, ...others]);
  }
  sayProblems(io, ranges.notices);
  const lab = await createLab(scenario, { targets: builtInTelegramTargets() });
  try {
    const { input, dependencies } = practiceRun(lab, {
      runId: randomUUID(),
      software,
      scenario,
      ranges: ranges.value,
    });
    const stranger = checkLetter(outputs.value, input.targets);
    if (stranger.length > 0) return refuse(io, stranger);
    const heading = [
      `PRACTICE NETWORK: ${scenario.name} (${scenario.id}). Simulated on this machine; nothing was sent to the internet.`,
      scenario.summary,
      '',
    ];
    const about = { kind: 'practice', scenario: scenario.id, heading } as const;
    return await runAndReport(input, dependencies, outputs.value, io, about);
  } finally {
    await lab.close();
  }
}
