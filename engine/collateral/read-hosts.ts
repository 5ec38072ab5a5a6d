import type { CloudFinding } from '../../model/cloud.ts';
import type { SiblingProbe } from '../../model/report.ts';
import { isTunnelName } from '../gate/tunnel.ts';
import { mapInTurns, stepInTurns } from '../map-in-turns.ts';
import { siteOf } from '../site-of.ts';
import { groupInSteps, type Neighbour, type SiblingKind, type Siblings, type Standing } from './group-siblings.ts';
import { type Circumstances, type HostReading, type JudgedHost, readHost } from './read-host.ts';
import type { CollateralFacts, FailureRow } from './score-collateral.ts';

const kindOf: Readonly<Record<FailureRow, SiblingKind>> = {
  timeout: 'connect',
  refused: 'connect',
  hello: 'hello',
  freeze: 'freeze',
  http: 'http',
};

/** A host on a cloud's address, as it did there, and how those beside it do. */
export interface HostBeside {
  readonly finding: CloudFinding;
  /** Absent for a host that was not judged. */
  readonly reading: HostReading | undefined;
  readonly beside: Siblings;
}

/**
 * Reads every host at every address it has on a cloud. In the order of the findings; gives the event loop its turns.
 * @param siblings hosts that were asked besides
 */
export async function readHosts(
  findings: readonly CloudFinding[],
  hosts: readonly JudgedHost[],
  around: Circumstances,
  siblings: readonly SiblingProbe[],
): Promise<readonly HostBeside[]> {
  const byTarget = new Map<string, JudgedHost>();
  await mapInTurns(hosts, (host) => byTarget.set(host.target.id, host));
  const read = await mapInTurns(findings, (finding) => {
    const host = byTarget.get(finding.targetId);
    const reading = host && readHost(host, finding.address, around);
    return { finding, reading, neighbour: toNeighbour(finding, reading) };
  });
  const neighbours = await mapInTurns(read, ({ neighbour }) => neighbour);
  neighbours.push(...siblings.map(probedNeighbour));
  const beside = await stepInTurns(groupInSteps(neighbours));
  let at = -1;
  return mapInTurns(read, ({ finding, reading }) => {
    at += 1;
    return { finding, reading, beside: beside[at] ?? nobody };
  });
}

const nobody: Siblings = { counts: { failed: 0, unverified: 0, ok: 0 }, rangeAnswers: false };

/**
 * Whether somebody else carries what is judged: a tunnel under the machine's own traffic, or the interface of one that was
 * chosen as the route.
 */
export function isTunnelled({ environment, routes }: Circumstances): boolean {
  const [judged] = routes;
  return environment.tunnel.up || (judged?.kind === 'interface' && isTunnelName(judged.endpoint ?? ''));
}

/** Neutral sites on the connection that is judged. */
export function readBaseline({ routes }: Circumstances): Pick<CollateralFacts, 'baseline'> {
  const own = routes[0]?.baseline;
  if (!own || own.tried === 0) return {};
  return { baseline: own.ok ? 'ok' : 'failed' };
}

/** Amazon's ranges are known one by one, those of others only by their AS; so is Amazon's own without its list. */
export function rangeOf({ operator, prefix, asn }: CloudFinding): string {
  return prefix ?? (asn === undefined ? operator : `AS${asn}`);
}

function toNeighbour(finding: CloudFinding, reading: HostReading | undefined): Neighbour {
  const { host, address } = finding;
  const fails = reading?.fails && reading.failure ? { fails: kindOf[reading.failure] } : {};
  return { range: rangeOf(finding), site: siteOf(host), address, standing: standingsOf(reading), ...fails };
}

const noWitness = { connect: 'none', hello: 'none', freeze: 'none', http: 'none' } as const;

/**
 * What a host is worth beside one that fails in each way. It fails beside another only where it fails alike: two names that are
 * cut are two names, unless another name is cut there too. A refusal fails beside nobody, for packets pass.
 */
function standingsOf(reading: HostReading | undefined): Neighbour['standing'] {
  if (!reading) return noWitness;
  const { works, addressAnswers, failure, otherName } = reading;
  const failing: Standing = failsAs(reading);
  const whenAlike = (kind: SiblingKind): Standing => (failure && kindOf[failure] === kind ? failing : 'none');
  return {
    connect: works || addressAnswers ? 'ok' : whenAlike('connect'),
    hello: works || otherName === 'ok' ? 'ok' : otherName === 'failed' ? whenAlike('hello') : 'none',
    freeze: works ? 'ok' : whenAlike('freeze'),
    http: works ? 'ok' : 'none',
  };
}

/** Counted only if the control reaches it; for less where there is none to ask. */
function failsAs({ fails, control }: HostReading): Standing {
  if (!fails || control === 'failed') return 'none';
  return control === 'ok' ? 'failed' : 'unverified';
}

/**
 * A host that was asked besides is asked for a connection only. What fails and is not known to be alive is no witness at all:
 * nobody told us that anything lives there. One without a name is a site of its own.
 */
function probedNeighbour({ address, host, prefix, here, control }: SiblingProbe): Neighbour {
  const connect: Standing = here === 'ok' ? 'ok' : control === 'ok' ? 'failed' : 'none';
  return { range: prefix, site: siteOf(host ?? address), address, standing: { ...noWitness, connect } };
}
