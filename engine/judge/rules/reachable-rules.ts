import type { ObservationOf } from '../../../model/observation.ts';
import type { Result } from '../../../model/result.ts';
import type { Case, Decision, Rule, Says } from '../case.ts';
import { suspect } from '../decide.ts';

/**
 * A page over plain HTTP that sent us to somebody else's site, while the control stayed at home: nobody signed that
 * redirect, so it may be a block page that no mark knows yet. A redirect over valid TLS is the site's own wish.
 */
export const foreignRedirect: Rule = (c) => {
  if (c.current.state !== 'ok' || c.good.length === 0) return undefined;
  const page = foreignPage(c.current);
  if (!page || c.good.some((result) => foreignPage(result))) return undefined;
  const evidence: Says[] = [{ says: 'redirected-to-foreign-host', observation: page.id }];
  return suspect(c, {
    mechanism: 'http-blockpage',
    rule: 'http.foreign-redirect',
    evidence,
    telling: false,
    confirmed: false,
  });
};

function foreignPage(result: Result): ObservationOf<'http'> | undefined {
  const page = result.observations.findLast(
    (item): item is ObservationOf<'http'> => item.step === 'http' && item.purpose === 'main',
  );
  return page?.foreignHost !== undefined && page.redirects[0]?.url.startsWith('http:') ? page : undefined;
}

export const currentWorks: Rule = (c) => {
  if (c.current.state !== 'ok') return undefined;
  const others = c.results.slice(1).filter(({ state }) => state !== 'skipped' && state !== 'cancelled');
  const failing = others.filter((result) => result.state === 'failed' && c.target.home === undefined);
  if (failing.length > 0 && failing.length === others.length) return routeBroken(c, failing);
  return {
    verdict: 'reachable',
    rule: c.target.protocol === 'mtproto' ? 'reachable.endpoints' : 'reachable.current',
    confidence: 'high',
    evidence: [
      { says: 'current-ok', observation: lastOk(c.current) },
      ...failing.map(
        (result): Says => ({ says: c.deadRoutes.includes(result.routeId) ? 'route-dead' : 'route-fails-target' }),
      ),
    ],
    next: [],
  };
};

function routeBroken(c: Case, failing: readonly Result[]): Decision {
  const dead = failing.every(({ routeId }) => c.deadRoutes.includes(routeId));
  return {
    verdict: 'route-broken',
    rule: dead ? 'route.dead' : 'route.target-fails',
    confidence: 'high',
    evidence: [
      { says: 'current-ok', observation: lastOk(c.current) },
      ...failing.map(
        (result): Says => ({
          says: c.deadRoutes.includes(result.routeId) ? 'route-dead' : 'route-fails-target',
          observation: result.observations.findLast(({ failure }) => failure)?.id,
        }),
      ),
    ],
    next: ['fix-the-route'],
  };
}

function lastOk(result: Result): string | undefined {
  return result.observations.findLast((item) => item.purpose === 'main' && !item.failure)?.id;
}

const legalStatus = new Set(['403', '451']);

/** The server itself said no. That is its own choice, or its country's, and never a cut line. */
export const serverAnswered: Rule = (c) => {
  const { failure } = c.current;
  if (failure?.kind !== 'http-status') return undefined;
  const page = c.current.observations.findLast((item): item is ObservationOf<'http'> => item.step === 'http');
  const refused: Says = { says: 'server-refused', observation: page?.id };
  const sameElsewhere = c.bad.some(
    (result) => result.failure?.kind === 'http-status' && result.failure.code === failure.code,
  );
  if (legalStatus.has(failure.code ?? '') && c.good.length > 0 && c.hop.secure) {
    return {
      verdict: 'geo-restricted',
      rule: 'geo.refused-here',
      confidence: sameElsewhere ? 'medium' : 'high',
      evidence: [refused, { says: 'control-ok', observation: lastOk(c.good[0] ?? c.current) }],
      next: ['use-working-route'],
    };
  }
  if (failure.code === '451' && !sameElsewhere) {
    return {
      verdict: 'inconclusive',
      rule: 'http.unavailable-for-legal-reasons',
      confidence: 'low',
      evidence: [refused],
      next: ['add-a-route'],
    };
  }
  if (c.good.length > 0) {
    return {
      verdict: 'impaired',
      rule: 'http.server-error',
      confidence: 'medium',
      evidence: [refused],
      next: ['run-again', 'open-in-browser'],
    };
  }
  const everywhere: Says[] = sameElsewhere ? [{ says: 'refused-everywhere' }] : [];
  return {
    verdict: 'reachable',
    rule: 'reachable.server-answered',
    confidence: c.hop.secure ? 'high' : 'medium',
    evidence: [refused, ...everywhere],
    next: ['open-in-browser'],
  };
};
