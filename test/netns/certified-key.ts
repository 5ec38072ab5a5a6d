/** A private key and the certificate chain that goes with it, leaf first, both PEM. */
export interface CertifiedKey {
  readonly key: string;
  readonly cert: string;
}
