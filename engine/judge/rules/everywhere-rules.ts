import { isIP } from 'node:net';
import type { Result } from '../../../model/result.ts';
import { type RouteKind, resolvesRemotely } from '../../../model/route.ts';
import type { Case, Rule, Says } from '../case.ts';
import { controlOk, currentFailed, undecided } from '../decide.ts';
import { readCut } from '../read-cut.ts';
import { readDns } from '../read-dns.ts';
import { endingOf, failsTheSameWay } from '../same-failure.ts';
import { isMtproxy } from './mtproxy-rules.ts';

/** Fails here and on every healthy route, in the same way: then nobody need be blocking it. */
export const downEverywhere: Rule = (c) => {
  const mine = c.current.failure;
  // Whether an MTProxy can reach a data centre is its own affair: many do not lead to all of them.
  const bad = c.bad.filter(({ routeId }) => !isMtproxy(c, routeId));
  if (!mine || bad.length === 0 || c.good.length + c.otherPath.length + c.unproven.length > 0) return undefined;
  if (!bad.every((result) => endsTheSame(c, result))) return undefined;
  const evidence = bad.map((result): Says => ({ says: 'control-failed-same', observation: lastFailed(result)?.id }));
  if (c.target.home !== undefined) {
    return undecided(
      c,
      'control.may-refuse-foreign',
      [...evidence, { says: 'may-refuse-foreign' }],
      ['wait-for-service', 'ask-site-owner'],
    );
  }
  if (mayShareFilter(c)) return undecided(c, 'control.may-share-filter', evidence, ['add-a-route', 'run-again']);
  return {
    verdict: 'down',
    rule: mine.kind.startsWith('cert-') ? 'down.certificate' : 'down.everywhere',
    confidence: bad.length > 1 ? 'high' : 'medium',
    evidence: [currentFailed(c), ...evidence, { says: 'baseline-ok' }],
    next: ['wait-for-service', 'ask-site-owner'],
  };
};

function endsTheSame(c: Case, control: Result): boolean {
  const [mine, theirs] = [c.current.failure, control.failure];
  if (!mine || !theirs || !failsTheSameWay(mine, theirs)) return false;
  const last = lastFailed(control);
  // The proxy itself was not reached: that says nothing of the target.
  if (last && 'peer' in last && last.peer === 'proxy') return false;
  return !mine.kind.startsWith('cert-') || issuerOf(c.current) === issuerOf(control);
}

function lastFailed(result: Result) {
  const { failure } = result;
  return result.observations.findLast(
    (item) => item.purpose === 'main' && item.failure?.step === failure?.step && item.failure?.kind === failure?.kind,
  );
}

function issuerOf(result: Result): string | undefined {
  const last = lastFailed(result);
  return last?.step === 'tls' ? last.chain[0]?.issuer : undefined;
}

/**
 * Whether one and the same filter could make all routes fail alike. A server that answers an innocent name is not down;
 * whether it or a filter cuts its own name cannot be told. And controls that ask this machine's resolver dial whatever it
 * says, so its answer must be confirmed by another.
 */
function mayShareFilter(c: Case): boolean {
  if (readCut(c).neutralOk) return true;
  if (c.target.addresses || c.target.protocol === 'mtproto' || isIP(c.hop.host) !== 0) return false;
  const mine = c.current.failure && endingOf(c.current.failure);
  const dns = readDns(c);
  if (mine === 'name') return !dns.gone && (dns.trusted !== undefined || !resolvedElsewhere(c));
  const confirmed = dns.trusted?.resolver === 'doh' && !dns.disagree;
  return dns.system !== undefined && !confirmed && !resolvedElsewhere(c);
}

/** Whether some control had the name resolved at its far end. */
function resolvedElsewhere(c: Case): boolean {
  const kindOf = (id: string): RouteKind | undefined => c.routes.find((route) => route.id === id)?.kind;
  return c.bad.some(({ routeId }) => resolvesRemotely(kindOf(routeId) ?? 'direct'));
}

/** What is left: it fails, and nothing says why. */
export const nothingToCompare: Rule = (c) => {
  if (c.good.length > 0) return undecided(c, 'unknown.failure', [controlOk(c)], ['use-working-route', 'run-again']);
  if (c.otherPath.length > 0) {
    return undecided(c, 'control.other-path', [{ says: 'sent-elsewhere' }], ['open-in-browser', 'run-again']);
  }
  if (c.unproven.length > 0) {
    return undecided(c, 'control.proxys-word', [{ says: 'only-proxys-word' }], ['add-a-route', 'run-again']);
  }
  if (c.bad.length > 0) {
    const rule = c.target.home === undefined ? 'control.fails-differently' : 'control.may-refuse-foreign';
    return undecided(c, rule, [{ says: 'control-failed-differently' }], ['add-a-route', 'run-again']);
  }
  return undecided(c, 'control.none', [{ says: 'no-control' }], ['add-a-route', 'run-again']);
};
