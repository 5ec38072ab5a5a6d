import { isIP } from 'node:net';
import type { Failure } from '../../../model/failure.ts';
import type { ObservationOf } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import type { Case, Decision, Rule, Says } from '../case.ts';
import { controlOk, undecided } from '../decide.ts';

export const currentWorks: Rule = (c) => {
  if (c.current.state !== 'ok') return undefined;
  const others = c.results.slice(1).filter(({ state }) => state !== 'skipped' && state !== 'cancelled');
  const failing = others.filter((result) => result.state === 'failed' && c.target.home === undefined);
  const dead = failing.every(({ routeId }) => c.deadRoutes.includes(routeId));
  const broken = failing.length > 0 && failing.length === others.length;
  const works = c.target.protocol === 'mtproto' ? 'reachable.endpoints' : 'reachable.current';
  return {
    verdict: broken ? 'route-broken' : 'reachable',
    rule: broken ? (dead ? 'route.dead' : 'route.target-fails') : works,
    confidence: 'high',
    evidence: [
      { says: 'current-ok', observation: lastOk(c.current) },
      ...ignoredIpv6(c.current),
      ...failing.map((result) => routeFails(c, result)),
    ],
    next: broken ? ['fix-the-route'] : [],
  };
};

function routeFails(c: Case, result: Result): Says {
  const says = c.deadRoutes.includes(result.routeId) ? 'route-dead' : 'route-fails-target';
  return { says, observation: result.observations.findLast(({ failure }) => failure)?.id };
}

/** A dead IPv6 address beside a living IPv4 one is no failure. */
function ignoredIpv6(result: Result): readonly Says[] {
  const dead = result.observations.find(
    (item) => item.step === 'connect' && item.peer === 'target' && item.failure && isIP(item.address ?? '') === 6,
  );
  return dead ? [{ says: 'ipv6-ignored', observation: dead.id }] : [];
}

function lastOk(result: Result): string | undefined {
  return result.observations.findLast((item) => item.purpose === 'main' && !item.failure)?.id;
}

const legalStatus = new Set(['403', '451']);

/** The server itself said no. That is its own choice, or its country's, and never a cut line. */
export const serverAnswered: Rule = (c) => {
  const code = refusalOf(c.current.failure);
  if (code === undefined) return undefined;
  const asked = c.hop.observations.findLast((item) => item.step === 'http' || item.step === 'websocket');
  const refused: Says = { says: 'server-refused', observation: asked?.id };
  const sameElsewhere = c.bad.some(({ failure }) => refusalOf(failure) === code);
  if (!isSigned(c) && !sameElsewhere && (c.good.length > 0 || legalStatus.has(code))) {
    const control = c.good.length > 0 ? [controlOk(c)] : [];
    const evidence: Says[] = [{ says: 'refusal-unsigned', observation: asked?.id }, ...control];
    return undecided(c, 'http.unsigned-refusal', evidence, ['open-in-browser', 'add-a-route']);
  }
  if (c.good.length > 0) return refusedHere(c, code, refused, sameElsewhere);
  if (code === '451' && !sameElsewhere) {
    return undecided(c, 'http.unavailable-for-legal-reasons', [refused], ['add-a-route']);
  }
  const evidence: Says[] = [refused, ...(sameElsewhere ? [{ says: 'refused-everywhere' } as const] : [])];
  // A page in place of Telegram's WebSocket shows that the line is free, and not that Telegram answers.
  if (c.target.telegram !== undefined) return undecided(c, 'http.not-this-service', evidence, ['run-again']);
  return {
    verdict: 'reachable',
    rule: 'reachable.server-answered',
    confidence: c.hop.secure ? 'high' : 'medium',
    evidence,
    next: ['open-in-browser'],
  };
};

function refusedHere(c: Case, code: string, refused: Says, sameElsewhere: boolean): Decision {
  if (!legalStatus.has(code)) {
    return {
      verdict: 'impaired',
      rule: 'http.server-error',
      confidence: 'medium',
      evidence: [refused, controlOk(c)],
      next: ['run-again', 'open-in-browser'],
    };
  }
  return {
    verdict: 'geo-restricted',
    rule: 'geo.refused-here',
    confidence: sameElsewhere ? 'medium' : 'high',
    evidence: [refused, controlOk(c)],
    next: ['use-working-route'],
  };
}

/** The status of a refusal, also where the target is known to answer with another. */
function refusalOf(failure: Failure | undefined): string | undefined {
  if (failure?.kind === 'http-status') return failure.code ?? '';
  const expected = failure?.kind === 'not-this-service' && failure.detail === 'status';
  return expected && Number(failure.code) >= 400 ? failure.code : undefined;
}

/** Over plain HTTP, or where this machine trusts somebody who opens its connections, anyone may have written the answer. */
function isSigned(c: Case): boolean {
  const last = c.hop.observations.findLast(
    (item): item is ObservationOf<'tls'> => item.step === 'tls' && item.peer === 'target' && !item.failure,
  );
  return c.hop.secure && last?.trust !== 'system';
}
