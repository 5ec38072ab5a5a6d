import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

// The certificates of the lab are written out here, in DER (X.690), because a demo must show its first result within 300 ms
// of its start: the general library takes 75 to 140 ms to load and 4 ms or more for each of some sixty sites, this takes less
// than 1 ms in all. Only what RFC 5280 demands of a TLS server's certificate is written; nothing is ever parsed.

export interface CertificateKeys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface CertificateRequest {
  /** Common name of the subject. */
  readonly subject: string;
  /** Common name of the issuer; the subject's own for a root. */
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly issuerKeys: CertificateKeys;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Host names and address literals for the subjectAltName; none makes a certificate authority. */
  readonly names: readonly string[];
}

const oid = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  organization: '55040a',
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
};

export function createCertificateKeys(): CertificateKeys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** An X.509 v3 certificate (RFC 5280), signed with ECDSA P-256 and SHA-256, as PEM. */
export function issueCertificate(request: CertificateRequest): string {
  const algorithm = sequence(objectId(oid.ecdsaWithSha256));
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, positive(randomBytes(16))),
    algorithm,
    distinguishedName(request.issuer),
    sequence(time(request.notBefore), time(request.notAfter)),
    distinguishedName(request.subject),
    spki(request.publicKey),
    tlv(0xa3, sequence(...extensions(request))),
  );
  const signature = sign('sha256', toBeSigned, request.issuerKeys.privateKey);
  return new X509Certificate(sequence(toBeSigned, algorithm, bitString(signature, 0))).toString();
}

function extensions(request: CertificateRequest): Buffer[] {
  const authority = request.names.length === 0;
  const keyIds = [
    extension(oid.subjectKeyIdentifier, false, tlv(0x04, keyIdentifier(request.publicKey))),
    extension(oid.authorityKeyIdentifier, false, sequence(tlv(0x80, keyIdentifier(request.issuerKeys.publicKey)))),
  ];
  if (authority) {
    return [
      extension(oid.basicConstraints, true, sequence(tlv(0x01, Buffer.of(0xff)))),
      // keyCertSign and cRLSign: bits 5 and 6.
      extension(oid.keyUsage, true, bitString(Buffer.of(0x06), 1)),
      ...keyIds,
    ];
  }
  return [
    extension(oid.basicConstraints, true, sequence()),
    // digitalSignature: bit 0.
    extension(oid.keyUsage, true, bitString(Buffer.of(0x80), 7)),
    extension(oid.extendedKeyUsage, false, sequence(objectId(oid.serverAuth))),
    extension(oid.subjectAltName, false, sequence(...request.names.map(generalName))),
    ...keyIds,
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [tlv(0x01, Buffer.of(0xff))] : []), tlv(0x04, value));
}

function generalName(name: string): Buffer {
  return isIP(name) === 0 ? tlv(0x82, Buffer.from(name, 'ascii')) : tlv(0x87, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  throw new RangeError('the lab issues certificates for names and IPv4 addresses');
}

function distinguishedName(commonName: string): Buffer {
  const attribute = (id: string, text: string) =>
    tlv(0x31, sequence(objectId(id), tlv(0x0c, Buffer.from(text, 'utf8'))));
  return sequence(attribute(oid.organization, 'Waylight practice network'), attribute(oid.commonName, commonName));
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** RFC 5280 4.2.1.2 method 1; an uncompressed P-256 point is the last 65 bytes of its SPKI. */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1').update(spki(key).subarray(-65)).digest();
}

/** UTCTime, as RFC 5280 4.1.2.5 demands for the years before 2050. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+Z/g, '');
  return tlv(0x17, Buffer.from(`${digits.slice(2)}Z`, 'ascii'));
}

/** A serial number: positive, and with no superfluous leading zero. */
function positive(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.readUInt8(0) & 0x3f) | 0x40, 0);
  return copy;
}

function bitString(bits: Buffer, unusedBits: number): Buffer {
  return tlv(0x03, Buffer.of(unusedBits), bits);
}

function objectId(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const length =
    value.length < 0x80
      ? Buffer.of(value.length)
      : value.length < 0x100
        ? Buffer.of(0x81, value.length)
        : Buffer.of(0x82, value.length >> 8, value.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, value]);
}
