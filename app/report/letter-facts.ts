import type { CloudFinding } from '../../model/cloud.ts';
import type { Observation } from '../../model/observation.ts';
import type { RunReport } from '../../model/report.ts';
import type { Result } from '../../model/result.ts';
import type { RouteSummary } from '../../model/route.ts';
import type { Verdict } from '../../model/verdict.ts';
import { sanitizeText } from '../sanitize-text.ts';
import { distinct } from './cloud-hosts.ts';

/** What a letter may claim. Anything that is no verdict of a filter claims none. */
export type LetterStance =
  | 'filtered'
  | 'impaired'
  | 'route-broken'
  | 'inconclusive'
  | 'down'
  | 'reachable'
  | 'geo-restricted';

/** All that a letter about one target is made from. Texts from outside are safe already, and never long. */
export interface LetterFacts {
  readonly report: RunReport;
  readonly host: string;
  readonly name: string;
  /** `443 https`; a report of somebody else’s file may lack the port. */
  readonly port: string;
  readonly stance: LetterStance;
  /** Absent where the check ended before this could be judged. */
  readonly verdict: Verdict | undefined;
  /** One per route, in their order; the first is the one that was judged. */
  readonly routes: readonly [LetterRoute, ...LetterRoute[]];
  /** What was seen of the target itself on the route that was judged; nothing of a proxy on the way. */
  readonly seen: readonly Observation[];
  /** Those that were dialled on that route; where none was, those that are known. */
  readonly addresses: readonly string[];
  readonly prefixes: readonly string[];
  readonly findings: readonly CloudFinding[];
  /** The finding whose score says most. */
  readonly scored: CloudFinding | undefined;
}

export interface LetterRoute {
  readonly route: RouteSummary;
  readonly result: Result | undefined;
}

/** Addresses and prefixes that are named; a target may have dozens. */
const mostPlaces = 6;

/** Undefined where the report has no such target. @param report as it may be shown: redaction is done */
export function gatherLetterFacts(report: RunReport, targetId: string): LetterFacts | undefined {
  const target = report.targets.find(({ id }) => id === targetId);
  if (!target) return undefined;
  const results = new Map(
    report.results.filter((result) => result.targetId === targetId).map((result) => [result.routeId, result]),
  );
  const [first, ...others] = report.routes.map((route) => ({ route, result: results.get(route.id) }));
  if (!first) return undefined;
  const verdict = report.verdicts.find((item) => item.targetId === targetId);
  const findings = report.cloud.filter((finding) => finding.targetId === targetId);
  const host = target.host ?? URL.parse(target.url ?? '')?.hostname ?? target.name;
  const seen = (first.result?.observations ?? []).filter((item) => isOfTarget(item, host));
  const tried = seen.flatMap((item) => ('address' in item && item.address !== undefined ? [item.address] : []));
  return {
    report,
    host: sanitizeText(host, 128) || '—',
    name: sanitizeText(target.name, 96) || '—',
    port: [target.port, target.protocol].filter((part) => part !== undefined).join(' '),
    stance: stanceOf(verdict),
    verdict,
    routes: [first, ...others],
    seen,
    addresses: short(distinct(tried.length > 0 ? tried : findings.map(({ address }) => address))),
    prefixes: short(distinct(findings.map(({ prefix }) => prefix))),
    findings,
    scored: findings.filter(({ collateral }) => collateral).sort((a, b) => scoreOf(b) - scoreOf(a))[0],
  };
}

function stanceOf(verdict: Verdict | undefined): LetterStance {
  if (verdict === undefined) return 'inconclusive';
  return verdict.verdict === 'blocked' || verdict.verdict === 'likely-blocked' ? 'filtered' : verdict.verdict;
}

/** A proxy and its name are somebody’s own, and nobody’s business whom a letter is sent to. */
function isOfTarget(item: Observation, host: string): boolean {
  if (item.step === 'resolve') return item.name.toLowerCase() === host.toLowerCase();
  if (item.step === 'connect' || item.step === 'tls') return item.peer === 'target';
  return !(item.step === 'mtproto' && item.proxyStage !== undefined);
}

function short(texts: readonly string[]): readonly string[] {
  return texts.slice(0, mostPlaces).map((text) => sanitizeText(text, 64));
}

function scoreOf({ collateral }: CloudFinding): number {
  return collateral?.score ?? 0;
}
