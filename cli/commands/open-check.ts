import { randomUUID } from 'node:crypto';
import { builtInMarks } from '../../app/built-in-facts.ts';
import { readHostFacts } from '../../app/host-facts.ts';
import { readTrust } from '../../app/read-trust.ts';
import { withDeadline } from '../../engine/deadline.ts';
import type { Network } from '../../engine/network.ts';
import { nodeClock } from '../../engine/node-clock.ts';
import type { DohServer, RunDependencies, RunInput } from '../../engine/run/run-input.ts';
import type { Parsed } from '../../model/problem.ts';
import type { Io } from '../io.ts';
import { openRanges, type rangesFiles } from '../open-ranges.ts';
import { software } from '../software.ts';
import { type CheckOptions, type PreparedCheck, prepareCheck } from './prepare-check.ts';

/** A check whose words and files are read, and which can be run any number of times. */
export interface OpenedCheck {
  readonly prepared: PreparedCheck;
  /** What one run needs, with what this machine is like just now. */
  begin(signal: AbortSignal): Promise<{ readonly input: RunInput; readonly dependencies: RunDependencies }>;
}

export interface OpenCheckDependencies {
  readonly io: Io;
  readonly files: ReturnType<typeof rangesFiles>;
  readonly network: Network;
}

/** Reads everything that the options of a check name. Nothing is sent before `begin`. */
export async function openCheck(
  options: CheckOptions,
  { io, files, network }: OpenCheckDependencies,
): Promise<Parsed<OpenedCheck>> {
  const [prepared, ranges] = await Promise.all([
    prepareCheck(options, io, network.interfaces()),
    openRanges(io, files, options.ranges),
  ]);
  if (!prepared.ok || !ranges.ok) {
    return { ok: false, problems: [prepared, ranges].flatMap((parsed) => (parsed.ok ? [] : parsed.problems)) };
  }
  const { extraCertificates, ...plan } = prepared.value;
  const begin = async (signal: AbortSignal) => {
    const [host, doh, trust] = await Promise.all([
      readHostFacts(io.env),
      withAddresses(plan.doh, network, signal),
      readTrust(extraCertificates),
    ]);
    return {
      input: { ...plan, runId: randomUUID(), doh, host, ranges: ranges.value.source, software },
      dependencies: { network, clock: nodeClock(), trust, facts: ranges.value.facts, marks: builtInMarks() },
    };
  };
  return {
    ok: true,
    value: { prepared: prepared.value, begin },
    notices: [...prepared.notices, ...ranges.notices],
  };
}

/** What a person must know before the first packet (measurement.md, "Privacy and safety"). */
export function warnOfProbing(io: Io, { routes }: PreparedCheck, quiet: boolean): void {
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
