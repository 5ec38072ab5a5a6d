import type { Network } from '../../engine/network.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import type { ExitCode, Io } from '../io.ts';
import { checkLetter } from '../letter-options.ts';
import type { rangesFiles } from '../open-ranges.ts';
import { readOutputs } from '../report-outputs.ts';
import { runAndReport } from '../run-and-report.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { openCheck, warnOfProbing } from './open-check.ts';
import type { CheckOptions } from './prepare-check.ts';

export interface CheckDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
  /** The real network of this machine, unless a test stands in for it. */
  readonly network?: Network;
}

/** `waylight check`: measures on the real network. Exit codes as in {@link runAndReport}; 2 also for any wrong word or file. */
export async function checkCommand(
  options: CheckOptions,
  { io, files, network = nodeNetwork({ eager: true }) }: CheckDependencies,
): Promise<ExitCode> {
  const [outputs, opened] = await Promise.all([readOutputs(options), openCheck(options, { io, files, network })]);
  const problems = [outputs, opened].flatMap((parsed) => (parsed.ok ? [] : parsed.problems));
  // Whoever interrupts the reading of standard input gets no complaint about what was not read.
  if (problems.length > 0 && io.signal.aborted) return 3;
  if (!outputs.ok || !opened.ok) return refuse(io, problems);
  const stranger = checkLetter(outputs.value, opened.value.prepared.targets);
  if (stranger.length > 0) return refuse(io, stranger);
  sayProblems(io, opened.notices);
  warnOfProbing(io, opened.value.prepared, outputs.value.quiet);
  const { input, dependencies } = await opened.value.begin(io.signal);
  return runAndReport(input, dependencies, outputs.value, io, { kind: 'check' });
}
