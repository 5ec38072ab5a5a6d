import type { ObservationOf } from '../../../model/observation.ts';
import { type Case, type Decision, failedObservation, looks, type Rule, type Says, seen } from '../case.ts';
import { suspect, undecided } from '../decide.ts';
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
  const rule = failure?.step === 'tls' ? cutRules[failure.kind] : undefined;
  if (c.current.state !== 'failed' || rule === undefined) return undefined;
  const neutral = looks(c, 'neutral-sni', 'tls')[0];
  const alive = looks(c, 'pinned', 'tls').find((item) => !item.failure);
  const elsewhere: Says[] = alive ? [{ says: 'same-address-ok-elsewhere', observation: alive.id }] : [];
  if (neutral && answered(neutral)) {
    const evidence: Says[] = [{ says: 'neutral-name-ok', observation: neutral.id }, ...elsewhere];
    return suspect(c, { mechanism: 'tls-sni', rule, evidence, telling: true, confirmed: true });
  }
  const dead = looks(c, 'pinned', 'tls').find((item) => item.failure);
  if (dead && !alive) {
    return undecided(
      c,
      'ip.address-dead',
      [{ says: 'same-address-dead-elsewhere', observation: dead.id }],
      ['run-again', 'ask-site-owner'],
    );
  }
  const fails: Says[] = neutral ? [{ says: 'neutral-name-fails', observation: neutral.id }] : [];
  return suspect(c, {
    mechanism: 'ip',
    rule: 'ip.tls-any-name',
    evidence: [...fails, ...elsewhere],
    telling: false,
    confirmed: alive !== undefined,
  });
};

/** A certificate of another name, an alert, anything at all: the server behind the address spoke. */
function answered(item: ObservationOf<'tls'>): boolean {
  return item.bytesReceived > 0;
}

/** An alert is the server's own word: many refuse names they do not serve. */
export const serverAlert: Rule = (c) => {
  if (c.current.failure?.kind !== 'tls-alert' && c.current.failure?.kind !== 'tls-protocol') return undefined;
  if (c.good.length === 0) return undefined;
  return undecided(
    c,
    'tls.server-alert',
    [{ says: 'server-sent-alert', observation: failedObservation(c)?.id }],
    ['run-again', 'ask-site-owner'],
  );
};

/** Somebody else's certificate stands in the way. */
export const wrongCertificate: Rule = (c) => {
  const { failure } = c.current;
  if (failure?.step !== 'tls' || !failure.kind.startsWith('cert-')) return undefined;
  const mine = seen(c, 'tls').findLast((item) => item.failure?.kind === failure.kind);
  if (mine && interceptsEveryone(c, mine)) {
    return undecided(
      c,
      'tls.mitm.everywhere',
      [{ says: 'everyone-intercepted', observation: mine.id }],
      ['check-antivirus'],
    );
  }
  if (c.good.length === 0) return undefined;
  const same = looks(c, 'pinned', 'tls').find((item) => sharesLeaf(item, mine));
  if (same) {
    return undecided(
      c,
      'down.certificate',
      [{ says: 'same-certificate-elsewhere', observation: same.id }],
      ['ask-site-owner'],
    );
  }
  return intercepted(c, failure.kind, mine);
};

function intercepted(c: Case, kind: string, mine: ObservationOf<'tls'> | undefined): Decision | undefined {
  const alive = looks(c, 'pinned', 'tls').find((item) => !item.failure);
  const evidence: Says[] = [{ says: 'certificate-differs-from-control', observation: mine?.id }];
  if (alive) evidence.push({ says: 'same-address-ok-elsewhere', observation: alive.id });
  const rule = kind === 'cert-untrusted' ? 'tls.mitm.untrusted-chain' : 'tls.mitm.wrong-certificate';
  return suspect(c, { mechanism: 'tls-mitm', rule, evidence, telling: false, confirmed: alive !== undefined });
}

function sharesLeaf(a: ObservationOf<'tls'>, b: ObservationOf<'tls'> | undefined): boolean {
  const leaf = a.chain[0]?.fingerprint256;
  return leaf !== undefined && leaf === b?.chain[0]?.fingerprint256;
}

/** An antivirus or a company re-signs all sites with one issuer; a censor's box does it to some. */
function interceptsEveryone(c: Case, mine: ObservationOf<'tls'>): boolean {
  const issuer = mine.chain[0]?.issuer;
  return issuer !== undefined && c.interceptingIssuers.includes(issuer);
}
