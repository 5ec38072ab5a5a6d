import { createCertificateKeys, issueCertificate } from '../../lab/certificate.ts';
import type { CertifiedKey } from './certified-key.ts';

const day = 86_400_000;

/** A certificate authority of ours, living as long as the test. */
export interface Authority {
  /** PEM of the root. */
  readonly certificate: string;
  /** A leaf for DNS names and IPv4 addresses; an expired one ended ten days ago. */
  issue(names: readonly string[], expired?: boolean): CertifiedKey;
}

/** Makes a root of the given common name. One key serves all leaves: nobody here has to be kept apart. */
export function createAuthority(commonName: string): Authority {
  const issuerKeys = createCertificateKeys();
  const leafKeys = createCertificateKeys();
  const key = leafKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const validity = (expired: boolean) => ({
    notBefore: new Date(Date.now() - 40 * day),
    notAfter: new Date(Date.now() + (expired ? -10 : 60) * day),
  });
  const certificate = issueCertificate({
    subject: commonName,
    issuer: commonName,
    publicKey: issuerKeys.publicKey,
    issuerKeys,
    ...validity(false),
    names: [],
  });
  return {
    certificate,
    issue: (names, expired = false) => ({
      key,
      cert:
        issueCertificate({
          subject: names[0] ?? 'nobody.example',
          issuer: commonName,
          publicKey: leafKeys.publicKey,
          issuerKeys,
          ...validity(expired),
          names,
        }) + certificate,
    }),
  };
}
