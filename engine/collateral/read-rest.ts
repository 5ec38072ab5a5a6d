import type { CloudFinding } from '../../model/cloud.ts';
import type { Circumstances, JudgedHost } from './read-host.ts';
import { rangeOf } from './read-hosts.ts';

/**
 * Tells of a range whether of all other hosts none answers here, though the control reaches some of them: then nothing singles
 * the range out, and a firewall on this machine, or a list of what is allowed, looks just like that. The neutral sites are no
 * such hosts.
 */
export function readRest(
  findings: readonly CloudFinding[],
  hosts: readonly JudgedHost[],
  { routes }: Circumstances,
): (finding: CloudFinding) => boolean {
  const healthy = new Set(routes.slice(1).flatMap(({ id, baseline }) => (baseline.ok ? [id] : [])));
  const answering = new Set<string>();
  const failing = new Set<string>();
  for (const { target, results, verdict } of hosts) {
    if (results[0]?.state === 'ok' || verdict.verdict === 'reachable') answering.add(target.id);
    else if (verdict.workingRoutes.some((id) => healthy.has(id))) failing.add(target.id);
  }
  const inside = Map.groupBy(findings, rangeOf);
  const countOutside = (all: ReadonlySet<string>, range: string) => {
    const own = (inside.get(range) ?? []).filter(({ targetId }) => all.has(targetId));
    return all.size - new Set(own.map(({ targetId }) => targetId)).size;
  };
  const known = new Map<string, boolean>();
  return (finding) => {
    const range = rangeOf(finding);
    const fails = known.get(range) ?? (countOutside(answering, range) === 0 && countOutside(failing, range) > 0);
    known.set(range, fails);
    return fails;
  };
}
