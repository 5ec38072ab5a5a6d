import type { Evidence, Verdict } from '../../model/verdict.ts';
import { type Case, type Decision, isGood, type JudgeInput, openCase, type Rule, type Says } from './case.ts';
import { connectFails } from './rules/connect-rules.ts';
import { dnsLies } from './rules/dns-rules.ts';
import { downEverywhere, nothingToCompare } from './rules/everywhere-rules.ts';
import { clockSkewed, gateNotPassed, notRun, triesDisagree } from './rules/gate-rules.ts';
import { blockPage, cutAfterRequest, notThisService, stalls } from './rules/http-rules.ts';
import { endpointsSilent, payloadSwallowed, someEndpoints } from './rules/mtproto-rules.ts';
import { currentWorks, foreignRedirect, serverAnswered } from './rules/reachable-rules.ts';
import { throttled } from './rules/throttling-rules.ts';
import { cutAfterHello, serverAlert, wrongCertificate } from './rules/tls-rules.ts';

/** The rules, in order: the first that decides has the last word. */
const rules: readonly Rule[] = [
  notRun,
  gateNotPassed,
  foreignRedirect,
  throttled,
  currentWorks,
  triesDisagree,
  serverAnswered,
  someEndpoints,
  clockSkewed,
  downEverywhere,
  payloadSwallowed,
  endpointsSilent,
  dnsLies,
  blockPage,
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
  return {
    targetId: input.target.id,
    verdict: decision.verdict,
    ...(decision.mechanism ? { mechanism: decision.mechanism } : {}),
    rule: decision.rule,
    confidence: tempered(c, decision),
    workingRoutes: input.results.filter((result) => isGood(input.target, result)).map(({ routeId }) => routeId),
    evidence: [...decision.evidence, ...circumstances(c)].map(toEvidence),
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

/** A tool that alters our packets, or a box that answers for everyone, blurs what was seen. */
function tempered(c: Case, decision: Decision): Decision['confidence'] {
  const { bypassTools, connectsProveNothing } = c.environment;
  const blurred = bypassTools.length > 0 || (connectsProveNothing && decision.mechanism !== 'dns');
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

function toEvidence({ says, observation }: Says): Evidence {
  return observation === undefined ? { says } : { says, observation };
}
