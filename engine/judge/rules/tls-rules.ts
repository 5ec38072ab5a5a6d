import type { ObservationOf } from '../../../model/observation.ts';
import { type Case, type Decision, failedObservation, looks, type Rule, type Says, seen } from '../case.ts';
import { controlOk, suspect, undecided } from '../decide.ts';
import { isCut, readCut } from '../read-cut.ts';
import type { RuleId } from '../vocabulary.ts';

const cutRules: Readonly<Record<string, RuleId>> = {
  reset: 'tls.sni.reset',
  eof: 'tls.sni.eof',
  timeout: 'tls.sni.silence',
  'kernel-timeout': 'tls.sni.silence',
};

/** The connection dies after ClientHello, where the name of the service travels in clear. */
export const cutAfterHello: Rule = (c) => {
  const { failure } = c.current;
  const rule = failure && isCut({ failure }) ? cutRules[failure.kind] : undefined;
  if (c.current.state !== 'failed' || rule === undefined) return undefined;
  const pinned = looks(c, 'pinned', 'tls');
  const alive = pinned.find((item) => !item.failure);
  const dead = alive ? undefined : pinned.find(isCut);
  // Cut for the control as well, which the service answers at other addresses: this one does not serve it, for anybody.
  if (dead) return addressDead(c, dead.id);
  const elsewhere: Says[] = alive ? [{ says: 'same-address-ok-elsewhere', observation: alive.id }] : [];
  const { neutralOk, neutralFails } = readCut(c);
  if (neutralOk) {
    const evidence: Says[] = [{ says: 'neutral-name-ok', observation: neutralOk.id }, ...elsewhere];
    return suspect(c, { mechanism: 'tls-sni', rule, evidence, telling: true, confirmed: true });
  }
  if (neutralFails) {
    const evidence: Says[] = [{ says: 'neutral-name-fails', observation: neutralFails.id }, ...elsewhere];
    const confirmed = alive !== undefined;
    return suspect(c, { mechanism: 'ip', rule: 'ip.tls-any-name', evidence, telling: false, confirmed });
  }
  // No innocent name was tried there, so whether the name or the address is why stays open.
  return suspect(c, { rule: 'tls.cut', evidence: elsewhere, telling: false, confirmed: alive !== undefined });
};

export function addressDead(c: Case, observation: string): Decision {
  return undecided(
    c,
    'ip.address-dead',
    [{ says: 'same-address-dead-elsewhere', observation }, ...(c.good.length > 0 ? [controlOk(c)] : [])],
    ['run-again', 'ask-site-owner'],
  );
}

/** An alert is the server's own word: many refuse names they do not serve. */
export const serverAlert: Rule = (c) => {
  const { failure } = c.current;
  if (failure?.kind !== 'tls-alert' && failure?.kind !== 'tls-protocol') return undefined;
  if (c.good.length === 0) return undefined;
  const says = failure.detail === 'not-tls' ? 'answer-not-tls' : 'server-sent-alert';
  return undecided(
    c,
    'tls.server-alert',
    [{ says, observation: failedObservation(c)?.id }, controlOk(c)],
    ['run-again', 'ask-site-owner'],
  );
};

/** An antivirus or a company re-signs all sites with one issuer; a censor's box does it to some. */
export const everyoneIntercepted: Rule = (c) => {
  const mine = wrongLeaf(c);
  if (!mine || !interceptsEveryone(c, mine)) return undefined;
  return undecided(
    c,
    'tls.mitm.everywhere',
    [{ says: 'everyone-intercepted', observation: mine.id }],
    ['check-antivirus'],
  );
};

/** Somebody else's certificate stands in the way. */
export const wrongCertificate: Rule = (c) => {
  const mine = wrongLeaf(c);
  if (!mine || c.good.length === 0) return undefined;
  const pinned = looks(c, 'pinned', 'tls');
  const same = pinned.find((item) => sharesLeaf(item, mine));
  // The same one for the control, or one that a public authority signed and that merely ran out: a server's mistake.
  if (same || (mine.failure?.kind === 'cert-expired' && mine.trust === 'public')) {
    const says: Says = same
      ? { says: 'same-certificate-elsewhere', observation: same.id }
      : { says: 'certificate-differs-from-control', observation: mine.id };
    return undecided(c, 'down.certificate', [says, controlOk(c)], ['ask-site-owner']);
  }
  return intercepted(
    c,
    mine,
    pinned.find((item) => !item.failure),
  );
};

function intercepted(
  c: Case,
  mine: ObservationOf<'tls'>,
  alive: ObservationOf<'tls'> | undefined,
): Decision | undefined {
  const evidence: Says[] = [{ says: 'certificate-differs-from-control', observation: mine.id }];
  if (alive) evidence.push({ says: 'same-address-ok-elsewhere', observation: alive.id });
  const rule = mine.failure?.kind === 'cert-untrusted' ? 'tls.mitm.untrusted-chain' : 'tls.mitm.wrong-certificate';
  // A certificate of another name that a public authority signed is some real server's; unless the very same address is
  // the service elsewhere, we may just have been led to a neighbour.
  if (!alive && mine.trust === 'public') return undecided(c, rule, [...evidence, controlOk(c)], ['run-again']);
  return suspect(c, { mechanism: 'tls-mitm', rule, evidence, telling: false, confirmed: alive !== undefined });
}

/** Opened on the way by somebody whom this machine alone trusts, while the control sees the public certificate. */
export const openedOnTheWay: Rule = (c) => {
  if (c.current.state !== 'ok') return undefined;
  const mine = handshake(c.current.observations, c.target.host);
  const theirs = c.good.map((result) => handshake(result.observations, c.target.host)).find((item) => item);
  if (mine?.trust !== 'system' || theirs?.trust !== 'public' || sharesLeaf(mine, theirs)) return undefined;
  if (interceptsEveryone(c, mine)) return undefined;
  return {
    verdict: 'impaired',
    mechanism: 'tls-mitm',
    rule: 'tls.mitm.local-root',
    confidence: 'low',
    evidence: [
      { says: 'certificate-locally-trusted', observation: mine.id },
      { says: 'certificate-differs-from-control', observation: theirs.id },
    ],
    next: ['check-antivirus', 'use-working-route'],
  };
};

function handshake(observations: Case['current']['observations'], host: string): ObservationOf<'tls'> | undefined {
  return observations.findLast(
    (item): item is ObservationOf<'tls'> =>
      item.step === 'tls' &&
      item.purpose === 'main' &&
      item.peer === 'target' &&
      !item.failure &&
      item.serverName === host,
  );
}

/** The handshake with the target that failed for its certificate. */
function wrongLeaf(c: Case): ObservationOf<'tls'> | undefined {
  const { failure } = c.current;
  if (failure?.step !== 'tls' || !failure.kind.startsWith('cert-')) return undefined;
  return seen(c, 'tls').findLast((item) => item.peer === 'target' && item.failure?.kind === failure.kind);
}

function sharesLeaf(a: ObservationOf<'tls'>, b: ObservationOf<'tls'>): boolean {
  const leaf = a.chain[0]?.fingerprint256;
  return leaf !== undefined && leaf === b.chain[0]?.fingerprint256;
}

function interceptsEveryone(c: Case, mine: ObservationOf<'tls'>): boolean {
  const issuer = mine.chain[0]?.issuer;
  return issuer !== undefined && c.interceptingIssuers.includes(issuer);
}
