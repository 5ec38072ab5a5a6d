import { createSecureContext, type SecureContext } from 'node:tls';
import { type CertificateKeys, createCertificateKeys, issueCertificate } from './certificate.ts';

export type CertificateFlaw = 'valid' | 'expired' | 'wrong-host' | 'untrusted';

/** A certificate authority that lives as long as the lab, with its keys in memory only. */
export interface Authority {
  /** The root's certificate, for those who shall trust it. */
  readonly pem: string;
  /** A server's side of TLS for `name`, made on first use. */
  serverContext(name: string, flaw?: CertificateFlaw): SecureContext;
}

const day = 86_400_000;

/** @param commonName of the root, which people see as the issuer. */
export function createAuthority(commonName: string): Authority {
  const root = createRoot(commonName);
  // One key for all servers: a key pair each would only cost time, nobody here has to be kept apart.
  const serverKeys = createCertificateKeys();
  const key = serverKeys.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const contexts = new Map<string, SecureContext>();
  let stranger: Root | undefined;

  const make = (name: string, flaw: CertificateFlaw) => {
    if (flaw === 'untrusted') stranger ??= createRoot('Unknown Practice CA');
    const issuer = flaw === 'untrusted' && stranger !== undefined ? stranger : root;
    const names = flaw === 'wrong-host' ? ['wrong-host.example'] : [name, `www.${name}`];
    const age = flaw === 'expired' ? 400 * day : 30 * day;
    const cert = issueCertificate({
      subject: names[0] ?? name,
      issuer: issuer.commonName,
      publicKey: serverKeys.publicKey,
      issuerKeys: issuer.keys,
      notBefore: new Date(Date.now() - age),
      notAfter: new Date(Date.now() - age + 90 * day),
      names,
    });
    return createSecureContext({ key, cert });
  };

  return {
    pem: root.pem,
    serverContext: (name, flaw = 'valid') => {
      const id = `${flaw} ${name}`;
      const known = contexts.get(id) ?? make(name, flaw);
      contexts.set(id, known);
      return known;
    },
  };
}

interface Root {
  readonly commonName: string;
  readonly keys: CertificateKeys;
  readonly pem: string;
}

function createRoot(commonName: string): Root {
  const keys = createCertificateKeys();
  const pem = issueCertificate({
    subject: commonName,
    issuer: commonName,
    publicKey: keys.publicKey,
    issuerKeys: keys,
    notBefore: new Date(Date.now() - 500 * day),
    notAfter: new Date(Date.now() + 500 * day),
    names: [],
  });
  return { commonName, keys, pem };
}
