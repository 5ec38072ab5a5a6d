import { randomUUID } from 'node:crypto';
import { builtInMarks } from '../../app/built-in-facts.ts';
import { readHostFacts } from '../../app/host-facts.ts';
import { readTrust } from '../../app/read-trust.ts';
import { withDeadline } from '../../engine/deadline.ts';
import type { Network } from '../../engine/network.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import { nodeNetwork } from '../../engine/node-network.ts';
import type { DohServer } from '../../engine/run/run-input.ts';
import type { Parsed, Problem } from '../../model/problem.ts';
import type { ExitCode, Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { readOutputs } from '../report-outputs.ts';
import { runAndReport } from '../run-and-report.ts';
import { refuse, sayProblems } from '../say-problems.ts';
import { software } from '../software.ts';
import { type CheckOptions, type PreparedCheck, prepareCheck } from './prepare-check.ts';

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
  const [outputs, prepared, ranges, host] = await Promise.all([
    readOutputs(options),
    prepareCheck(options, io, network.interfaces()),
    openRanges(io, files, options.ranges),
    readHostFacts(io.env),
  ]);
  const problems = [outputs, prepared, ranges].flatMap(problemsOf);
  // Whoever interrupts the reading of standard input gets no complaint about what was not read.
  if (problems.length > 0 && io.signal.aborted) return 3;
  if (!outputs.ok || !prepared.ok || !ranges.ok) return refuse(io, problems);
  sayProblems(io, [...prepared.notices, ...ranges.notices]);
  warn(io, prepared.value, outputs.value.quiet);
  const { extraCertificates, ...plan } = prepared.value;
  const clock = nodeClock();
  const input = {
    ...plan,
    runId: randomUUID(),
    doh: await withAddresses(plan.doh, network, io.signal),
    host,
    ranges: ranges.value.source,
    software,
  };
  const trust = await readTrust(extraCertificates);
  return runAndReport(
    input,
    { network, clock, trust, facts: ranges.value.facts, marks: builtInMarks() },
    outputs.value,
    io,
    { kind: 'check' },
  );
}

function problemsOf(parsed: Parsed<unknown>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems;
}

/** What a person must know before the first packet (measurement.md, "Privacy and safety"). */
function warn(io: Io, { routes }: PreparedCheck, quiet: boolean): void {
  if (!quiet) {
    io.stderr.write('Probing blocked services can be seen by whoever runs this network.\n');
  }
  if (routes.some(({ kind }) => kind !== 'direct' && kind !== 'interface')) {
    io.stderr.write('The operator of each proxy will see your address and what is tested through it.\n');
  }
}

const dohLookupMs = 4000;

/** A DoH server that only has a name is looked up once; when that fails, the run says that DoH did not answer. */
async function withAddresses(doh: DohServer, network: Network, signal: AbortSignal): Promise<DohServer> {
  if (doh.addresses.length > 0 || signal.aborted) return doh;
  const name = new URL(doh.url).hostname;
  const look = (inner: AbortSignal) => network.lookup(name, { signal: inner });
  const addresses = await withDeadline(nodeClock(), dohLookupMs, signal, look).catch(() => []);
  return { ...doh, addresses };
}
