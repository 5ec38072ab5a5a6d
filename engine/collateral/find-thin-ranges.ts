import type { CloudFinding } from '../../model/cloud.ts';
import type { Circumstances, JudgedHost } from './read-host.ts';
import { isTunnelled, readBaseline, readHosts } from './read-hosts.ts';

/** With so many neighbours that are known to fail or to answer, more would hardly change a score. */
const enough = 4;

/**
 * The ranges in which further neighbours could change a score, with how many of them are lacking: those of hosts that cannot be
 * connected to and that no control shows to be down. None on a connection of which nothing would be said anyway.
 */
export async function findThinRanges(
  findings: readonly CloudFinding[],
  hosts: readonly JudgedHost[],
  around: Circumstances,
): Promise<ReadonlyMap<string, number>> {
  const { bypassTools, captivePortal, connectsProveNothing } = around.environment;
  const isUseless = bypassTools.length > 0 || captivePortal || connectsProveNothing || isTunnelled(around);
  if (isUseless || readBaseline(around).baseline !== 'ok') return new Map();
  const lacking = new Map<string, number>();
  for (const { finding, reading, beside } of await readHosts(findings, hosts, around, [])) {
    const { prefix } = finding;
    const isSilent = reading?.failure === 'timeout' || reading?.failure === 'refused';
    if (prefix === undefined || !reading?.fails || !isSilent || reading.control === 'failed') continue;
    const lacks = enough - beside.counts.failed - beside.counts.ok;
    if (lacks > 0) lacking.set(prefix, Math.max(lacks, lacking.get(prefix) ?? 0));
  }
  return lacking;
}
