import { describeProblems } from '../app/input/problem.ts';
import type { Problem } from '../model/problem.ts';
import type { Io } from './io.ts';

/** A line on stderr for each problem. */
export function sayProblems(io: Io, problems: readonly Problem[]): void {
  for (const line of describeProblems(problems)) io.stderr.write(`waylight: ${line}\n`);
}

/** The words or a file are wrong: says so, and gives the exit code for it. */
export function refuse(io: Io, problems: readonly Problem[]): 2 {
  sayProblems(io, problems);
  return 2;
}
