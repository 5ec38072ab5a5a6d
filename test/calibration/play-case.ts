import { nodeClock } from '../../engine/node-clock.ts';
import { createPrefixIndex } from '../../engine/ranges/prefix-index.ts';
import { run } from '../../engine/run/run.ts';
import { createLab } from '../../lab/create-lab.ts';
import type { AddressFacts } from '../../model/cloud.ts';
import type { RunReport } from '../../model/report.ts';
import { sampleRanges } from '../engine/ranges/sample-ranges.ts';
import { labRunInput } from '../support/lab-run.ts';
import { buildWorld, phoneAddress, subjectId, type World } from './build-world.ts';
import type { CaseSpec, Cause } from './create-cases.ts';
import { disturbNetwork } from './disturb-network.ts';

export const bands = ['likely', 'possible', 'unlikely', 'insufficient', 'none'] as const;
export type Band = (typeof bands)[number];

/** A failed host on the cloud's addresses, what was done to it, and what the engine says of it. */
export interface PlayedHost {
  readonly caseId: string;
  readonly host: string;
  readonly cause: Cause;
  /** `none`: no score was given. */
  readonly band: Band;
  readonly score?: number;
  readonly otherwise?: string;
  readonly capped: readonly string[];
}

/** Far above what an answer takes in the practice network, far below what a person waits. */
const timeouts = {
  resolve: 2500,
  connect: 1000,
  proxy: 2500,
  tls: 1500,
  firstByte: 1500,
  stall: 1200,
  mtproto: 1000,
  job: 10_000,
};

/** Plays one case through the whole engine; the subject comes first. */
export async function playCase(spec: CaseSpec): Promise<readonly PlayedHost[]> {
  const world = buildWorld(spec);
  const lab = await createLab(world.scenario, { latencyMs: 4, seed: spec.seed });
  try {
    const [current, ...controls] = lab.routes;
    const bypassTools = spec.circumstance === 'bypass-tool' ? ['zapret'] : [];
    const { input, dependencies } = labRunInput(lab, nodeClock(), {
      timeouts,
      routes: [current, ...controls, ...world.routes],
      host: { ...lab.host, bypassTools },
      concurrency: 16,
    });
    const network = disturbNetwork(lab.network, world.disturbance, phoneAddress);
    const options = { signal: new AbortController().signal, onEvent: () => {} };
    const report = await run(input, { ...dependencies, network, facts: createFacts(spec, world) }, options);
    return readHosts(spec, world, report);
  } finally {
    await lab.close();
  }
}

function createFacts(spec: CaseSpec, { places }: World): (address: string) => AddressFacts {
  const rows = [places.prefix, places.elsewherePrefix].map((prefix) => [prefix, 'eu-central-1', 'EC2'] as const);
  const index = createPrefixIndex(sampleRanges(rows));
  return (address) => {
    const entry = index.find(address);
    if (entry < 0) return {};
    const owner = { operator: 'aws', asn: 16509 };
    return spec.circumstance === 'as-only' ? owner : { ...owner, prefix: index.describe(entry).prefix };
  };
}

/** Hosts that were made to fail, and any other that got a score all the same. */
function readHosts(spec: CaseSpec, { labels, places }: World, report: RunReport): readonly PlayedHost[] {
  const found = report.cloud.flatMap((finding): PlayedHost[] => {
    const cause = labels.get(finding.targetId);
    const { collateral, targetId } = finding;
    if (targetId === subjectId && finding.address !== places.subject) return [];
    if (cause === undefined) {
      if (collateral) throw new Error(`${spec.id}: ${targetId} was left alone and is said to fail`);
      return [];
    }
    const read = { caseId: spec.id, host: targetId, cause };
    if (!collateral) return [{ ...read, band: 'none', capped: [] }];
    const { score, band, otherwise, capped = [] } = collateral;
    return [{ ...read, band, score, otherwise, capped }];
  });
  if (found[0]?.host !== subjectId) throw new Error(`${spec.id}: the host asked about is not in the report`);
  return found;
}

/** Plays many, some at a time, and keeps their order. */
export async function playCases(specs: readonly CaseSpec[], atOnce: number): Promise<readonly PlayedHost[]> {
  const played: (readonly PlayedHost[])[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < specs.length; at = next++) {
      const spec = specs[at];
      if (spec) played[at] = await playCase(spec);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return played.flat();
}
