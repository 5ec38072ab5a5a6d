import { type Case, type Decision, looks, type Rule, type Says, seen } from '../case.ts';
import { suspect, undecided } from '../decide.ts';
import { isCut } from '../read-cut.ts';
import { type DnsReading, readDns } from '../read-dns.ts';
import { endingOf, proxyCouldNotReach } from '../same-failure.ts';
import type { RuleId } from '../vocabulary.ts';

/** Names that do not resolve here and do elsewhere, and answers that are not the service. */
export const dnsLies: Rule = (c) => {
  if (c.target.addresses || c.current.state !== 'failed') return undefined;
  const dns = readDns(c);
  if (!dns.system) return undefined;
  return dns.system.failure ? unresolved(c, dns) : wrongAnswer(c, dns);
};

const denials = new Set(['nxdomain', 'no-answer']);
const silences = new Set(['timeout', 'servfail', 'dns-refused', 'dns-malformed']);

function unresolved(c: Case, dns: DnsReading): Decision | undefined {
  const kind = dns.system?.failure?.kind ?? 'unknown';
  if (!dns.trusted) return undefined;
  const confirmed = dns.comparatorLiesToo;
  if (denials.has(kind)) return lie(c, dns, 'dns.nxdomain', { telling: isProven(c, dns), confirmed });
  // A resolver in trouble with one name is no liar: it takes a control to suspect more.
  return silences.has(kind) ? lie(c, dns, 'dns.no-reply', { telling: false, confirmed }) : undefined;
}

/** By a valid certificate on the true address, from this very connection. */
function isProven(c: Case, dns: DnsReading): boolean {
  return c.hop.secure && dns.trueAddressOk !== undefined;
}

function wrongAnswer(c: Case, dns: DnsReading): Decision | undefined {
  if (showsValidCertificate(c)) return undefined;
  if (dns.nullAddress && !dns.comparatorLiesToo) {
    const says: Says = { says: 'answer-is-null-address', observation: dns.system?.id };
    return undecided(c, 'dns.local-filter', [says], ['check-dns-filter', 'change-resolver']);
  }
  // An address that is a block page's own needs no further proof.
  if (dns.stub) return lie(c, dns, 'dns.stub', { telling: true, confirmed: true });
  const proven = isProven(c, dns);
  if (dns.bogon || (dns.nullAddress && dns.trusted)) {
    // Nowhere is also what a household's filter answers, for every server when its router catches all of DNS.
    const confirmed = dns.bogon && (proven || dns.comparatorLiesToo);
    return lie(c, dns, 'dns.bogon', { telling: proven, confirmed });
  }
  if (!dns.disagree || answersElsewhere(c)) return undefined;
  const stranger = showsWrongCertificate(c);
  // Silence at one of several addresses is no lie yet, unless that address is dead for everybody or two answers came.
  if (!stranger && !deadElsewhere(c) && !(dns.twoAnswers && proven)) return undefined;
  const telling = proven && (stranger || dns.twoAnswers !== undefined);
  // An address that is merely dead may also be a record that somebody forgot to change.
  const confirmed = (proven && telling) || dns.comparatorLiesToo;
  return lie(c, dns, 'dns.answer-differs', { telling, confirmed });
}

/** A valid certificate on the address that the system gave settles it: the answer is the service, wherever it lives. */
function showsValidCertificate(c: Case): boolean {
  const shown = [...seen(c, 'tls'), ...looks(c, 'pinned', 'tls')];
  return shown.some((item) => item.peer === 'target' && !item.failure);
}

/** Without TLS, a page from that address for the control is as good. */
function answersElsewhere(c: Case): boolean {
  return looks(c, 'pinned', 'http').some((item) => !item.failure);
}

function showsWrongCertificate(c: Case): boolean {
  const strangers = new Set(['cert-host', 'cert-untrusted']);
  return seen(c, 'tls').some((item) => item.peer === 'target' && strangers.has(item.failure?.kind ?? ''));
}

/** The address given here is dead for a control as well, which finds the service at another. */
function deadElsewhere(c: Case): boolean {
  if (c.good.length === 0) return false;
  const connects = looks(c, 'pinned', 'connect').filter(({ peer }) => peer === 'target');
  const refused = looks(c, 'pinned', 'proxy').some(({ failure }) => failure && proxyCouldNotReach(failure));
  return (
    refused ||
    connects.some(({ failure }) => failure && endingOf(failure) !== undefined) ||
    looks(c, 'pinned', 'tls').some(isCut)
  );
}

function lie(
  c: Case,
  dns: DnsReading,
  rule: RuleId,
  strength: { readonly telling: boolean; readonly confirmed: boolean },
): Decision | undefined {
  const evidence = dnsEvidence(c, dns, rule);
  const decision = suspect(c, { mechanism: 'dns', rule, evidence, ...strength, next: nextSteps(dns) });
  if (decision || c.healthy.length > 0 || rule === 'dns.answer-differs') return decision;
  return undecided(c, 'control.none', evidence, ['add-a-route', ...nextSteps(dns)]);
}

/** Where only the system's own resolver lies, a filter of this machine or household may be the liar. */
function nextSteps({ comparatorLiesToo, nullAddress, stub }: DnsReading) {
  return (comparatorLiesToo && !nullAddress) || stub
    ? (['change-resolver'] as const)
    : (['change-resolver', 'check-dns-filter'] as const);
}

function dnsEvidence(c: Case, dns: DnsReading, rule: RuleId): readonly Says[] {
  const evidence: Says[] = [];
  const add = (condition: boolean, says: Says['says'], observation?: string) => {
    if (condition) evidence.push({ says, observation });
  };
  add(dns.trusted !== undefined, 'resolvers-disagree', dns.trusted?.id);
  add(rule === 'dns.bogon' && dns.bogon, 'answer-is-bogon', dns.system?.id);
  add(rule === 'dns.bogon' && dns.nullAddress, 'answer-is-null-address', dns.system?.id);
  add(rule === 'dns.stub', 'answer-is-stub', dns.system?.id);
  add(dns.twoAnswers !== undefined, 'two-answers', dns.twoAnswers?.id);
  add(dns.comparatorLiesToo, 'comparator-lies-too', dns.comparator?.id);
  const wrong = seen(c, 'tls').find((item) => item.failure?.kind.startsWith('cert-'));
  add(wrong !== undefined, 'certificate-invalid-there', wrong?.id);
  add(dns.trueAddressOk !== undefined, 'true-address-ok', dns.trueAddressOk?.id);
  add(dns.trueAddressFails !== undefined, 'true-address-fails', dns.trueAddressFails?.id);
  return evidence;
}
