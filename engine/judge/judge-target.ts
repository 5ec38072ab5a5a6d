import type { Evidence, Verdict } from '../../model/verdict.ts';
import { type Case, type Decision, type JudgeInput, openCase, type Rule, type Says, works } from './case.ts';
import { connectFails, withoutIpv6 } from './rules/connect-rules.ts';
import { dnsLies } from './rules/dns-rules.ts';
import { downEverywhere, nothingToCompare } from './rules/everywhere-rules.ts';
import {
  clockSkewed,
  connectProvesNothing,
  gateNotPassed,
  notRun,
  ownTrouble,
  triesDisagree,
} from './rules/gate-rules.ts';
import { blockPage, cutAfterRequest, foreignRedirect, notThisService, stalls } from './rules/http-rules.ts';
import { endpointsSilent, payloadSwallowed, someEndpoints, telegramRefused } from './rules/mtproto-rules.ts';
import { mtproxyFails, notCarried, onlyMtproxies } from './rules/mtproxy-rules.ts';
import { currentWorks, serverAnswered } from './rules/reachable-rules.ts';
import { throttled } from './rules/throttling-rules.ts';
import {
  cutAfterHello,
  everyoneIntercepted,
  openedOnTheWay,
  serverAlert,
  wrongCertificate,
} from './rules/tls-rules.ts';
import { triesDiffer } from './tries-differ.ts';

/** The rules, in order: the first that decides has the last word. */
const rules: readonly Rule[] = [
  // May anything be judged at all?
  notCarried,
  notRun,
  mtproxyFails,
  gateNotPassed,
  connectProvesNothing,
  // It answers: was it the service?
  foreignRedirect,
  openedOnTheWay,
  throttled,
  currentWorks,
  triesDisagree,
  serverAnswered,
  someEndpoints,
  // It fails: for a reason that has nothing to do with the service?
  ownTrouble,
  clockSkewed,
  everyoneIntercepted,
  telegramRefused,
  // What speaks for itself comes before the comparison, for controls may share the filter.
  blockPage,
  payloadSwallowed,
  dnsLies,
  withoutIpv6,
  downEverywhere,
  // Fails here and works elsewhere: how?
  endpointsSilent,
  wrongCertificate,
  cutAfterHello,
  serverAlert,
  connectFails,
  stalls,
  notThisService,
  cutAfterRequest,
  nothingToCompare,
];

/**
 * The one place where a verdict is made. Pure: the same observations always give the same verdict. Every screen and file
 * shows this one.
 */
export function judgeTarget(input: JudgeInput): Verdict {
  const c = openCase(input);
  const decision = decide(c);
  const mechanism = mechanismOf(c, decision);
  return {
    targetId: input.target.id,
    verdict: decision.verdict,
    ...(mechanism ? { mechanism } : {}),
    rule: decision.rule,
    confidence: tempered(c, decision),
    workingRoutes: input.results.filter((result) => works(input, result)).map(({ routeId }) => routeId),
    evidence: withoutRepeats([...decision.evidence, ...circumstances(c)]).map(toEvidence),
    next: [
      ...decision.next,
      ...(c.environment.bypassTools.length > 0 && isAccusation(decision) ? ['stop-bypass-tool'] : []),
    ],
  };
}

function decide(c: Case): Decision {
  for (const rule of rules) {
    const decision = rule(c);
    if (decision) return decision;
  }
  throw new Error('the last rule always decides');
}

function isAccusation(decision: Decision): boolean {
  return decision.verdict === 'blocked' || decision.verdict === 'likely-blocked';
}

const toldByConnects = new Set<Decision['mechanism']>(['ip', 'port', 'protocol']);

/** Where a box accepts every connection, how far one got does not tell whether the address or the payload is filtered. */
function mechanismOf(c: Case, { mechanism }: Decision): Decision['mechanism'] {
  return c.environment.connectsProveNothing && toldByConnects.has(mechanism) ? undefined : mechanism;
}

/**
 * A tool that alters our packets, a box that answers for everyone, two tries that end differently, or an MTProxy as the only
 * control blur what was seen.
 */
function tempered(c: Case, decision: Decision): Decision['confidence'] {
  const { bypassTools, connectsProveNothing } = c.environment;
  const blurred =
    bypassTools.length > 0 ||
    (connectsProveNothing && decision.mechanism !== 'dns') ||
    triesDiffer(c) ||
    onlyMtproxies(c);
  if (!isAccusation(decision) || !blurred) return decision.confidence;
  return decision.confidence === 'high' ? 'medium' : 'low';
}

function circumstances(c: Case): readonly Says[] {
  const { bypassTools, connectsProveNothing, tunnel } = c.environment;
  return [
    ...(tunnel.up ? [{ says: 'tunnel-up' } as const] : []),
    ...(bypassTools.length > 0 ? [{ says: 'bypass-tool-active' } as const] : []),
    ...(connectsProveNothing ? [{ says: 'connects-prove-nothing' } as const] : []),
  ];
}

function withoutRepeats(evidence: readonly Says[]): readonly Says[] {
  return evidence.filter(
    (item, at) =>
      evidence.findIndex(({ says, observation }) => says === item.says && observation === item.observation) === at,
  );
}

function toEvidence({ says, observation, ratio }: Says): Evidence {
  return {
    says,
    ...(observation === undefined ? {} : { observation }),
    ...(ratio === undefined ? {} : { ratio: Math.round(ratio * 1000) / 1000 }),
  };
}
