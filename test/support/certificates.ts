import { type CertificateKeys, createCertificateKeys, issueCertificate } from '../../lab/certificate.ts';

const day = 86_400_000;

export interface IssueOptions {
  /** Names and address literals the certificate is for; the first is its common name. */
  readonly names: readonly [string, ...string[]];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface TestAuthority {
  readonly name: string;
  /** The root, PEM: what a client shall trust. */
  readonly pem: string;
  readonly keys: CertificateKeys;
  issue(options: IssueOptions): TestCertificate;
  /** The other authority's name and key under this one's signature. */
  crossSign(other: TestAuthority): string;
}

/** A certificate authority with `name` as its common name, valid from yesterday for a month. */
export function createTestAuthority(name = 'Waylight Test Root'): TestAuthority {
  const keys = createCertificateKeys();
  const sign = (subject: string, own: CertificateKeys, names: readonly string[], options: Partial<IssueOptions> = {}) =>
    issueCertificate({
      subject,
      issuer: name,
      publicKey: own.publicKey,
      issuerKeys: keys,
      notBefore: options.notBefore ?? new Date(Date.now() - day),
      notAfter: options.notAfter ?? new Date(Date.now() + 30 * day),
      names,
    });
  return {
    name,
    pem: sign(name, keys, []),
    keys,
    issue: (options) => {
      const own = createCertificateKeys();
      return { cert: sign(options.names[0], own, options.names, options), key: exportKey(own) };
    },
    crossSign: (other) => sign(other.name, other.keys, []),
  };
}

/** A server's certificate that nobody but its own key has signed. */
export function selfSigned(options: IssueOptions): TestCertificate {
  const keys = createCertificateKeys();
  const cert = issueCertificate({
    subject: options.names[0],
    issuer: options.names[0],
    publicKey: keys.publicKey,
    issuerKeys: keys,
    notBefore: options.notBefore ?? new Date(Date.now() - day),
    notAfter: options.notAfter ?? new Date(Date.now() + 30 * day),
    names: options.names,
  });
  return { cert, key: exportKey(keys) };
}

function exportKey({ privateKey }: CertificateKeys): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
