import { X509Certificate } from 'node:crypto';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Certificate } from '../model/observation.ts';
import { cleanText } from './clean-text.ts';
import type { TrustStore } from './step.ts';

/** A peer may send as many certificates as it likes; honest chains have two to four. */
const longest = 6;

/** The peer's certificates, leaf first, continued with the root that issued the last one where the trust store has it. */
export function readChain(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let next: PeerCertificate | undefined = socket.getPeerCertificate(true);
  // A self-signed certificate is its own issuer, so the list may be a circle.
  while (next?.raw !== undefined && !seen.has(next.fingerprint256) && chain.length < longest) {
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
    next = (next as PeerCertificate & { issuerCertificate?: PeerCertificate }).issuerCertificate;
  }
  return chain;
}

export function describeCertificate(certificate: X509Certificate): Certificate {
  return {
    fingerprint256: fingerprintOf(certificate),
    subject: describeName(certificate.subject),
    issuer: describeName(certificate.issuer),
    validFrom: describeDate(certificate.validFrom),
    validTo: describeDate(certificate.validTo),
  };
}

/**
 * Who vouches for the chain: follows it from the leaf as long as each certificate really signed the one before, and asks
 * the store about every certificate and its issuer on the way. Looks at signatures only, not at dates or purposes.
 */
export function vouchedBy(
  chain: readonly X509Certificate[],
  trust: TrustStore,
): 'public' | 'system' | 'extra' | 'none' {
  const sources = new Set<string>();
  for (const [index, certificate] of chain.entries()) {
    sources.add(trust.vouches(fingerprintOf(certificate)));
    const anchor = trust.anchorOf(certificate);
    if (anchor !== undefined) sources.add(trust.vouches(anchor));
    const issuer = chain[index + 1];
    if (issuer === undefined || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) break;
  }
  return (['public', 'system', 'extra'] as const).find((source) => sources.has(source)) ?? 'none';
}

function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

/** OpenSSL puts each part of a name on a line of its own. */
function describeName(name: string | undefined): string {
  return cleanText((name ?? '').replaceAll('\n', ', '), 512);
}

/** ISO 8601 UTC, or empty where the certificate holds no date that can be read. */
function describeDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
