import operatorData from '../../data/cloud-operators.json' with { type: 'json' };
import type { CloudFinding } from '../../model/cloud.ts';
import type { RunReport } from '../../model/report.ts';
import type { VerdictName } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';

type Collateral = NonNullable<CloudFinding['collateral']>;

/** What a verdict amounts to for a host on a cloud, in the order in which a reader is told. */
export const cloudStates = ['works', 'impaired', 'blocked', 'refuses', 'down', 'open'] as const;
export type CloudState = (typeof cloudStates)[number];

const stateOf: Readonly<Record<VerdictName, CloudState>> = {
  reachable: 'works',
  'route-broken': 'works',
  impaired: 'impaired',
  blocked: 'blocked',
  'likely-blocked': 'blocked',
  'geo-restricted': 'refuses',
  down: 'down',
  inconclusive: 'open',
};

/** A target that lives on a cloud, with every address of it that does. */
export interface CloudHost {
  readonly target: RunReport['targets'][number] | undefined;
  readonly host: string;
  readonly operator: string;
  readonly findings: readonly [CloudFinding, ...CloudFinding[]];
  readonly verdict: VerdictName | undefined;
  readonly state: CloudState;
  /** Of the address with the highest score, where the engine gave one. */
  readonly scored: (CloudFinding & { readonly collateral: Collateral }) | undefined;
}

/** One for each target and operator: those that may be hit because of where they live first, those that work last. */
export function gatherCloudHosts(report: RunReport): readonly CloudHost[] {
  const targets = new Map(report.targets.map((target) => [target.id, target]));
  const verdicts = new Map(report.verdicts.map(({ targetId, verdict }) => [targetId, verdict]));
  const groups = Map.groupBy(report.cloud, ({ operator, targetId }) => `${operator}\n${targetId}`);
  const hosts = [...groups.values()].flatMap(([first, ...others]): CloudHost[] => {
    if (first === undefined) return [];
    const findings = [first, ...others] as const;
    const { targetId, host, operator } = first;
    const verdict = verdicts.get(targetId);
    const state = verdict === undefined ? 'open' : stateOf[verdict];
    return [{ target: targets.get(targetId), host, operator, findings, verdict, state, scored: highest(findings) }];
  });
  return hosts.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function highest(findings: readonly CloudFinding[]): CloudHost['scored'] {
  const scored = findings.flatMap((finding) =>
    finding.collateral ? [{ ...finding, collateral: finding.collateral }] : [],
  );
  return scored.toSorted((a, b) => b.collateral.score - a.collateral.score)[0];
}

const bands: readonly Collateral['band'][] = ['likely', 'possible', 'unlikely', 'insufficient'];

function rankOf({ scored, state }: CloudHost): number {
  if (scored) return bands.indexOf(scored.collateral.band);
  return state === 'works' ? bands.length + 1 : bands.length;
}

/**
 * Where a host is: the regions of its addresses, each once; `anycast` where a prefix is known and answers in many places, so
 * that none may be claimed. Empty where the tables do not tell.
 */
export function regionsOf({ findings }: Pick<CloudHost, 'findings'>): readonly string[] {
  return distinct(
    findings.map(({ region, prefix }) =>
      region === 'GLOBAL' || (region === undefined && prefix !== undefined) ? 'anycast' : region,
    ),
  );
}

export function distinct(texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== undefined && text !== ''))] as readonly string[];
}

const operatorNames = new Map(operatorData.operators.map(({ id, name }) => [id, name]));

/** The name of a cloud's operator, which is the same in every language. */
export function operatorName(id: string): string {
  return id === 'aws' ? 'AWS' : (operatorNames.get(id) ?? sanitizeText(id, 64));
}

/** Hosts in one region, by how they do. A host with addresses in two regions counts in both. */
export interface RegionRow {
  /** As in {@link regionsOf}; empty where none is known. */
  readonly region: string;
  readonly hosts: number;
  readonly counts: ReadonlyMap<CloudState, number>;
}

/** Those with the most hosts that do not work first. */
export function countRegions(hosts: readonly CloudHost[]): readonly RegionRow[] {
  const placed = hosts.flatMap((host) => {
    const regions = regionsOf(host);
    return (regions.length === 0 ? [''] : regions).map((region) => ({ region, state: host.state }));
  });
  const rows = [...Map.groupBy(placed, ({ region }) => region)].map(([region, members]): RegionRow => {
    const counts = cloudStates.map((state) => [state, members.filter((item) => item.state === state).length] as const);
    return { region, hosts: members.length, counts: new Map(counts) };
  });
  const failing = ({ hosts: all, counts }: RegionRow) => all - (counts.get('works') ?? 0) - (counts.get('open') ?? 0);
  return rows.toSorted((a, b) => failing(b) - failing(a) || b.hosts - a.hosts || (a.region < b.region ? -1 : 1));
}
