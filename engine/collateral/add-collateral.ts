import type { CloudFinding } from '../../model/cloud.ts';
import { siteOf } from '../site-of.ts';
import { groupSiblings, type Neighbour, type SiblingKind, type Standing } from './group-siblings.ts';
import { type Circumstances, type HostReading, type JudgedHost, readHost } from './read-host.ts';
import { type CollateralFacts, type FailureRow, scoreCollateral } from './score-collateral.ts';

const kindOf: Readonly<Record<FailureRow, SiblingKind>> = {
  timeout: 'connect',
  refused: 'connect',
  hello: 'hello',
  freeze: 'freeze',
  http: 'http',
};

/**
 * Scores every host that failed on a cloud's address. Hosts that work, or were not judged, keep their finding as it is: the map
 * shall be whole.
 */
export function addCollateral(
  findings: readonly CloudFinding[],
  hosts: readonly JudgedHost[],
  around: Circumstances,
): readonly CloudFinding[] {
  const { bypassTools, tunnel } = around.environment;
  if (bypassTools.length > 0) return findings;
  const byTarget = new Map(hosts.map((host) => [host.target.id, host]));
  const readings = findings.map((finding) => {
    const host = byTarget.get(finding.targetId);
    return host && readHost(host, finding.address, around);
  });
  const siblings = groupSiblings(findings.map((finding, at) => toNeighbour(finding, readings[at])));
  const baseline = readBaseline(around);
  return findings.map((finding, at) => {
    const reading = readings[at];
    const beside = siblings[at];
    if (!reading?.fails || !beside) return finding;
    const facts: CollateralFacts = {
      ...pickFacts(reading),
      ...baseline,
      siblings: beside.counts,
      rangeAnswers: beside.rangeAnswers,
      tunnelUp: tunnel.up,
      bypassToolActive: false,
    };
    const collateral = scoreCollateral(facts);
    return collateral ? { ...finding, collateral } : finding;
  });
}

function readBaseline({ routes }: Circumstances): Pick<CollateralFacts, 'baseline'> {
  const own = routes[0]?.baseline;
  if (!own || own.tried === 0) return {};
  return { baseline: own.ok ? 'ok' : 'failed' };
}

function pickFacts({ failure, control, otherName, repeated }: HostReading) {
  return {
    repeated,
    ...(failure === undefined ? {} : { failure }),
    ...(control === undefined ? {} : { control }),
    ...(otherName === undefined ? {} : { otherName }),
  };
}

/** Amazon's ranges are known one by one, those of others only by their AS; so is Amazon's own without its list. */
function rangeOf({ operator, prefix, asn }: CloudFinding): string {
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
