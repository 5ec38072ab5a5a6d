import { type Case, type Decision, looks, type Rule, type Says, seen } from '../case.ts';
import { currentFailed, suspect, undecided } from '../decide.ts';
import { type DnsReading, readDns } from '../read-dns.ts';
import type { RuleId } from '../vocabulary.ts';

/** Names that do not resolve here and do elsewhere, and answers that are not the service. */
export const dnsLies: Rule = (c) => {
  if (c.target.addresses || c.current.state !== 'failed') return undefined;
  const dns = readDns(c);
  if (!dns.system) return undefined;
  return dns.system.failure ? unresolved(c, dns) : wrongAnswer(c, dns);
};

function unresolved(c: Case, dns: DnsReading): Decision | undefined {
  const kind = dns.system?.failure?.kind;
  if (!dns.trusted || kind === 'aborted' || kind === 'network-down' || kind === 'local-limit') return undefined;
  const rule: RuleId = kind === 'nxdomain' || kind === 'no-answer' ? 'dns.nxdomain' : 'dns.no-reply';
  return lie(c, dns, rule);
}

function wrongAnswer(c: Case, dns: DnsReading): Decision | undefined {
  if (certificateValidSomewhere(c)) return undefined;
  if (dns.nullAddress && !dns.comparatorLiesToo) {
    const says: Says = { says: 'answer-is-null-address', observation: dns.system?.id };
    return undecided(c, 'dns.local-filter', [says], ['check-dns-filter', 'change-resolver']);
  }
  if (dns.stub) return lie(c, dns, 'dns.stub');
  if (dns.bogon || (dns.nullAddress && dns.trusted)) return lie(c, dns, 'dns.bogon');
  return dns.disagree && notTheService(c, dns) ? lie(c, dns, 'dns.answer-differs') : undefined;
}

/** A valid certificate on the address that the system gave settles it: the answer is the service, wherever it lives. */
function certificateValidSomewhere(c: Case): boolean {
  const shown = [...seen(c, 'tls'), ...looks(c, 'pinned', 'tls')];
  return shown.some((item) => item.peer === 'target' && !item.failure);
}

/** The address given here cannot be the service: its certificate is another's, or it is dead for the control as well. */
function notTheService(c: Case, dns: DnsReading): boolean {
  const wrongCertificate = seen(c, 'tls').some((item) => item.failure?.kind.startsWith('cert-'));
  const pinned = [...looks(c, 'pinned', 'connect'), ...looks(c, 'pinned', 'proxy'), ...looks(c, 'pinned', 'tls')];
  const deadElsewhere = pinned.some((item) => item.failure);
  return wrongCertificate || deadElsewhere || dns.trueAddressOk !== undefined;
}

function lie(c: Case, dns: DnsReading, rule: RuleId): Decision | undefined {
  const decision = suspect(c, {
    mechanism: 'dns',
    rule,
    evidence: dnsEvidence(c, dns, rule),
    // Proven by a valid certificate on the true address, or by an address that is a block page's own.
    telling: dns.trueAddressOk !== undefined || rule === 'dns.stub',
    confirmed: dns.trueAddressOk !== undefined || rule === 'dns.stub' || dns.comparatorLiesToo,
    next: ['change-resolver'],
  });
  if (decision || c.healthy.length > 0 || rule === 'dns.answer-differs') return decision;
  return undecided(c, 'control.none', dnsEvidence(c, dns, rule), ['add-a-route', 'change-resolver']);
}

function dnsEvidence(c: Case, dns: DnsReading, rule: RuleId): readonly Says[] {
  const evidence: Says[] = [];
  const add = (condition: boolean, says: Says['says'], observation?: string) => {
    if (condition) evidence.push({ says, observation });
  };
  add(dns.trusted !== undefined, 'resolvers-disagree', dns.trusted?.id);
  add(rule === 'dns.bogon', 'answer-is-bogon', dns.system?.id);
  add(rule === 'dns.stub', 'answer-is-stub', dns.system?.id);
  add(dns.twoAnswers !== undefined, 'two-answers', dns.twoAnswers?.id);
  add(dns.comparatorLiesToo, 'comparator-lies-too', dns.comparator?.id);
  const wrong = seen(c, 'tls').find((item) => item.failure?.kind.startsWith('cert-'));
  add(wrong !== undefined, 'certificate-invalid-there', wrong?.id);
  add(dns.trueAddressOk !== undefined, 'true-address-ok', dns.trueAddressOk?.id);
  add(dns.trueAddressFails !== undefined, 'true-address-fails', dns.trueAddressFails?.id);
  return evidence.length > 0 ? evidence : [currentFailed(c)];
}
