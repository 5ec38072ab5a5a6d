import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { TrustStore } from './step.ts';

export interface TrustSources {
  /** PEM certificates of the bundled Mozilla store: `tls.getCACertificates('bundled')`. */
  readonly bundled: readonly string[];
  /** PEM certificates of this machine's own store: `tls.getCACertificates('system')`. */
  readonly system: readonly string[];
  /** PEM certificates given with --ca; one entry may hold several. */
  readonly extra: readonly string[];
}

type Source = 'public' | 'system' | 'extra';

/** Several certificates in one file are common; the platform's parser reads the first alone. */
const pemBlock = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/**
 * One trust store and one secure context for a run. With 121 bundled and 576 system roots the context takes 10–25 ms; the
 * fingerprints another 20 ms, spent at the first question. A root on several words counts as `public` first, then
 * `system`. An `extra` text without a certificate in it throws here, before anything is measured; unreadable system
 * roots are passed over.
 */
export function createTrustStore({ bundled, system, extra }: TrustSources): TrustStore {
  const extraPems = extra.flatMap((text) => {
    const blocks = text.match(pemBlock) ?? [];
    if (blocks.length === 0) throw new Error('a --ca file holds no certificate');
    return blocks.map((pem) => new X509Certificate(pem).toString());
  });
  const secureContext = createSecureContext({ ca: [...new Set([...bundled, ...system, ...extraPems])] });

  let roots: Roots | undefined;
  const load = () => {
    roots ??= indexRoots([
      ['public', bundled],
      ['system', system],
      ['extra', extraPems],
    ]);
    return roots;
  };

  return {
    secureContext,
    vouches: (fingerprint) => load().sources.get(fingerprint) ?? 'none',
    anchorOf: (certificate) => {
      const named = load().bySubject.get(certificate.issuer) ?? [];
      const anchor = named.find((root) => certificate.checkIssued(root) && certificate.verify(root.publicKey));
      return anchor === undefined ? undefined : fingerprintOf(anchor);
    },
  };
}

interface Roots {
  readonly sources: ReadonlyMap<string, Source>;
  readonly bySubject: ReadonlyMap<string, readonly X509Certificate[]>;
}

function indexRoots(groups: readonly (readonly [Source, readonly string[]])[]): Roots {
  const sources = new Map<string, Source>();
  const bySubject = new Map<string, X509Certificate[]>();
  for (const [source, pems] of groups) {
    for (const pem of pems) {
      const root = parseRoot(pem);
      if (root === undefined) continue;
      const fingerprint = fingerprintOf(root);
      if (sources.has(fingerprint)) continue;
      sources.set(fingerprint, source);
      const same = bySubject.get(root.subject);
      if (same === undefined) bySubject.set(root.subject, [root]);
      else same.push(root);
    }
  }
  return { sources, bySubject };
}

function parseRoot(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}
