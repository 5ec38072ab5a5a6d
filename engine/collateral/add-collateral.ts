import type { CloudFinding } from '../../model/cloud.ts';
import type { SiblingProbe } from '../../model/report.ts';
import { mapInTurns } from '../map-in-turns.ts';
import type { Circumstances, HostReading, JudgedHost } from './read-host.ts';
import { isTunnelled, readBaseline, readHosts } from './read-hosts.ts';
import { readRest } from './read-rest.ts';
import { type CollateralFacts, scoreCollateral } from './score-collateral.ts';

/**
 * Scores every host that failed on a cloud's address. Hosts that work, or were not judged, keep their finding as it is: the map
 * shall be whole. Gives the event loop a turn every few milliseconds, however many hosts there are.
 * @param siblings hosts in the same ranges that were asked besides
 */
export async function addCollateral(
  findings: readonly CloudFinding[],
  hosts: readonly JudgedHost[],
  around: Circumstances,
  siblings: readonly SiblingProbe[] = [],
): Promise<readonly CloudFinding[]> {
  if (around.environment.bypassTools.length > 0) return findings;
  const shared = { ...readBaseline(around), tunnelUp: isTunnelled(around), bypassToolActive: false };
  const restFails = readRest(findings, hosts, around);
  return mapInTurns(await readHosts(findings, hosts, around, siblings), ({ finding, reading, beside }) => {
    if (!reading?.fails) return finding;
    const facts: CollateralFacts = {
      ...pickFacts(reading),
      ...shared,
      siblings: beside.counts,
      rangeAnswers: beside.rangeAnswers,
      restFails: restFails(finding),
      rangeKnown: finding.prefix !== undefined,
    };
    const collateral = scoreCollateral(facts);
    return collateral ? { ...finding, collateral } : finding;
  });
}

function pickFacts({ failure, control, otherName, repeated }: HostReading) {
  return {
    repeated,
    ...(failure === undefined ? {} : { failure }),
    ...(control === undefined ? {} : { control }),
    ...(otherName === undefined ? {} : { otherName }),
  };
}
